package to.clasp.transport.webrtc.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.onvoid.webrtc.logging.Logging;
import dev.onvoid.webrtc.logging.Logging.Severity;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;
import to.clasp.testkit.record.Recorder;

class NativeLogTest {

  private static final String SECRET = "fCgRgbehlaoPD4m2qLIKC2C0";

  private final Recorder<String> lines = new Recorder<>();

  private NativeLog recording() {
    Logger logger = mock();
    when(logger.atLevel(any()))
        .thenAnswer(
            call -> {
              Level level = call.getArgument(0);
              LoggingEventBuilder builder = mock();
              org.mockito.Mockito.doAnswer(
                      log -> {
                        lines.record(level + " " + log.getArgument(0));
                        return null;
                      })
                  .when(builder)
                  .log(any(String.class));
              return builder;
            });
    return new NativeLog(logger);
  }

  @Test
  void bringsWhatLibwebrtcLogs() {
    assertThat(NativeRuntime.availability().isAvailable()).isTrue();
    NativeLog log = recording();
    Logging.addLogSink(Severity.WARNING, log::heard);

    Logging.warn("cue 7 from the test, pwd: " + SECRET);

    String line = lines.await(String.class, one -> one.contains("cue 7"), Duration.ofSeconds(30));
    assertThat(line).startsWith("WARN ").doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Set ICE ufrag: m94W pwd: " + SECRET + " on transport 0",
        "Gathered candidate: Cand[:89003784:1:udp:2122194687:10.1.0.x:35134:host::0:m94W:"
            + SECRET
            + ":3:50:0]",
        "a=ice-pwd:" + SECRET,
        "username=" + SECRET + " realm=x",
        "credential: " + SECRET,
        "Password = " + SECRET
      })
  void secretsAreTakenOut(String line) {
    assertThat(NativeLog.redacted(line)).doesNotContain(SECRET).contains("***");
  }

  @Test
  void shortSecretsThatAreAnnouncedAreTakenOutToo() {
    assertThat(NativeLog.redacted("password: cue username:stage, ok"))
        .isEqualTo("password: *** username:*** ok");
  }

  @Test
  void whatIsNoSecretStays() {
    assertThat(NativeLog.redacted("(p2p_transport_channel.cc:964): gathering complete\n"))
        .isEqualTo("(p2p_transport_channel.cc:964): gathering complete");
    assertThat(NativeLog.redacted("x y ".repeat(10_000))).hasSizeLessThan(2_010);
  }

  @Test
  void isSilentUnlessAsked() {
    assertThat(NativeLog.severity(null)).isEqualTo(Severity.NONE);
    assertThat(NativeLog.severity(" ")).isEqualTo(Severity.NONE);
    assertThat(NativeLog.severity("info")).isEqualTo(Severity.INFO);
    assertThat(NativeLog.severity("Verbose")).isEqualTo(Severity.VERBOSE);
    assertThat(NativeLog.severity("loud")).isEqualTo(Severity.NONE);
  }
}
