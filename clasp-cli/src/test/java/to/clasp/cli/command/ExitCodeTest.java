package to.clasp.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import to.clasp.client.ClaspException;
import to.clasp.core.address.InvalidAddressException;
import to.clasp.transport.CloseReason;

class ExitCodeTest {

  @Command(name = "throws")
  private record Throws(Exception failure) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      throw failure;
    }
  }

  private final StringWriter err = new StringWriter();

  private int exitCodeOf(Exception failure) {
    return new CommandLine(new Throws(failure))
        .setExecutionExceptionHandler(new Errors())
        .setErr(new PrintWriter(err))
        .execute();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new ClaspException(ClaspException.Code.LOCKED, "why", null), 1),
        Arguments.of(new ClaspException(ClaspException.Code.REFUSED, "why", null), 1),
        Arguments.of(new ClaspException(ClaspException.Code.TOO_LARGE, "why", null), 64),
        Arguments.of(new ClaspException(ClaspException.Code.BAD_PATTERN, "why", null), 64),
        Arguments.of(new ClaspException(ClaspException.Code.NOT_CONNECTED, "why", null), 69),
        Arguments.of(new ClaspException(ClaspException.Code.HANDSHAKE_TIMEOUT, "why", null), 69),
        Arguments.of(new ClaspException(ClaspException.Code.PEER_UNREACHABLE, "why", null), 69),
        Arguments.of(new ClaspException(ClaspException.Code.P2P_UNAVAILABLE, "why", null), 69),
        Arguments.of(new ClaspException(ClaspException.Code.TIMEOUT, "why", null), 75),
        Arguments.of(new ClaspException(ClaspException.Code.UNAUTHORIZED, "why", null), 77),
        Arguments.of(new ClaspException(ClaspException.Code.FORBIDDEN, "why", null), 77),
        Arguments.of(CloseReason.of(CloseReason.Code.CONNECTION_REFUSED, "why").toException(), 69),
        Arguments.of(CloseReason.of(CloseReason.Code.FORBIDDEN, "why").toException(), 77),
        Arguments.of(CloseReason.of(CloseReason.Code.UNAUTHORIZED, "why").toException(), 77),
        Arguments.of(new InvalidAddressException("why"), 64),
        Arguments.of(new IllegalArgumentException("why"), 64),
        Arguments.of(new UncheckedIOException("why", new IOException("deeper")), 69));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void tellsWhatKindOfFailureItIs(Exception failure, int expected) {
    assertThat(exitCodeOf(failure)).isEqualTo(expected);
    assertThat(err.toString()).isEqualToIgnoringNewLines("clasp: why");
  }

  @Test
  void callsTheRestADefect() {
    assertThat(exitCodeOf(new IllegalStateException("why"))).isEqualTo(70);
    assertThat(err.toString()).contains("defect", "why");
  }

  @Test
  void saysNothingWhenInterrupted() {
    assertThat(exitCodeOf(new InterruptedException())).isEqualTo(130);
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void coversEveryFailureOfTheClient(ClaspException.Code code) {
    assertThat(ExitCode.of(code)).isNotIn(ExitCode.OK, ExitCode.INTERRUPTED, ExitCode.DEFECT);
  }
}
