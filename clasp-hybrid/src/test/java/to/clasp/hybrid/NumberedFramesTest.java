package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerLinkOptions;

/** Frames between two peers of ours: each arrives once and in order, whatever becomes of paths. */
class NumberedFramesTest {

  private final World world = new World();

  @AfterEach
  void end() {
    world.close();
  }

  private static P2POptions.Builder numbering(P2POptions.Builder options) {
    return options.link(PeerLinkOptions.DEFAULTS);
  }

  private Node node(String id) {
    return world.node(id, NumberedFramesTest::numbering);
  }

  private static List<Long> to(long end) {
    return LongStream.range(0, end).boxed().toList();
  }

  private static List<Long> numbers(Node node) {
    return node.arrivals().stream().map(Node.Arrival::number).toList();
  }

  private Node linked(Node from, Node to) {
    from.hybrid.connectPeer(to.id);
    world.advanceMillis(50);
    assertThat(from.snapshotOf(to).path()).isEqualTo(Path.P2P);
    return to;
  }

  @Test
  void framesGoDirectlyOnceTheChannelIsGreeted() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    assertThat(desk.send(stage, 0)).isSameAs(SendResult.P2P);
    world.advanceMillis(10);
    assertThat(stage.arrivals()).containsExactly(new Node.Arrival(0, Path.P2P));
    assertThat(desk.snapshotOf(stage).framesSent()).isEqualTo(1);
    assertThat(stage.snapshotOf(desk).framesReceived()).isEqualTo(1);
  }

  @Test
  void aLinkThatBreaksUnderLoadLosesNothing() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    for (int i = 0; i < 100; i++) {
      desk.send(stage, i);
    }
    desk.link().dropLink(Code.ICE_FAILED);
    for (int i = 100; i < 200; i++) {
      desk.send(stage, i);
      world.advanceMillis(1);
    }
    world.advanceMillis(5_000);
    assertThat(numbers(stage)).isEqualTo(to(200));
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
  }

  @Test
  void aLinkThatFallsSilentLosesNothing() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    for (int i = 0; i < 1_000; i++) {
      if (i == 300) {
        desk.link().silence(true);
      }
      desk.send(stage, i);
      world.advanceMillis(2);
    }
    world.advanceMillis(10_000);
    assertThat(numbers(stage)).isEqualTo(to(1_000));
    assertThat(stage.arrivals().stream().map(Node.Arrival::path)).contains(Path.ROUTER);
  }

  @Test
  void morePeersInUseThanLinksLoseNothing() {
    Node desk = world.node("desk", options -> numbering(options.maxPeers(1)));
    Node a = node("a");
    Node b = node("b");
    for (int i = 0; i < 1_000; i++) {
      desk.send(a, i);
      desk.send(b, i);
      world.advanceMillis(1);
    }
    world.advanceMillis(2_000);
    assertThat(numbers(a)).isEqualTo(to(1_000));
    assertThat(numbers(b)).isEqualTo(to(1_000));
  }

  @Test
  void aPeerThatDoesNotNumberGetsPlainFrames() {
    Node desk = node("desk");
    Node stage = linked(desk, world.node("stage"));
    assertThat(desk.send(stage, 0)).isSameAs(SendResult.P2P);
    assertThat(stage.send(desk, 0)).isSameAs(SendResult.P2P);
    world.run();
    assertThat(stage.arrivals()).containsExactly(new Node.Arrival(0, Path.P2P));
    assertThat(desk.arrivals()).containsExactly(new Node.Arrival(0, Path.P2P));
  }

  @Test
  void closingWaitsUntilThePeerHasAcknowledged() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    for (int i = 0; i < 500; i++) {
      desk.send(stage, i);
    }
    desk.hybrid.close();
    world.advanceMillis(200);
    assertThat(numbers(stage)).isEqualTo(to(500));
    assertThat(desk.hybrid.state()).isEqualTo(TransportState.CLOSED);
  }

  @Test
  void closingTellsWhatWasNotDelivered() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    desk.link().silence(true);
    desk.router.close();
    desk.send(stage, 0);
    desk.send(stage, 1);
    desk.hybrid.close();
    world.advance(Duration.ofSeconds(30));
    assertThat(desk.events(PeerEvent.Undelivered.class))
        .extracting(PeerEvent.Undelivered::frames)
        .containsExactly(2L);
    assertThat(desk.hybrid.state()).isEqualTo(TransportState.CLOSED);
  }
}
