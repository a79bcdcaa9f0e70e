package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.testkit.memory.InMemoryPeerTransport;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerEvent.Closed;
import to.clasp.transport.peer.PeerEvent.Connected;
import to.clasp.transport.peer.PeerEvent.Connecting;
import to.clasp.transport.peer.PeerEvent.Failed;
import to.clasp.transport.peer.PeerEvent.PathChanged;
import to.clasp.transport.peer.PeerEvent.Renewed;
import to.clasp.transport.peer.PeerLinkOptions;
import to.clasp.transport.peer.PeerState;

/** Links whose transport asks to be replaced. */
class RenewalTest {

  private final World world = new World();

  @AfterEach
  void end() {
    world.close();
  }

  private static P2POptions.Builder numbering(P2POptions.Builder options) {
    return options.link(PeerLinkOptions.DEFAULTS);
  }

  private Node node(String id) {
    return world.node(id, RenewalTest::numbering);
  }

  /** Links two nodes and forgets what has led to it. */
  private void link(Node from, Node to) {
    from.hybrid.connectPeer(to.id);
    world.advanceMillis(50);
    assertThat(from.snapshotOf(to).path()).isEqualTo(Path.P2P);
    assertThat(to.snapshotOf(from).path()).isEqualTo(Path.P2P);
    from.events.clear();
    to.events.clear();
    world.router.forgetWhatWasReceived();
  }

  private static List<Long> to(long end) {
    return LongStream.range(0, end).boxed().toList();
  }

  private static List<Long> numbers(Node node) {
    return node.arrivals().stream().map(Node.Arrival::number).toList();
  }

  private static List<TransportState> states(Node node) {
    return node.peers.transports().stream().map(InMemoryPeerTransport::state).toList();
  }

  private static List<Object> kinds(Node node) {
    return node.events.stream().<Object>map(PeerEvent::getClass).toList();
  }

  private void assertRouterCarriedNoFrames() {
    assertThat(world.router.published("/")).noneMatch(RenewalTest::isEnvelopeWithFrames);
    assertThat(world.router.published("/peer/")).isEmpty();
  }

  /** A message of the peer link that says nothing but what has been received is shorter. */
  private static boolean isEnvelopeWithFrames(PublishMessage publish) {
    return publish.value() instanceof Value.Dict map
        && map.get("message") instanceof Value.Bytes message
        && message.toByteArray().length > 32;
  }

  // ---- Peers that number frames

  @Test
  void framesGoOnWhileALinkIsRenewedBesideIt() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    for (int i = 0; i < 400; i++) {
      if (i % 100 == 50) {
        stage.link().reportRenewalDue(false);
      }
      desk.send(stage, i);
      stage.send(desk, i);
      world.advanceMillis(1);
      assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
      assertThat(stage.snapshotOf(desk).path()).isEqualTo(Path.P2P);
      assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    }
    world.advanceMillis(20);

    assertThat(numbers(stage)).isEqualTo(to(400));
    assertThat(numbers(desk)).isEqualTo(to(400));
    assertThat(stage.arrivals()).allMatch(arrival -> arrival.path() == Path.P2P);
    assertRouterCarriedNoFrames();
    assertThat(kinds(desk)).containsOnly(Renewed.class).hasSize(4);
    assertThat(kinds(stage)).containsOnly(Renewed.class).hasSize(4);
    assertThat(desk.events(Renewed.class).get(0).candidatePair()).isNotNull();
    assertThat(desk.snapshotOf(stage).attempts()).isEqualTo(5);
    world.advance(P2POptions.DEFAULTS.drainTimeout());
    assertThat(states(desk)).containsOnlyOnce(TransportState.OPEN).hasSize(5);
    assertThat(states(stage)).containsOnlyOnce(TransportState.OPEN).hasSize(5);
    assertThat(kinds(desk)).hasSize(4);
  }

  @Test
  void theOldLinkStaysUntilThePeerCanHaveMovedToo() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    InMemoryPeerTransport old = stage.link();
    old.reportRenewalDue(false);
    world.advanceMillis(20);

    assertThat(stage.events(Renewed.class)).hasSize(1);
    assertThat(old.state()).isEqualTo(TransportState.OPEN);
    world.advance(P2POptions.DEFAULTS.drainTimeout());
    assertThat(old.state()).isEqualTo(TransportState.CLOSED);
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.CONNECTED);
    assertThat(kinds(desk)).containsExactly(Renewed.class);
  }

  @Test
  void streamsTakeTheNewLinkToo() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    desk.link().reportRenewalDue(false);
    world.advanceMillis(20);

    long before = desk.link().stats().framesSent();
    desk.hybrid.send(
        Frame.of(PublishMessage.of("/peer/stage/level", SignalType.STREAM, Value.of(0.5))));
    world.run();
    assertThat(desk.link().stats().framesSent()).isEqualTo(before + 1);
  }

  @Test
  void bothSidesAtOnceMakeOneLink() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    for (int i = 0; i < 200; i++) {
      if (i == 50) {
        desk.link().reportRenewalDue(false);
        stage.link().reportRenewalDue(false);
      }
      desk.send(stage, i);
      stage.send(desk, i);
      world.advanceMillis(1);
    }
    world.advance(P2POptions.DEFAULTS.drainTimeout());

    assertThat(numbers(stage)).isEqualTo(to(200));
    assertThat(numbers(desk)).isEqualTo(to(200));
    assertRouterCarriedNoFrames();
    assertThat(kinds(desk)).containsExactly(Renewed.class);
    assertThat(kinds(stage)).containsExactly(Renewed.class);
    // The smaller id has given its own attempt up.
    assertThat(states(desk))
        .containsExactly(TransportState.CLOSED, TransportState.CLOSED, TransportState.OPEN);
    assertThat(states(stage)).containsExactly(TransportState.CLOSED, TransportState.OPEN);
  }

  @Test
  void anAttemptThatFailsLeavesTheLinkInPlaceAndIsRepeatedEverLater() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    InMemoryPeerTransport old = desk.link();
    stage.peers.behaviour().refuseOffers("not now");
    old.reportRenewalDue(false);
    world.run();
    assertThat(desk.peers.transports()).hasSize(2);
    world.advanceMillis(499);
    assertThat(desk.peers.transports()).hasSize(2);
    world.advanceMillis(1);
    assertThat(desk.peers.transports()).hasSize(3);
    world.advanceMillis(999);
    assertThat(desk.peers.transports()).hasSize(3);
    desk.send(stage, 0);
    world.advanceMillis(1);
    assertThat(desk.peers.transports()).hasSize(4);
    stage.peers.behaviour().refuseOffers(null);

    assertThat(old.state()).isEqualTo(TransportState.OPEN);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    assertThat(stage.arrivals()).containsExactly(new Node.Arrival(0, Path.P2P));
    assertThat(desk.events).isEmpty();
    assertThat(stage.events).isEmpty();
    assertThat(desk.snapshotOf(stage).lastFailure()).isNull();
    world.advanceMillis(2_050);
    assertThat(kinds(desk)).containsExactly(Renewed.class);
    assertThat(kinds(stage)).containsExactly(Renewed.class);
    assertRouterCarriedNoFrames();
  }

  @Test
  void anAttemptThatNobodyAnswersLeavesTheLinkInPlace() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    stage.peers.behaviour().answerOffers(false);
    desk.link().reportRenewalDue(false);
    world.advanceMillis(10_100);
    stage.peers.behaviour().answerOffers(true);
    assertThat(desk.events).isEmpty();
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);

    world.advanceMillis(1_000);
    assertThat(kinds(desk)).containsExactly(Renewed.class);
  }

  @Test
  void aLinkThatBreaksWhileItIsRenewedIsReplacedByTheAttemptUnderWay() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    stage.peers.behaviour().connectDelay(Duration.ofMillis(300));
    for (int i = 0; i < 600; i++) {
      if (i == 100) {
        desk.link().reportRenewalDue(false);
      } else if (i == 200) {
        desk.peers.transports().get(0).dropLink(Code.ICE_FAILED);
      }
      desk.send(stage, i);
      world.advanceMillis(1);
    }
    world.advanceMillis(2_000);

    assertThat(numbers(stage)).isEqualTo(to(600));
    assertThat(desk.events(Failed.class)).hasSize(1);
    assertThat(desk.events(Connecting.class)).hasSize(1);
    assertThat(desk.events(Connected.class)).hasSize(1);
    assertThat(desk.events(Renewed.class)).isEmpty();
    assertThat(desk.peers.transports()).hasSize(2);
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
  }

  @Test
  void aNewLinkThatBreaksBeforeItIsTrustedLeavesTheOldOneInUse() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    InMemoryPeerTransport old = desk.link();
    desk.peers.behaviour().connectDelay(Duration.ofMillis(1));
    old.reportRenewalDue(false);
    world.run();
    InMemoryPeerTransport fresh = desk.link();
    assertThat(fresh).isNotSameAs(old);
    fresh.silence(true);
    world.advanceMillis(20);
    assertThat(fresh.state()).isEqualTo(TransportState.OPEN);
    fresh.dropLink(Code.ICE_FAILED);
    world.advanceMillis(20);

    assertThat(fresh.state()).isEqualTo(TransportState.CLOSED);
    assertThat(old.state()).isEqualTo(TransportState.OPEN);
    desk.send(stage, 0);
    world.advanceMillis(20);
    assertThat(stage.arrivals()).containsExactly(new Node.Arrival(0, Path.P2P));
    assertThat(desk.events(Failed.class)).isEmpty();
    world.advanceMillis(1_000);
    assertThat(desk.events(Renewed.class)).hasSize(1);
    assertRouterCarriedNoFrames();
  }

  @Test
  void theOldLinkServesOnWhenTheNewOneBreaksSoonAfterItHasTakenOver() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    InMemoryPeerTransport old = desk.link();
    for (int i = 0; i < 300; i++) {
      if (i == 50) {
        old.reportRenewalDue(false);
      } else if (i == 100) {
        assertThat(kinds(desk)).containsExactly(Renewed.class);
        desk.link().dropLink(Code.ICE_FAILED);
      }
      desk.send(stage, i);
      stage.send(desk, i);
      world.advanceMillis(1);
    }

    assertThat(old.state()).isEqualTo(TransportState.OPEN);
    assertThat(numbers(stage)).isEqualTo(to(300));
    assertThat(numbers(desk)).isEqualTo(to(300));
    assertThat(stage.arrivals()).allMatch(arrival -> arrival.path() == Path.P2P);
    assertRouterCarriedNoFrames();
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    // Nothing has changed for the application; the renewal is made up for.
    assertThat(kinds(desk)).containsExactly(Renewed.class);
    world.advance(Duration.ofSeconds(3));
    assertThat(kinds(desk)).containsExactly(Renewed.class, Renewed.class);
    world.advance(P2POptions.DEFAULTS.drainTimeout());
    assertThat(states(desk))
        .containsExactly(TransportState.CLOSED, TransportState.CLOSED, TransportState.OPEN);
  }

  @Test
  void whenIceHasGivenTheNewLinkUpTheOldOneCountsAsConnected() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    InMemoryPeerTransport old = desk.link();
    old.reportRenewalDue(false);
    world.advanceMillis(20);
    desk.link().reportConnectivity(Connectivity.DISCONNECTED);
    world.run();
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.DISCONNECTED);
    desk.link().dropLink(Code.ICE_FAILED);
    world.run();

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    world.advance(P2POptions.DEFAULTS.disconnectGrace());
    // The grace time of the other link does not end it; it has been renewed since.
    assertThat(desk.events(Failed.class)).isEmpty();
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
  }

  @Test
  void aPathIsLeftForTheReasonOfTheLinkThatEndedLast() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    InMemoryPeerTransport old = desk.link();
    old.reportRenewalDue(false);
    world.advanceMillis(20);
    desk.link().dropLink(Code.DTLS_FAILED);
    world.advanceMillis(10);
    old.dropLink(Code.ICE_FAILED);
    world.run();

    assertThat(desk.events(PathChanged.class))
        .singleElement()
        .satisfies(change -> assertThat(Outcomes.code(change.cause())).isEqualTo(Code.ICE_FAILED));
    assertThat(desk.events(Failed.class)).hasSize(1);
  }

  @Test
  void aPathThatTheApplicationClosesIsLeftForThatReasonThoughAnOldLinkIsStillThere() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    desk.link().reportRenewalDue(false);
    world.advanceMillis(20);
    desk.hybrid.disconnectPeer("stage");
    world.run();

    assertThat(desk.events(PathChanged.class))
        .singleElement()
        .satisfies(change -> assertThat(Outcomes.code(change.cause())).isEqualTo(Code.LOCAL_CLOSE));
    assertThat(kinds(desk))
        .containsExactly(
            Renewed.class, PathChanged.class, PeerEvent.StateChanged.class, Closed.class);
    assertThat(stage.events(Failed.class)).isEmpty();
    assertThat(stage.events(Closed.class)).hasSize(1);
  }

  @Test
  void whatIsDueWithoutASessionIsDoneWhenThereIsOne() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    world.router.session("desk").lose();
    world.run();
    desk.link().reportRenewalDue(false);
    world.run();
    assertThat(desk.peers.transports()).hasSize(1);

    world.advanceMillis(100);
    assertThat(desk.events(Renewed.class)).hasSize(1);
  }

  @Test
  void aLinkThatIsDueAsSoonAsItIsUpIsRenewedAgain() {
    Node desk = node("desk");
    Node stage = node("stage");
    stage.peers.behaviour().connectDelay(Duration.ofMillis(10));
    desk.hybrid.connectPeer("stage");
    world.run();
    desk.link().reportRenewalDue(false);
    world.advanceMillis(100);

    assertThat(desk.peers.transports()).hasSize(2);
    assertThat(kinds(desk)).contains(Connected.class, Renewed.class);
    desk.send(stage, 0);
    world.advanceMillis(20);
    assertThat(stage.arrivals()).containsExactly(new Node.Arrival(0, Path.P2P));
  }

  @Test
  void closingInTheMiddleLeavesNothingBehind() {
    Node desk = node("desk");
    Node stage = node("stage");
    link(desk, stage);
    stage.peers.behaviour().connectDelay(Duration.ofMillis(100));
    desk.link().reportRenewalDue(false);
    world.advanceMillis(50);
    desk.hybrid.disconnectPeer("stage");
    world.run();

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CLOSED);
    assertThat(kinds(desk))
        .containsOnly(PeerEvent.StateChanged.class, Closed.class, PathChanged.class);
  }

  // ---- Other peers

  @Test
  void aPlainLinkIsMadeAnewWhenItIsNotInUse() {
    Node desk = node("desk");
    Node stage = world.node("stage");
    link(desk, stage);
    desk.link().reportRenewalDue(false);
    for (int i = 0; i < 100; i++) {
      desk.send(stage, i);
      world.advanceMillis(20);
    }
    assertThat(desk.peers.transports()).hasSize(1);
    assertThat(desk.events).isEmpty();
    world.advanceMillis(979);
    assertThat(desk.peers.transports()).hasSize(1);
    world.advanceMillis(1);

    assertThat(desk.peers.transports()).hasSize(2);
    assertThat(states(desk)).containsExactly(TransportState.CLOSED, TransportState.OPEN);
    assertThat(kinds(desk))
        .containsSubsequence(Closed.class, Connecting.class, Connected.class)
        .doesNotContain(Failed.class);
    assertThat(desk.events(Closed.class).get(0).reason().code()).isEqualTo(Code.RENEWED);
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
    desk.send(stage, 100);
    world.run();
    assertThat(numbers(stage)).isEqualTo(to(101));
  }

  @Test
  void aPlainLinkThatIsOverdueIsInterruptedInUse() {
    Node desk = node("desk");
    Node stage = world.node("stage");
    link(desk, stage);
    for (int i = 0; i < 300; i++) {
      if (i == 100) {
        desk.link().reportRenewalDue(false);
      } else if (i == 200) {
        assertThat(desk.peers.transports()).hasSize(1);
        desk.link().reportRenewalDue(true);
      }
      desk.send(stage, i);
      world.advanceMillis(1);
    }

    assertThat(numbers(stage)).isEqualTo(to(300));
    assertThat(desk.peers.transports()).hasSize(2);
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
    assertThat(kinds(desk)).doesNotContain(Failed.class);
  }

  @Test
  void theOldPlainLinkHasEndedBeforeTheNewOneIsOffered() {
    Node desk = node("desk");
    Node stage = world.node("stage");
    link(desk, stage);
    InMemoryPeerTransport old = desk.link();
    // What waits in the old link keeps it for as long as that may take.
    old.stall(true);
    desk.send(stage, 0);
    old.reportRenewalDue(true);
    world.run();
    desk.send(stage, 1);
    desk.hybrid.connectPeer("stage");
    world.advanceMillis(1_999);
    assertThat(desk.peers.transports()).hasSize(1);
    assertThat(old.state()).isEqualTo(TransportState.CLOSING);

    world.advanceMillis(1);
    assertThat(desk.peers.transports()).hasSize(2);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
  }
}
