package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import to.clasp.core.address.InvalidAddressException;
import to.clasp.hybrid.Node.Arrival;
import to.clasp.testkit.fault.ForwardingPeerTransportProvider;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.BreakerState;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.LinkStep;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerEvent.Announced;
import to.clasp.transport.peer.PeerEvent.Closed;
import to.clasp.transport.peer.PeerEvent.Connected;
import to.clasp.transport.peer.PeerEvent.Connecting;
import to.clasp.transport.peer.PeerEvent.Failed;
import to.clasp.transport.peer.PeerEvent.PathChanged;
import to.clasp.transport.peer.PeerEvent.StateChanged;
import to.clasp.transport.peer.PeerEvent.StepReached;
import to.clasp.transport.peer.PeerListener;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.spi.Availability;
import to.clasp.transport.spi.TransportContext;

/** The life of links: how they come, what is told of them, and how they end. */
class LinkTest {

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  // ---- Coming up

  @Test
  void isMadeOnFirstUseAndToldOnBothSides() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");

    desk.send(stage, 1);
    world.run();

    for (Node end : List.of(desk, stage)) {
      assertThat(end.events)
          .filteredOn(event -> !(event instanceof StepReached || event instanceof Announced))
          .extracting(PeerEvent::getClass)
          .isEqualTo(
              List.of(
                  StateChanged.class,
                  Connecting.class,
                  StateChanged.class,
                  Connected.class,
                  PathChanged.class));
      assertThat(end.events(StateChanged.class))
          .extracting(StateChanged::to)
          .containsExactly(PeerState.CONNECTING, PeerState.CONNECTED);
    }
    assertThat(desk.events(StepReached.class))
        .extracting(StepReached::step)
        .containsExactly(
            LinkStep.OFFER_CREATED,
            LinkStep.OFFER_SENT,
            LinkStep.ANSWERED,
            LinkStep.CONNECTED,
            LinkStep.CHANNELS_OPEN);
    assertThat(stage.events(StepReached.class))
        .extracting(StepReached::step)
        .containsExactly(
            LinkStep.OFFER_RECEIVED, LinkStep.ANSWERED, LinkStep.CONNECTED, LinkStep.CHANNELS_OPEN);
    assertThat(desk.events(Connecting.class).get(0).role()).isEqualTo(PeerRole.OFFERER);
    assertThat(desk.events(Connecting.class).get(0).attempt()).isEqualTo(1);
    assertThat(stage.events(Connecting.class).get(0).role()).isEqualTo(PeerRole.ANSWERER);
    assertThat(desk.events(Connected.class).get(0).candidatePair()).isNotNull();
    PathChanged path = desk.events(PathChanged.class).get(0);
    assertThat(path.from()).isEqualTo(Path.ROUTER);
    assertThat(path.to()).isEqualTo(Path.P2P);
    assertThat(path.cause()).isNull();
    assertThat(desk.events).allMatch(event -> event.peerId().equals("stage"));
    assertThat(desk.events).allMatch(event -> event.at().equals(world.loop.now()));
  }

  @Test
  void oneAttemptServesManySends() {
    Node stage = world.node("stage");
    stage.peers.behaviour().connectDelay(Duration.ofMillis(50));
    Node desk = world.node("desk");
    for (int i = 0; i < 100; i++) {
      desk.send(stage, i);
    }
    world.advanceMillis(100);

    assertThat(desk.peers.transports()).hasSize(1);
    assertThat(stage.peers.transports()).hasSize(1);
    assertThat(stage.arrivals()).hasSize(100);
  }

  @Test
  void connectPeerCompletesWhenTheLinkIsUp() {
    Node stage = world.node("stage");
    stage.peers.behaviour().connectDelay(Duration.ofMillis(50));
    Node desk = world.node("desk");

    CompletableFuture<PeerSnapshot> first = connect(desk, "stage");
    CompletableFuture<PeerSnapshot> second = connect(desk, "stage");
    world.run();
    assertThat(first).isNotDone();
    world.advanceMillis(50);

    assertThat(first.join().state()).isEqualTo(PeerState.CONNECTED);
    assertThat(second.join().path()).isEqualTo(Path.P2P);
    CompletableFuture<PeerSnapshot> third = connect(desk, "stage");
    world.run();
    assertThat(third).isCompleted();
    assertThat(desk.peers.transports()).hasSize(1);
  }

  @Test
  void connectPeerTriesAlsoWhenTheBreakerIsOpen() {
    Node stage = world.node("stage");
    stage.peers.behaviour().refuseOffers("not now");
    Node desk = world.node("desk");
    CompletableFuture<PeerSnapshot> refused = connect(desk, "stage");
    world.run();
    assertThat(Outcomes.reason(refused).code()).isEqualTo(Code.REJECTED);
    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.OPEN);

    stage.peers.behaviour().refuseOffers(null);
    CompletableFuture<PeerSnapshot> linked = connect(desk, "stage");
    world.run();

    assertThat(linked.join().state()).isEqualTo(PeerState.CONNECTED);
    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.CLOSED);
  }

  @ParameterizedTest
  @CsvSource({"''", "a/b", "a*", "desk"})
  void connectPeerRefusesWhatIsNoPeer(String peer) {
    Node desk = world.node("desk");

    assertThatThrownBy(() -> desk.hybrid.connectPeer(peer))
        .isInstanceOfAny(InvalidAddressException.class, IllegalArgumentException.class)
        .hasMessageContaining("peer id");
  }

  @Test
  void connectPeerWaitsForASessionAndForTheProvider() {
    Node stage = world.node("stage");
    List<Runnable> background = new ArrayList<>();
    Node desk = world.make("desk", options -> options, peers -> peers, background::add);
    CompletableFuture<PeerSnapshot> linked = connect(desk, "stage");
    world.startedAndSettled(desk);
    assertThat(linked).isNotDone();

    List.copyOf(background).forEach(Runnable::run);
    background.clear();
    world.run();

    assertThat(linked.join().state()).isEqualTo(PeerState.CONNECTED);
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.CONNECTED);
    desk.hybrid.close();
    world.run();
    background.forEach(Runnable::run);
  }

  @Test
  void connectPeerDoesNotWaitForASessionForEver() {
    Node desk = world.node("desk");
    world.router.stop();
    world.run();

    CompletableFuture<PeerSnapshot> linked = connect(desk, "stage");
    world.advanceMillis(9_999);
    assertThat(linked).isNotDone();
    world.advanceMillis(1);

    assertThat(Outcomes.reason(linked).code()).isEqualTo(Code.CONNECT_TIMEOUT);
    assertThat(Outcomes.reason(linked).message()).contains("no session");
  }

  @Test
  void connectPeerFailsAfterClose() {
    Node desk = world.node("desk");
    desk.hybrid.close();
    world.run();

    assertThat(Outcomes.reason(connect(desk, "stage")).code()).isEqualTo(Code.LOCAL_CLOSE);
  }

  @Test
  void anAttemptThatIsNotAnsweredEndsInTimeOnBothSides() {
    Node stage = world.node("stage");
    stage.peers.behaviour().answerOffers(false);
    Node desk = world.node("desk");
    desk.send(stage, 1);
    world.advanceMillis(9_999);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTING);
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.CONNECTING);
    world.advanceMillis(1);

    assertThat(desk.events(Failed.class)).hasSize(1);
    assertThat(desk.events(Failed.class).get(0).reason().code()).isEqualTo(Code.CONNECT_TIMEOUT);
    assertThat(stage.events(Failed.class)).hasSize(1);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.FAILED);
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.FAILED);
    assertThat(desk.snapshotOf(stage).lastFailure()).isNotNull();
  }

  @Test
  void iceThatFindsNoPairFailsTheAttempt() {
    Node stage = world.node("stage");
    stage.peers.behaviour().iceWorks(false);
    Node desk = world.node("desk");
    desk.peers.behaviour().iceWorks(false);
    desk.send(stage, 1);
    world.run();

    assertThat(desk.events(Failed.class).get(0).reason().code()).isEqualTo(Code.ICE_FAILED);
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.ROUTER));
  }

  @Test
  void failedAttemptsAreRepeatedLaterEachTimeWhileTheLinkIsWanted() {
    Node stage = world.node("stage");
    stage.peers.behaviour().iceWorks(false);
    Node desk = world.node("desk", options -> options.breakerFailures(100));
    desk.send(stage, 1);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 60_000 && times.size() < 6; i += 10) {
      int before = desk.peers.transports().size();
      world.advanceMillis(10);
      desk.send(stage, 2);
      for (int n = before; n < desk.peers.transports().size(); n++) {
        times.add(world.loop.nanoTime() / 1_000_000);
      }
    }

    // 500 ms, doubled each time.
    assertThat(times).containsExactly(10L, 500L, 1_500L, 3_500L, 7_500L, 15_500L);
  }

  // ---- The circuit breaker

  @Test
  void opensTheBreakerAfterFailuresAndProbesWithOneAttemptBesideTheRouter() {
    Node stage = world.node("stage");
    stage.peers.behaviour().iceWorks(false);
    Node desk = world.node("desk");
    desk.send(stage, 0);
    world.advanceMillis(1_500);
    assertThat(desk.peers.transports()).hasSize(3);
    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.OPEN);
    // Open for 500 ms; nobody tries meanwhile.
    for (int i = 0; i < 49; i++) {
      assertThat(desk.send(stage, i)).isSameAs(SendResult.ROUTER);
      world.advanceMillis(10);
    }
    assertThat(desk.peers.transports()).hasSize(3);
    stage.peers.behaviour().iceWorks(true).connectDelay(Duration.ofMillis(100));
    world.advanceMillis(11);

    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.HALF_OPEN);
    assertThat(desk.peers.transports()).hasSize(4);
    assertThat(desk.send(stage, 100)).isSameAs(SendResult.ROUTER);
    world.advanceMillis(100);
    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.CLOSED);
    assertThat(desk.send(stage, 101)).isSameAs(SendResult.P2P);
  }

  @Test
  void aFailedProbeKeepsTheBreakerOpenForLonger() {
    Node stage = world.node("stage");
    stage.peers.behaviour().refuseOffers("never");
    Node desk = world.node("desk");
    desk.send(stage, 0);
    world.run();
    List<Long> probes = new ArrayList<>();
    for (int i = 0; i < 20_000; i += 10) {
      int before = desk.peers.transports().size();
      world.advanceMillis(10);
      desk.send(stage, i);
      if (desk.peers.transports().size() > before) {
        probes.add(world.loop.nanoTime() / 1_000_000);
      }
    }

    // The breaker lets one through strictly after 500 ms, 1 s, 2 s, 4 s, 8 s.
    assertThat(probes).containsExactly(510L, 1_510L, 3_510L, 7_510L, 15_510L);
  }

  @Test
  void aLinkThatComesAndGoesOpensTheBreaker() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    desk.send(stage, 0);
    world.run();
    int links = 0;
    while (desk.snapshotOf(stage).breaker() == BreakerState.CLOSED && links < 10) {
      links++;
      stage.link().dropLink(Code.ICE_FAILED);
      world.run();
      if (desk.snapshotOf(stage).breaker() == BreakerState.CLOSED) {
        desk.hybrid.connectPeer("stage");
        world.run();
      }
    }

    assertThat(links).isEqualTo(3);
  }

  @Test
  void aLinkThatLastsTakesEarlierFailuresBack() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    for (int i = 0; i < 6; i++) {
      desk.hybrid.connectPeer("stage");
      world.run();
      world.advanceMillis(10_000);
      stage.link().dropLink(Code.ICE_FAILED);
      world.run();
    }

    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void anAttemptThatIsCalledOffInTheHalfOpenStateGivesItsPermitBack() {
    Node stage = world.node("stage");
    stage.peers.behaviour().refuseOffers("no");
    Node desk = world.node("desk");
    desk.send(stage, 0);
    world.run();
    stage.peers.behaviour().refuseOffers(null).answerOffers(false);
    world.advanceMillis(501);
    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.HALF_OPEN);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTING);
    desk.hybrid.disconnectPeer("stage");
    world.run();
    stage.peers.behaviour().answerOffers(true);

    desk.send(stage, 1);
    world.run();

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
  }

  // ---- Ending

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"ICE_FAILED", "DTLS_FAILED", "SILENT"})
  void aLinkThatBreaksIsToldWithItsCauseAndMadeAgain(Code code) {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    desk.send(stage, 0);
    world.run();
    desk.events.clear();

    stage.link().dropLink(code);
    world.run();

    assertThat(desk.events)
        .extracting(PeerEvent::getClass)
        .isEqualTo(List.of(StateChanged.class, PathChanged.class, Failed.class));
    StateChanged lost = desk.events(StateChanged.class).get(0);
    assertThat(lost.from()).isEqualTo(PeerState.CONNECTED);
    assertThat(lost.to()).isEqualTo(PeerState.DISCONNECTED);
    assertThat(Outcomes.code(lost.cause())).isEqualTo(code);
    PathChanged path = desk.events(PathChanged.class).get(0);
    assertThat(path.from()).isEqualTo(Path.P2P);
    assertThat(path.to()).isEqualTo(Path.ROUTER);
    assertThat(path.cause()).isEqualTo(desk.events(Failed.class).get(0).reason());
    assertThat(Outcomes.code(path.cause())).isEqualTo(code);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.DISCONNECTED);
    world.advanceMillis(500);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
  }

  @Test
  void aChannelThatClosesWithoutAWordIsABreakOnceThePeerHasHadTimeToExplainIt() {
    Node stage = world.node("stage");
    Node desk = world.node("desk", options -> options.closeGrace(Duration.ofMillis(300)));
    desk.send(stage, 0);
    world.run();
    desk.events.clear();

    stage.link().dropLink(Code.CHANNEL_CLOSED);
    world.advanceMillis(299);

    // Frames have moved; nothing is said of the link, nor is another one made.
    assertThat(desk.send(stage, 1)).isEqualTo(SendResult.ROUTER);
    assertThat(desk.events)
        .extracting(PeerEvent::getClass)
        .isEqualTo(List.of(StateChanged.class, PathChanged.class));
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.DISCONNECTED);

    world.advanceMillis(1);

    assertThat(Outcomes.code(desk.events(Failed.class).get(0).reason()))
        .isEqualTo(Code.CHANNEL_CLOSED);
    world.advanceMillis(500);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
  }

  @Test
  void aPlannedCloseIsNoFailureThoughTheChannelClosesBeforeTheSignalComes() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    desk.send(stage, 0);
    world.run();
    desk.events.clear();
    world.router.session("stage").pauseReading(true);

    stage.link().reconnect("closed on purpose");
    world.advanceMillis(100);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.DISCONNECTED);
    world.router.session("stage").pauseReading(false);
    world.run();

    assertThat(desk.events)
        .extracting(PeerEvent::getClass)
        .isEqualTo(
            List.of(StateChanged.class, PathChanged.class, StateChanged.class, Closed.class));
    assertThat(Outcomes.code(desk.events(Closed.class).get(0).reason()))
        .isEqualTo(Code.REMOTE_CLOSE);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.IDLE);
    assertThat(desk.hybrid.peer("stage").orElseThrow().lastFailure()).isNull();
    // Nothing has been sent since, so no link is made.
    world.advance(Duration.ofSeconds(5));
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.IDLE);
  }

  @Test
  void aLinkThatIsMadeWhileAnEndIsUnexplainedSettlesIt() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    desk.events.clear();

    stage.link().dropLink(Code.CHANNEL_CLOSED);
    world.run();
    desk.hybrid.connectPeer("stage");
    world.run();

    assertThat(desk.events(Failed.class)).hasSize(1);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    world.advance(Duration.ofSeconds(5));
    assertThat(desk.events(Failed.class)).hasSize(1);
  }

  @Test
  void disconnectPeerTellsThePeerAndTheLinkComesBackWhenItIsUsed() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    stage.send(desk, 0);
    world.run();
    desk.events.clear();
    stage.events.clear();

    desk.hybrid.disconnectPeer("stage");
    world.run();

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CLOSED);
    assertThat(desk.events(Closed.class).get(0).reason().code()).isEqualTo(Code.LOCAL_CLOSE);
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.IDLE);
    assertThat(stage.events(Closed.class).get(0).reason().code()).isEqualTo(Code.REMOTE_CLOSE);
    // Nobody makes it again just because it was in use before.
    world.advanceMillis(60_000);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CLOSED);
    desk.send(stage, 1);
    world.run();
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.ROUTER));
  }

  @Test
  void disconnectPeerFailsWhatWaits() {
    Node stage = world.node("stage");
    stage.peers.behaviour().answerOffers(false);
    Node desk = world.node("desk", options -> options.fallbackToRouter(false));
    SendResult waits = desk.send(stage, 0);
    CompletableFuture<PeerSnapshot> linked = connect(desk, "stage");
    world.run();

    desk.hybrid.disconnectPeer("stage");
    world.run();

    assertThat(Outcomes.outcome(waits)).isCompletedExceptionally();
    assertThat(linked).isCompletedExceptionally();
    assertThat(desk.events(Closed.class)).hasSize(1);
  }

  @Test
  void anIdleLinkIsPutAwayOnBothSides() {
    Node stage = world.node("stage");
    Node desk = world.node("desk", options -> options.idleTimeout(Duration.ofSeconds(60)));
    world.link(desk, stage);
    world.advanceMillis(50_000);
    desk.send(stage, 1);
    world.advanceMillis(59_999);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    world.advanceMillis(1);

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.IDLE);
    assertThat(desk.events(Closed.class).get(0).reason().code()).isEqualTo(Code.IDLE);
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.IDLE);
  }

  @Test
  void whatIsReceivedKeepsALinkFromBeingIdle() {
    Node stage = world.node("stage");
    Node desk = world.node("desk", options -> options.idleTimeout(Duration.ofSeconds(60)));
    world.link(desk, stage);
    for (int i = 0; i < 5; i++) {
      world.advanceMillis(50_000);
      stage.send(desk, i);
      world.run();
    }

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    assertThat(desk.peers.transports()).hasSize(1);
  }

  @Test
  void theLinkUsedLongestAgoGivesWay() {
    Node desk = world.node("desk", options -> options.maxPeers(2));
    Node a = world.node("a");
    Node b = world.node("b");
    Node c = world.node("c");
    world.link(desk, a);
    world.advanceMillis(10);
    world.link(desk, b);
    world.advanceMillis(10);
    desk.send(a, 1);
    world.advanceMillis(10);

    world.link(desk, c);

    assertThat(desk.stateOf(a)).isEqualTo(PeerState.CONNECTED);
    assertThat(desk.stateOf(b)).isEqualTo(PeerState.IDLE);
    assertThat(b.stateOf(desk)).isEqualTo(PeerState.IDLE);
    assertThat(desk.events(Closed.class)).hasSize(1);
    assertThat(desk.events(Closed.class).get(0).reason().code()).isEqualTo(Code.EVICTED);
    assertThat(desk.send(b, 2)).isSameAs(SendResult.ROUTER);
  }

  @Test
  void morePeersInUseThanLinksDoNotEvictEachOtherAllTheTime() {
    Node desk = world.node("desk", options -> options.maxPeers(1));
    Node a = world.node("a");
    Node b = world.node("b");
    for (int i = 0; i < 1_000; i++) {
      desk.send(a, i);
      desk.send(b, i);
      world.advanceMillis(1);
    }

    assertThat(desk.peers.transports().size()).isLessThan(6);
    assertThat(a.arrivals()).hasSize(1_000);
    assertThat(b.arrivals()).hasSize(1_000);
  }

  @Test
  void aNewcomerIsToldWhenAllLinksAreBeingMade() {
    Node desk = world.node("desk", options -> options.maxPeers(1));
    Node a = world.node("a");
    a.peers.behaviour().answerOffers(false);
    world.node("b");
    desk.send(a, 1);
    world.run();

    CompletableFuture<PeerSnapshot> linked = connect(desk, "b");
    world.run();

    assertThat(Outcomes.reason(linked).code()).isEqualTo(Code.EVICTED);
    assertThat(desk.send("b", 1)).isSameAs(SendResult.ROUTER);
  }

  @Test
  void knownPeersAreBounded() {
    Node desk = world.node("desk", options -> options.maxKnownPeers(10));
    for (int i = 0; i < 1_000; i++) {
      assertThat(desk.send("peer-" + i, i)).isSameAs(SendResult.ROUTER);
      if (i % 5 == 0) {
        world.advanceMillis(60_000);
      }
    }
    world.advanceMillis(600_000);
    desk.send("one-more", 1);
    world.run();

    assertThat(desk.hybrid.peers().size()).isLessThanOrEqualTo(20);
  }

  @Test
  void tooManyPeersAreToldWhenTheRouterMayNotServe() {
    Node desk = world.node("desk", options -> options.maxKnownPeers(1).fallbackToRouter(false));
    desk.send("a", 1);
    desk.send("b", 1);

    SendResult third = desk.send("c", 1);

    assertThat(Outcomes.reason(third).message()).contains("maxKnownPeers");
    assertThat(Outcomes.reason(connect(desk, "d")).code()).isEqualTo(Code.EVICTED);
  }

  @Test
  void whatForgottenPeersCarriedStillCounts() {
    Node desk =
        world.node("desk", options -> options.maxKnownPeers(1).idleTimeout(Duration.ofSeconds(1)));
    Node stage = world.node("stage");
    world.link(desk, stage);
    desk.send(stage, 1);
    world.advanceMillis(10_000);
    long sent = desk.hybrid.stats().framesSent();
    for (int i = 0; i < 4; i++) {
      desk.send("other-" + i, 1);
      world.advanceMillis(60_000);
    }

    assertThat(desk.hybrid.peer("stage")).isEmpty();
    assertThat(desk.hybrid.stats().framesSent()).isGreaterThanOrEqualTo(sent);
  }

  // ---- When ICE says disconnected

  @Test
  void trafficMovesWhileIceIsDisconnectedAndReturnsWhenItHeals() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    desk.events.clear();

    desk.link().reportConnectivity(Connectivity.DISCONNECTED);
    world.run();
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.DISCONNECTED);
    assertThat(desk.send(stage, 1)).isSameAs(SendResult.ROUTER);
    world.advanceMillis(4_999);
    desk.link().reportConnectivity(Connectivity.CONNECTED);
    world.run();

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    assertThat(desk.send(stage, 2)).isSameAs(SendResult.P2P);
    world.advanceMillis(10_000);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    assertThat(desk.events)
        .extracting(PeerEvent::getClass)
        .isEqualTo(
            List.of(StateChanged.class, PathChanged.class, StateChanged.class, PathChanged.class));
    assertThat(desk.peers.transports()).hasSize(1);
  }

  @Test
  void whoeverHearsOfAStateSendsOnThePathThatItStandsFor() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    List<SendResult> sent = new ArrayList<>();
    desk.hybrid.addPeerListener(
        event -> {
          boolean settled =
              event instanceof StateChanged change && change.to() != PeerState.CONNECTING;
          if (settled || event instanceof Connected) {
            sent.add(desk.send(stage, sent.size()));
          }
        });

    world.link(desk, stage);
    assertThat(sent).containsExactly(SendResult.P2P, SendResult.P2P);
    desk.link().reportConnectivity(Connectivity.DISCONNECTED);
    world.run();
    assertThat(sent).hasSize(3).last().isSameAs(SendResult.ROUTER);
    desk.link().reportConnectivity(Connectivity.CONNECTED);
    world.run();
    assertThat(sent).hasSize(4).last().isSameAs(SendResult.P2P);
  }

  @Test
  void aLinkThatDoesNotHealInTimeIsGivenUpAndHasBrokenForBoth() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    desk.send(stage, 0);
    world.run();
    desk.events.clear();
    stage.events.clear();
    desk.link().reportConnectivity(Connectivity.DISCONNECTED);
    world.advanceMillis(4_999);
    assertThat(desk.events(Failed.class)).isEmpty();
    world.advanceMillis(1);

    assertThat(desk.events(Failed.class).get(0).reason().code()).isEqualTo(Code.ICE_FAILED);
    world.advanceMillis(500);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    assertThat(stage.events(Failed.class))
        .extracting(failed -> failed.reason().code())
        .containsExactly(Code.CONNECTION_LOST);
    assertThat(stage.events(Closed.class)).isEmpty();
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.CONNECTED);
  }

  @Test
  void aDisconnectedLinkIsStillUsedWhenTheRouterMayNotServe() {
    Node stage = world.node("stage");
    Node desk = world.node("desk", options -> options.fallbackToRouter(false));
    world.link(desk, stage);

    desk.link().reportConnectivity(Connectivity.DISCONNECTED);
    world.run();

    assertThat(desk.send(stage, 1)).isSameAs(SendResult.P2P);
  }

  // ---- Providers

  @Test
  void withoutAProviderThatWorksTheRouterServesAndTheReasonCanBeRead() {
    Node stage = world.node("stage");
    Node desk = world.make("desk", options -> options);
    desk.peers.unavailable("libfoo.so is missing; install foo");
    world.startedAndSettled(desk);

    assertThat(desk.send(stage, 1)).isSameAs(SendResult.ROUTER);
    CompletableFuture<PeerSnapshot> linked = connect(desk, "stage");
    world.run();

    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.ROUTER));
    CloseReason reason = Outcomes.reason(linked);
    assertThat(reason.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(reason.message()).contains("libfoo.so");
    assertThat(desk.snapshotOf(stage).lastFailure()).isEqualTo(reason);
    assertThat(desk.events(Failed.class)).hasSize(1);
    // Nobody is invited to link with it.
    assertThat(world.router.sentBy(world.router.session("desk"))).hasSize(2);
  }

  @Test
  void withoutAProviderThatWorksAndWithoutTheRouterSendsFailAtOnce() {
    Node stage = world.node("stage");
    Node desk = world.make("desk", options -> options.fallbackToRouter(false));
    desk.peers.unavailable("libfoo.so is missing; install foo");
    world.startedAndSettled(desk);

    SendResult first = desk.send(stage, 1);
    world.run();
    SendResult second = desk.send(stage, 2);

    for (SendResult result : List.of(first, second)) {
      assertThat(Outcomes.reason(result).message()).contains("libfoo.so");
    }
  }

  @Test
  void linksThatAreTurnedOffAreToldToWhoAsksForOne() {
    Node desk = world.node("desk", options -> options.enabled(false));

    CompletableFuture<PeerSnapshot> linked = connect(desk, "stage");
    world.run();

    assertThat(Outcomes.reason(linked).message()).contains("turned off");
  }

  @Test
  void aProviderThatThrowsFailsTheAttemptAndNothingElse() {
    Node stage = world.node("stage");
    int[] calls = {0};
    Node desk =
        world.make(
            "desk",
            options -> options,
            peers ->
                new ForwardingPeerTransportProvider(peers) {
                  @Override
                  public PeerTransport create(
                      PeerTransportRequest request, TransportContext context) {
                    if (++calls[0] == 1) {
                      throw new IllegalStateException("thrown by a test on purpose");
                    }
                    if (calls[0] == 2) {
                      throw new UnsatisfiedLinkError("thrown by a test on purpose");
                    }
                    return super.create(request, context);
                  }
                },
            Runnable::run);
    world.startedAndSettled(desk);

    desk.send(stage, 1);
    world.run();
    assertThat(desk.events(Failed.class).get(0).reason().code()).isEqualTo(Code.INTERNAL);
    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.OPEN);
    world.advanceMillis(60_000);
    desk.send(stage, 2);
    world.advanceMillis(60_000);

    assertThat(calls[0]).isEqualTo(3);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    world.loop.assertNoFailures();
  }

  @Test
  void aProviderThatThrowsWhenAskedWhetherItWorksLeavesTheRouter() {
    Node stage = world.node("stage");
    Node desk =
        world.make(
            "desk",
            options -> options,
            peers ->
                new ForwardingPeerTransportProvider(peers) {
                  @Override
                  public Availability availability() {
                    throw new NoClassDefFoundError("thrown by a test on purpose");
                  }
                },
            Runnable::run);
    world.startedAndSettled(desk);

    assertThat(desk.send(stage, 1)).isSameAs(SendResult.ROUTER);
    world.run();

    assertThat(Outcomes.code(desk.snapshotOf(stage).lastFailure())).isEqualTo(Code.UNAVAILABLE);
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.ROUTER));
  }

  // ---- Listeners and the end

  @Test
  void aPeerListenerThatThrowsHarmsNobody() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    desk.hybrid.addPeerListener(
        event -> {
          throw new IllegalStateException("thrown by a test on purpose");
        });
    List<PeerEvent> heard = new ArrayList<>();
    desk.hybrid.addPeerListener(heard::add);

    world.link(desk, stage);

    // Whether the peer was announced before the listener came does not matter here.
    assertThat(desk.events).filteredOn(event -> !(event instanceof Announced)).isEqualTo(heard);
    assertThat(desk.hybrid.stats().listenerFailures()).isEqualTo(heard.size());
  }

  @Test
  void aPeerListenerCanBeRemoved() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    List<PeerEvent> heard = new ArrayList<>();
    PeerListener listener = heard::add;
    desk.hybrid.addPeerListener(listener);
    desk.hybrid.removePeerListener(listener);

    world.link(desk, stage);

    assertThat(heard).isEmpty();
  }

  @Test
  void closeDrainsTheLinkTellsThePeerAndThenCloses() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    for (int i = 0; i < 500; i++) {
      assertThat(desk.send(stage, i)).isSameAs(SendResult.P2P);
    }
    desk.hybrid.close();
    assertThat(desk.hybrid.state()).isEqualTo(TransportState.CLOSING);
    assertThat(desk.send(stage, 500)).isSameAs(SendResult.CLOSED);
    world.run();

    assertThat(stage.arrivals()).hasSize(500);
    assertThat(desk.heard.awaitClosed(Duration.ZERO).code()).isEqualTo(Code.LOCAL_CLOSE);
    assertThat(stage.events(Closed.class).get(0).reason().code()).isEqualTo(Code.REMOTE_CLOSE);
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.IDLE);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CLOSED);
  }

  @Test
  void closeIsBoundedWhenThePeerTakesNothing() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    desk.link().silence(true);
    world.run();
    desk.send(stage, 1);
    desk.hybrid.close();
    world.advanceMillis(1_999);
    assertThat(desk.hybrid.state()).isEqualTo(TransportState.CLOSING);
    world.advanceMillis(1);

    assertThat(desk.hybrid.state()).isEqualTo(TransportState.CLOSED);
  }

  @Test
  void closeEndsAnAttemptAndWhatWaitsForIt() {
    Node stage = world.node("stage");
    stage.peers.behaviour().answerOffers(false);
    Node desk = world.node("desk", options -> options.fallbackToRouter(false));
    SendResult waits = desk.send(stage, 1);
    CompletableFuture<PeerSnapshot> linked = connect(desk, "stage");
    world.run();

    desk.hybrid.close();
    world.run();

    assertThat(Outcomes.reason(waits).code()).isEqualTo(Code.LOCAL_CLOSE);
    assertThat(Outcomes.reason(linked).code()).isEqualTo(Code.LOCAL_CLOSE);
    // The peer hears of it and does not wait for its timeout.
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.FAILED);
    assertThat(desk.hybrid.state()).isEqualTo(TransportState.CLOSED);
  }

  @Test
  void theSnapshotTellsWhatIsKnown() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    desk.send(stage, 1);
    stage.send(desk, 2);
    stage.send(desk, 3);
    world.run();
    stage.hybrid.sendToPeer("desk", Node.value("elsewhere", 4));
    world.run();

    PeerSnapshot snapshot = desk.snapshotOf(stage);

    assertThat(snapshot.peerId()).isEqualTo("stage");
    assertThat(snapshot.sessionId()).isEqualTo(world.router.session("stage").id());
    assertThat(snapshot.state()).isEqualTo(PeerState.CONNECTED);
    assertThat(snapshot.path()).isEqualTo(Path.P2P);
    assertThat(snapshot.breaker()).isEqualTo(BreakerState.CLOSED);
    assertThat(snapshot.candidatePair()).isNotNull();
    assertThat(snapshot.framesSent()).isEqualTo(1);
    assertThat(snapshot.framesReceived()).isEqualTo(3);
    assertThat(snapshot.framesDropped()).isEqualTo(1);
    assertThat(snapshot.bytesSent()).isEqualTo(Node.value("stage", 1).size());
    assertThat(snapshot.attempts()).isEqualTo(1);
    assertThat(snapshot.lastFailure()).isNull();
    assertThat(desk.hybrid.peers()).containsExactly(snapshot);
    assertThat(desk.hybrid.peer("nobody")).isEmpty();

    // The counters outlive the link.
    desk.hybrid.disconnectPeer("stage");
    assertThat(desk.snapshotOf(stage).framesSent()).isEqualTo(1);
    world.run();
    assertThat(desk.snapshotOf(stage).framesSent()).isEqualTo(1);
    assertThat(desk.snapshotOf(stage).framesReceived()).isEqualTo(3);
    assertThat(desk.snapshotOf(stage).candidatePair()).isNull();
  }

  static CompletableFuture<PeerSnapshot> connect(Node node, String peer) {
    return node.hybrid.connectPeer(peer).toCompletableFuture();
  }
}
