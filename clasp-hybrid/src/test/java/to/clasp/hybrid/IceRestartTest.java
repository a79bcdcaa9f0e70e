package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.value.Value;
import to.clasp.transport.Path;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent.Closed;
import to.clasp.transport.peer.PeerEvent.Connected;
import to.clasp.transport.peer.PeerEvent.Connecting;
import to.clasp.transport.peer.PeerEvent.Failed;
import to.clasp.transport.peer.PeerLinkOptions;
import to.clasp.transport.peer.PeerState;

/** What becomes of a link whose packets do not get through any more. */
class IceRestartTest {

  private final World world = new World();

  @AfterEach
  void end() {
    world.close();
  }

  private static P2POptions.Builder numbering(P2POptions.Builder options) {
    return options.link(PeerLinkOptions.DEFAULTS);
  }

  /** The desk offers. */
  private Node[] linked() {
    Node desk = world.node("desk", IceRestartTest::numbering);
    Node stage = world.node("stage", IceRestartTest::numbering);
    link(desk, stage);
    return new Node[] {desk, stage};
  }

  private void link(Node desk, Node stage) {
    desk.hybrid.connectPeer("stage");
    world.advanceMillis(50);
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
    desk.events.clear();
    stage.events.clear();
  }

  private long offers(String session) {
    return world.router.published(MemoryRouter.SIGNAL + world.router.session(session).id()).stream()
        .filter(
            publish ->
                publish.value() instanceof Value.Dict map && "offer".equals(map.text("type")))
        .count();
  }

  private static List<Long> to(long end) {
    return LongStream.range(0, end).boxed().toList();
  }

  private static List<Long> numbers(Node node) {
    return node.arrivals().stream().map(Node.Arrival::number).toList();
  }

  @Test
  void aSilentLinkFindsAnotherWay() {
    Node[] both = linked();
    Node desk = both[0];
    Node stage = both[1];
    for (int i = 0; i < 3_000; i++) {
      if (i == 100) {
        desk.link().silence(true);
      }
      desk.send(stage, i);
      stage.send(desk, i);
      world.advanceMillis(1);
    }
    world.advanceMillis(2_000);

    assertThat(numbers(stage)).isEqualTo(to(3_000));
    assertThat(numbers(desk)).isEqualTo(to(3_000));
    assertThat(desk.peers.transports()).hasSize(1);
    assertThat(desk.link().iceRestarts()).isEqualTo(1);
    assertThat(stage.link().iceRestarts()).isEqualTo(1);
    assertThat(offers("stage")).isEqualTo(2);
    assertThat(offers("desk")).as("of the side that has not offered the link").isZero();
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
    assertThat(desk.events).doesNotHaveAnyElementsOfTypes(Connecting.class, Connected.class);
  }

  @Test
  void aLinkThatHealsEarlierIsLeftAlone() {
    Node[] both = linked();
    both[0].link().silence(true);
    both[0].send(both[1], 0);
    world.advanceMillis(1_200);
    assertThat(both[0].snapshotOf(both[1]).path()).isEqualTo(Path.ROUTER);
    both[0].link().silence(false);
    world.advance(Duration.ofSeconds(10));

    assertThat(both[0].snapshotOf(both[1]).path()).isEqualTo(Path.P2P);
    assertThat(both[0].link().iceRestarts()).isZero();
    assertThat(offers("stage")).isEqualTo(1);
  }

  @Test
  void whatIceSaysCountsToo() {
    Node[] both = linked();
    disconnect(both[0]);
    world.run();
    assertThat(both[0].stateOf(both[1])).isEqualTo(PeerState.DISCONNECTED);
    world.advanceMillis(999);
    assertThat(both[0].link().iceRestarts()).isZero();
    world.advanceMillis(1);
    assertThat(both[0].link().iceRestarts()).isEqualTo(1);

    both[0].link().reportConnectivity(Connectivity.CONNECTED);
    world.run();
    assertThat(both[0].stateOf(both[1])).isEqualTo(PeerState.CONNECTED);
    world.advanceMillis(1_000);
    disconnect(both[0]);
    world.advanceMillis(1_000);
    assertThat(both[0].link().iceRestarts()).as("each time anew").isEqualTo(2);
    both[0].link().reportConnectivity(Connectivity.CONNECTED);
  }

  private static void disconnect(Node node) {
    node.link().silence(true);
    node.link().reportConnectivity(Connectivity.DISCONNECTED);
  }

  @Test
  void aLinkOnWhichMessagesComeIsLeftAlone() {
    Node[] both = linked();
    both[0].link().reportConnectivity(Connectivity.DISCONNECTED);
    for (int i = 0; i < 400; i++) {
      both[1].send(both[0], i);
      world.advanceMillis(10);
    }
    assertThat(both[0].link().iceRestarts()).isZero();
    both[0].link().reportConnectivity(Connectivity.CONNECTED);
  }

  @Test
  void aLinkThatFindsNoOtherWayIsReplaced() {
    Node[] both = linked();
    Node desk = both[0];
    Node stage = both[1];
    stage.peers.behaviour().iceRestartWorks(false);
    desk.link().silence(true);
    for (int i = 0; i < 12_000; i++) {
      desk.send(stage, i);
      world.advanceMillis(1);
    }
    world.advanceMillis(2_000);

    assertThat(numbers(stage)).isEqualTo(to(12_000));
    assertThat(desk.link().iceRestarts()).isZero();
    assertThat(desk.peers.transports()).hasSizeGreaterThan(1);
    assertThat(desk.peers.transports().get(0).state()).isEqualTo(TransportState.CLOSED);
    assertThat(desk.events(Connected.class)).hasSize(1);
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
    assertThat(List.of(desk, stage))
        .as("a link that has broken is told as such on both sides")
        .allSatisfy(
            node -> {
              assertThat(node.events(Failed.class)).isNotEmpty();
              assertThat(node.events(Closed.class)).isEmpty();
            });
  }

  @Test
  void aPeerOfAnotherKindIsNotBothered() {
    Node desk = world.node("desk", IceRestartTest::numbering);
    Node stage = world.node("stage");
    link(desk, stage);
    desk.link().reportConnectivity(Connectivity.DISCONNECTED);
    world.advanceMillis(4_000);

    assertThat(desk.link().iceRestarts()).isZero();
    assertThat(offers("stage")).isEqualTo(1);
    desk.link().reportConnectivity(Connectivity.CONNECTED);
    world.run();
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
  }

  @Test
  void copiesOfSignalsDoNoHarm() {
    world.router.forward("/clasp/p2p/signal/", 2);
    Node[] both = linked();
    both[0].link().silence(true);
    for (int i = 0; i < 3_000; i++) {
      both[0].send(both[1], i);
      world.advanceMillis(1);
    }
    world.advanceMillis(2_000);

    assertThat(numbers(both[1])).isEqualTo(to(3_000));
    assertThat(both[0].link().iceRestarts()).isEqualTo(1);
    assertThat(both[1].link().iceRestarts()).isEqualTo(1);
    assertThat(both[1].peers.transports()).hasSize(1);
    assertThat(both[1].link().signalsDropped()).isPositive();
  }

  @Test
  void withoutASessionNothingIsAsked() {
    Node[] both = linked();
    world.router.stop();
    world.run();
    both[0].link().reportConnectivity(Connectivity.DISCONNECTED);
    world.advanceMillis(2_000);

    assertThat(both[0].link().iceRestarts()).isZero();
    assertThat(both[0].link().state()).isEqualTo(TransportState.OPEN);
  }

  @Test
  void aLinkThatStaysInDoubtIsMendedThoughTheRouterWasAwayMeanwhile() {
    Node[] both = linked();
    both[0].link().silence(true);
    both[0].send(both[1], 0);
    world.advanceMillis(600);
    assertThat(both[0].snapshotOf(both[1]).path()).isEqualTo(Path.ROUTER);
    world.router.session("desk").lose();
    world.run();
    // Nothing better is left than the link in doubt.
    assertThat(both[0].snapshotOf(both[1]).path()).isEqualTo(Path.P2P);
    world.advanceMillis(2_000);

    assertThat(both[0].link().iceRestarts()).isEqualTo(1);
    world.advanceMillis(1_000);
    assertThat(both[0].snapshotOf(both[1]).path()).isEqualTo(Path.P2P);
    assertThat(numbers(both[1])).isEqualTo(to(1));
  }

  @Test
  void aLinkThatFallsSilentWhileTheRouterIsAwayIsMendedWhenItIsBack() {
    Node[] both = linked();
    world.router.stop();
    world.run();
    both[0].link().silence(true);
    both[0].send(both[1], 0);
    world.advanceMillis(2_000);
    assertThat(both[0].link().iceRestarts()).isZero();
    world.router.start();
    world.advanceMillis(1_500);

    assertThat(both[0].link().iceRestarts()).isEqualTo(1);
    world.advanceMillis(1_000);
    assertThat(numbers(both[1])).isEqualTo(to(1));
  }
}
