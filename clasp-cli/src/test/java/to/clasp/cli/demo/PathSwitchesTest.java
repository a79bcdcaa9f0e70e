package to.clasp.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import to.clasp.cli.output.Output;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerEvent;

class PathSwitchesTest {

  private final StringWriter out = new StringWriter();
  private final PathSwitches switches =
      new PathSwitches(
          "stage",
          new Story(new Output(new PrintWriter(out), new PrintWriter(new StringWriter()), true)));

  private static PeerEvent change(String peer, Path from, Path to) {
    CloseReason cause = to == Path.P2P ? null : CloseReason.of(CloseReason.Code.SILENT, "silence");
    return new PeerEvent.PathChanged(peer, Instant.now(), from, to, cause);
  }

  @Test
  void beginsWithTheRouter() throws Exception {
    assertThat(switches.await(Path.ROUTER, Duration.ZERO)).isTrue();
    assertThat(switches.await(Path.P2P, Duration.ofMillis(1))).isFalse();
  }

  @Test
  void keepsAndTellsTheChangesOfItsPeer() throws Exception {
    switches.accept(change("stage", Path.ROUTER, Path.P2P));
    switches.accept(change("other", Path.P2P, Path.ROUTER));
    switches.accept(new PeerEvent.Connected("stage", Instant.now(), null));
    assertThat(switches.await(Path.P2P, Duration.ZERO)).isTrue();
    switches.accept(change("stage", Path.P2P, Path.ROUTER));
    assertThat(switches.await(Path.ROUTER, Duration.ZERO)).isTrue();
    assertThat(switches.all())
        .extracting(PathSwitches.Switch::to)
        .containsExactly(Path.P2P, Path.ROUTER);
    assertThat(out.toString().lines())
        .hasSize(2)
        .last()
        .asString()
        .endsWith("\"from\":\"p2p\",\"to\":\"router\",\"cause\":\"silence\"}");
  }

  @Test
  void leavesOutWhatComesAfterTheEnd() {
    switches.end();
    switches.accept(change("stage", Path.ROUTER, Path.P2P));
    assertThat(switches.all()).isEmpty();
    assertThat(out.toString()).isEmpty();
  }
}
