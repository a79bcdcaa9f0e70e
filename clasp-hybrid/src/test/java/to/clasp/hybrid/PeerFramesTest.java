package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.hybrid.Node.Arrival;
import to.clasp.testkit.record.TransportEvent.Received;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;

/** What a peer can bring about with the frames that it sends. */
class PeerFramesTest {

  private final World world = new World();
  private final Node stage = world.node("stage");
  private final Node desk = world.node("desk");

  PeerFramesTest() {
    world.link(desk, stage);
    stage.heard.clear();
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void direct(Frame frame) {
    assertThat(desk.hybrid.sendToPeer("stage", frame).isAccepted()).isTrue();
    world.run();
  }

  @Test
  void framesForUsPassWithTheirSource() {
    direct(Node.value("stage", 1));

    assertThat(stage.heard.events(Received.class))
        .containsExactly(new Received(Node.value("stage", 1), FrameSource.peer("desk")));
  }

  @Test
  void framesForOthersAreCountedAndDropped() {
    direct(Node.value("desk", 1));
    direct(Frame.of(SetMessage.of("/lights/1", Value.of(1L))));
    direct(Frame.of(new ErrorMessage(401, "go away", null, null)));
    direct(Frame.of(new WelcomeMessage(1, java.util.Set.of(), 0, "forged", "x", null)));
    direct(
        Node.event(MemoryRouter.SIGNAL + world.router.session("stage").id(), Value.of("a signal")));

    assertThat(stage.heard.events()).isEmpty();
    assertThat(stage.snapshotOf(desk).framesDropped()).isEqualTo(5);
    assertThat(stage.hybrid.stats().framesDropped()).isEqualTo(5);
    // A forged WELCOME changes no session.
    assertThat(world.router.published(MemoryRouter.ANNOUNCE)).hasSize(2);
  }

  @Test
  void aPingIsAnsweredOverTheLinkAndNotShown() {
    desk.heard.clear();
    direct(Frame.of(new PingMessage()));

    assertThat(stage.heard.events()).isEmpty();
    assertThat(stage.snapshotOf(desk).framesSent()).isEqualTo(1);
    // A PONG of a peer is of no use to the application.
    assertThat(desk.heard.events()).isEmpty();
  }

  @Test
  void framesOfPeersComeAlsoWhileTheRouterIsAway() {
    world.router.stop();
    world.run();
    stage.heard.clear();
    direct(Node.value("stage", 1));

    assertThat(stage.arrivals()).isEqualTo(List.of(new Arrival(1, Path.P2P)));
  }
}
