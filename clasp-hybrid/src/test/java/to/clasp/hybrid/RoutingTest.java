package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.hybrid.Outcomes.outcome;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.value.Value;
import to.clasp.hybrid.Node.Arrival;
import to.clasp.testkit.record.TransportEvent;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.PeerUnreachableException;

/** The routing table: which path each frame takes, and that it arrives there, once. */
class RoutingTest {

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private Node desk(boolean preferP2P, boolean fallbackToRouter) {
    return world.node(
        "desk", options -> options.preferP2P(preferP2P).fallbackToRouter(fallbackToRouter));
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, P2P",
    "true, false, P2P",
    "false, true, ROUTER",
    "false, false, ROUTER",
  })
  void linkUp(boolean preferP2P, boolean fallbackToRouter, Path expected) {
    Node stage = world.node("stage");
    Node desk = desk(preferP2P, fallbackToRouter);
    world.link(desk, stage);

    SendResult result = desk.send(stage, 1);
    world.run();

    assertThat(result.path()).isEqualTo(expected);
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, expected));
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void linkNotUpAndTheRouterMayServe(boolean preferP2P) {
    Node stage = world.node("stage");
    stage.peers.behaviour().answerOffers(false);
    Node desk = desk(preferP2P, true);

    SendResult result = desk.send(stage, 1);
    world.run();

    assertThat(result).isSameAs(SendResult.ROUTER);
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.ROUTER));
    // A link is being made in the background.
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTING);
  }

  @Test
  void linkNotUpAndNeitherPreferredNorNeeded() {
    Node stage = world.node("stage");
    Node desk = desk(false, false);

    SendResult result = desk.send(stage, 1);
    world.run();

    assertThat(result).isSameAs(SendResult.ROUTER);
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.ROUTER));
    assertThat(desk.peers.transports()).isEmpty();
  }

  @Test
  void linkNotUpAndTheRouterMayNotServeWaitsForTheLinkAndKeepsTheOrder() {
    Node stage = world.node("stage");
    Node desk = desk(true, false);
    stage.peers.behaviour().connectDelay(Duration.ofSeconds(1));

    SendResult first = desk.send(stage, 1);
    SendResult second = desk.send(stage, 2);
    world.run();
    assertThat(first.status()).isEqualTo(SendResult.Status.DEFERRED);
    assertThat(stage.arrivals()).isEmpty();
    world.advanceMillis(1_000);
    SendResult third = desk.send(stage, 3);
    world.run();

    assertThat(outcome(first)).isCompletedWithValue(Path.P2P);
    assertThat(outcome(second)).isCompletedWithValue(Path.P2P);
    assertThat(third).isSameAs(SendResult.P2P);
    assertThat(stage.arrivals())
        .containsExactly(
            new Arrival(1, Path.P2P), new Arrival(2, Path.P2P), new Arrival(3, Path.P2P));
  }

  @Test
  void linkNotUpAndTheRouterMayNotServeFailsWhenNoLinkComesInTime() {
    Node stage = world.node("stage");
    stage.peers.behaviour().answerOffers(false);
    Node desk = desk(true, false);

    SendResult result = desk.send(stage, 1);
    world.advanceMillis(9_999);
    assertThat(outcome(result)).isNotDone();
    world.advanceMillis(1);

    PeerUnreachableException failure = unreachable(result);
    assertThat(failure.peerId()).isEqualTo("stage");
    assertThat(failure.reason().code()).isEqualTo(CloseReason.Code.CONNECT_TIMEOUT);
    assertThat(failure).hasMessageContaining("fallbackToRouter");
    assertThat(stage.arrivals()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true"})
  void routerDownAndLinkUp(boolean preferP2P, boolean fallbackToRouter) {
    Node stage = world.node("stage");
    Node desk = desk(preferP2P, fallbackToRouter);
    world.link(desk, stage);
    world.router.stop();
    world.run();

    SendResult result = desk.send(stage, 1);
    world.run();

    assertThat(result).isSameAs(SendResult.P2P);
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.P2P));
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
  }

  @Test
  void routerDownAndLinkUpButNotToBeUsed() {
    Node stage = world.node("stage");
    Node desk = desk(false, false);
    world.link(desk, stage);
    world.router.stop();
    world.run();

    assertThat(desk.send(stage, 1)).isSameAs(SendResult.NOT_CONNECTED);
    world.run();
    assertThat(stage.arrivals()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, true", "false, false"})
  void bothDownIsTold(boolean preferP2P, boolean fallbackToRouter) {
    Node stage = world.node("stage");
    Node desk = desk(preferP2P, fallbackToRouter);
    world.router.stop();
    world.run();

    assertThat(desk.send(stage, 1)).isSameAs(SendResult.NOT_CONNECTED);
    world.advanceMillis(1_000);
    assertThat(stage.arrivals()).isEmpty();
    assertThat(desk.peers.transports()).isEmpty();
  }

  @Test
  void bothDownAndTheRouterMayNotServeWaitsForBoth() {
    Node stage = world.node("stage");
    Node desk = desk(true, false);
    world.router.stop();
    world.run();

    SendResult waits = desk.send(stage, 1);
    world.advanceMillis(100);
    assertThat(outcome(waits)).isNotDone();
    world.router.start();
    world.advanceMillis(100);

    assertThat(outcome(waits)).isCompletedWithValue(Path.P2P);
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.P2P));
  }

  @Test
  void bothDownAndTheRouterMayNotServeFailsInTime() {
    Node stage = world.node("stage");
    Node desk = desk(true, false);
    world.router.stop();
    world.run();

    SendResult waits = desk.send(stage, 1);
    world.advanceMillis(10_000);

    assertThat(unreachable(waits).reason().code()).isEqualTo(CloseReason.Code.CONNECT_TIMEOUT);
  }

  @Test
  void followsTheLinkUpAndDownAndUpAgain() {
    Node stage = world.node("stage");
    Node desk = desk(true, true);
    int number = 0;
    for (int round = 0; round < 3; round++) {
      assertThat(desk.send(stage, number++)).isSameAs(SendResult.ROUTER);
      world.advanceMillis(60_000);
      assertThat(desk.send(stage, number++)).isSameAs(SendResult.P2P);
      world.run();
      desk.link().dropLink(CloseReason.Code.ICE_FAILED);
      world.run();
    }

    assertThat(stage.arrivals())
        .containsExactly(
            new Arrival(0, Path.ROUTER),
            new Arrival(1, Path.P2P),
            new Arrival(2, Path.ROUTER),
            new Arrival(3, Path.P2P),
            new Arrival(4, Path.ROUTER),
            new Arrival(5, Path.P2P));
  }

  @Test
  void aFullLinkPushesBackAndNothingOvertakesByTheRouter() {
    Node stage = world.node("stage");
    Node desk = desk(true, true);
    world.link(desk, stage);
    desk.link().stall(true);
    world.run();

    int accepted = 0;
    while (desk.send(stage, accepted).isAccepted()) {
      accepted++;
    }
    assertThat(desk.send(stage, accepted)).isSameAs(SendResult.BUFFER_FULL);
    assertThat(desk.hybrid.isWritable()).isFalse();
    desk.heard.clear();
    desk.link().stall(false);
    world.run();

    assertThat(desk.hybrid.isWritable()).isTrue();
    assertThat(desk.heard.events(TransportEvent.Writable.class)).hasSize(1);
    assertThat(desk.send(stage, accepted)).isSameAs(SendResult.P2P);
    world.run();
    List<Arrival> arrivals = stage.arrivals();
    assertThat(arrivals).hasSize(accepted + 1).allMatch(arrival -> arrival.path() == Path.P2P);
    for (int i = 0; i <= accepted; i++) {
      assertThat(arrivals.get(i).number()).isEqualTo(i);
    }
  }

  @Test
  void aLinkThatEndsWhileFullLeavesTheTransportWritable() {
    Node stage = world.node("stage");
    Node desk = desk(true, true);
    world.link(desk, stage);
    desk.link().stall(true);
    world.run();
    int sent = 0;
    while (desk.send(stage, sent).isAccepted()) {
      sent++;
    }
    desk.heard.clear();

    desk.link().dropLink(CloseReason.Code.CHANNEL_CLOSED);
    world.run();

    assertThat(desk.hybrid.isWritable()).isTrue();
    assertThat(desk.heard.events(TransportEvent.Writable.class)).hasSize(1);
    assertThat(desk.send(stage, sent)).isSameAs(SendResult.ROUTER);
  }

  @Test
  void aFrameTooLargeForTheLinkTakesTheRouterIfItMay() {
    Node stage = world.node("stage");
    Node desk = desk(true, true);
    desk.peers.behaviour().maxMessageSize(1_000);
    world.link(desk, stage);
    Frame large = Node.event("/peer/stage/blob", Value.Bytes.copyOf(new byte[2_000]));

    assertThat(desk.hybrid.send(large)).isSameAs(SendResult.ROUTER);
    assertThat(desk.send(stage, 1)).isSameAs(SendResult.P2P);
    world.run();

    assertThat(stage.heard.frames()).contains(large);
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.P2P));
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
  }

  @Test
  void aFrameTooLargeForTheLinkIsRefusedIfTheRouterMayNotServe() {
    Node stage = world.node("stage");
    Node desk = desk(true, false);
    desk.peers.behaviour().maxMessageSize(1_000);
    Frame large = Node.event("/peer/stage/blob", Value.Bytes.copyOf(new byte[2_000]));
    SendResult waits = desk.hybrid.send(large);
    SendResult follows = desk.send(stage, 1);
    world.run();

    assertThat(unreachable(waits).reason().code()).isEqualTo(CloseReason.Code.FRAME_TOO_LARGE);
    assertThat(outcome(follows)).isCompletedWithValue(Path.P2P);
    assertThat(desk.hybrid.send(large)).isSameAs(SendResult.TOO_LARGE);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
  }

  @Test
  void whatWaitsForALinkIsBounded() {
    Node stage = world.node("stage");
    stage.peers.behaviour().answerOffers(false);
    Node desk =
        world.node("desk", options -> options.fallbackToRouter(false).maxDeferredBytes(65_547));
    Frame frame = Node.event("/peer/stage/blob", Value.Bytes.copyOf(new byte[30_000]));

    assertThat(desk.hybrid.send(frame).status()).isEqualTo(SendResult.Status.DEFERRED);
    assertThat(desk.hybrid.send(frame).status()).isEqualTo(SendResult.Status.DEFERRED);
    assertThat(desk.hybrid.send(frame)).isSameAs(SendResult.BUFFER_FULL);
  }

  @Test
  void aPeerThatRefusesIsUnreachableAtOnceUntilItsBreakerLetsAnAttemptThrough() {
    Node stage = world.node("stage");
    stage.peers.behaviour().refuseOffers("not today");
    Node desk = desk(true, false);
    SendResult waits = desk.send(stage, 1);
    world.run();

    assertThat(unreachable(waits).reason().code()).isEqualTo(CloseReason.Code.REJECTED);
    assertThat(unreachable(desk.send(stage, 2)).reason().code())
        .isEqualTo(CloseReason.Code.REJECTED);
    stage.peers.behaviour().refuseOffers(null);
    world.advanceMillis(501);
    assertThat(desk.send(stage, 3)).isSameAs(SendResult.P2P);
    world.run();
    assertThat(stage.arrivals()).containsExactly(new Arrival(3, Path.P2P));
  }

  @Test
  void everythingElseGoesToTheRouter() {
    Node stage = world.node("stage");
    Node desk = desk(true, true);
    world.link(desk, stage);
    world.router.forgetWhatWasReceived();
    List<Frame> others =
        List.of(
            Frame.of(SetMessage.of("/lights/1", Value.of(1L))),
            Frame.of(SetMessage.of("/peer/stage", Value.of(1L))),
            Frame.of(SetMessage.of("/peer/*/n", Value.of(1L))),
            Node.value("desk", 1),
            Frame.of(new PingMessage()),
            Frame.of(
                new BundleMessage(null, List.of(SetMessage.of("/peer/stage/n", Value.of(1L))))));

    for (Frame frame : others) {
      assertThat(desk.hybrid.send(frame)).as(frame.toString()).isSameAs(SendResult.ROUTER);
    }
    world.run();

    assertThat(world.router.sentBy(world.router.session("desk")))
        .containsExactlyElementsOf(others.stream().map(Frame::message).toList());
    assertThat(desk.hybrid.peers()).hasSize(1);
  }

  @Test
  void setPublishAndGetOfAPeersAddressTakeTheLink() {
    Node stage = world.node("stage");
    Node desk = desk(true, true);
    world.link(desk, stage);
    List<Frame> frames =
        List.of(
            Node.value("stage", 1),
            Node.event("/peer/stage/e", Value.of("x")),
            Frame.of(new GetMessage("/peer/stage/n")));

    for (Frame frame : frames) {
      assertThat(desk.hybrid.send(frame)).isSameAs(SendResult.P2P);
    }
    stage.heard.clear();
    world.run();

    assertThat(stage.heard.frames()).containsExactlyElementsOf(frames);
  }

  @Test
  void thePeerPatternCanBeChosen() {
    Node stage = world.node("stage", options -> options.peerPattern("/rig/{id}/in/**"));
    Node desk = world.node("desk", options -> options.peerPattern("/rig/{id}/in/**"));
    world.link(desk, stage);
    Frame frame = Frame.of(SetMessage.of("/rig/stage/in/n", Value.of(7L)));

    assertThat(desk.hybrid.send(frame)).isSameAs(SendResult.P2P);
    assertThat(desk.send("stage", 1)).isSameAs(SendResult.ROUTER);
    world.run();

    assertThat(stage.arrivals())
        .containsExactly(new Arrival(7, Path.P2P), new Arrival(1, Path.ROUTER));
  }

  @Test
  void explicitPathsAreTakenWhateverTheRules() {
    Node stage = world.node("stage");
    Node desk = desk(true, true);
    assertThat(desk.hybrid.sendToPeer("stage", Node.value("stage", 0)))
        .isSameAs(SendResult.NOT_CONNECTED);
    world.link(desk, stage);

    assertThat(desk.hybrid.sendToRouter(Node.value("stage", 1))).isSameAs(SendResult.ROUTER);
    world.run();
    assertThat(desk.hybrid.sendToPeer("stage", Node.value("stage", 2))).isSameAs(SendResult.P2P);
    world.run();

    assertThat(stage.arrivals())
        .containsExactly(new Arrival(1, Path.ROUTER), new Arrival(2, Path.P2P));
  }

  @Test
  void linksTurnedOffLeaveTheRouterAlone() {
    Node stage = world.node("stage");
    Node desk = world.node("desk", options -> options.enabled(false));

    assertThat(desk.send(stage, 1)).isSameAs(SendResult.ROUTER);
    world.advanceMillis(1_000);

    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.ROUTER));
    assertThat(desk.hybrid.peers()).isEmpty();
    assertThat(desk.peers.openWarmUps()).isZero();
    assertThat(world.router.published(MemoryRouter.ANNOUNCE)).hasSize(1);
  }

  private static PeerUnreachableException unreachable(SendResult result) {
    return (PeerUnreachableException) Outcomes.failure(outcome(result));
  }
}
