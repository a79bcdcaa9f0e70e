package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.hybrid.MemoryRouter.ANNOUNCE;
import static to.clasp.hybrid.MemoryRouter.SIGNAL;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.hybrid.Node.Arrival;
import to.clasp.testkit.fault.Fault;
import to.clasp.testkit.fault.Faults;
import to.clasp.testkit.fault.FaultyPeerTransportProvider;
import to.clasp.testkit.fault.Seed;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.BreakerState;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.KeepAlive;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerEvent.Connecting;
import to.clasp.transport.peer.PeerEvent.Failed;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.Signal;

/** How signals and announcements travel by the router, and what its answers mean. */
class SignallingTest {

  private static final String BY_NAME = "/webrtc/signal/";

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  // ---- Announcements

  @Test
  void announcesItselfOnceItListens() {
    Node desk = world.node("desk");
    MemoryRouter.Session session = world.router.session("desk");

    List<Message> sent = world.router.sentBy(session);

    assertThat(sent)
        .filteredOn(SubscribeMessage.class::isInstance)
        .extracting(message -> ((SubscribeMessage) message).pattern())
        .containsExactly("/peer/desk/**", BY_NAME + "desk/*", ANNOUNCE);
    assertThat(sent.get(sent.size() - 1)).isInstanceOf(PublishMessage.class);
    Value.Dict map = map(world.router.published(ANNOUNCE).get(0));
    assertThat(map.text("session_id")).isEqualTo(session.id());
    assertThat(map.get("p2p_capable")).isEqualTo(Value.of(true));
    assertThat(map.get("features"))
        .isEqualTo(Value.of((Object) List.of("webrtc", "reliable", "unreliable")));
    assertThat(map.text("name")).isEqualTo("desk");
    assertThat(desk.peers.openWarmUps()).isEqualTo(1);
  }

  @Test
  void announcesItselfAfterTheProviderIsReadyAlsoWhenTheSessionCameFirst() {
    List<Runnable> background = new ArrayList<>();
    Node desk = world.make("desk", options -> options, peers -> peers, background::add);
    world.startedAndSettled(desk);
    assertThat(world.router.published(ANNOUNCE)).isEmpty();

    List.copyOf(background).forEach(Runnable::run);
    world.run();

    assertThat(world.router.published(ANNOUNCE)).hasSize(1);
    background.clear();
    desk.hybrid.close();
    world.run();
    background.forEach(Runnable::run);
  }

  @Test
  void anAnnouncementIsAnsweredWithADirectedOneSoThatBothKnowEachOther() {
    world.node("stage");
    Node desk = world.node("desk");

    List<PublishMessage> directed = world.router.published(SIGNAL);

    assertThat(directed).hasSize(1);
    assertThat(directed.get(0).address()).isEqualTo(SIGNAL + world.router.session("desk").id());
    Value.Dict map = map(directed.get(0));
    assertThat(map.text("type")).isEqualTo("announce");
    assertThat(map.text("from")).isEqualTo(world.router.session("stage").id());
    assertThat(map.text("session_id")).isEqualTo(world.router.session("stage").id());
    assertThat(map.text("name")).isEqualTo("stage");
    // It is not for the application, nor answered again.
    assertThat(desk.heard.frames())
        .noneMatch(frame -> Objects.requireNonNullElse(frame.address(), "").startsWith(SIGNAL));
  }

  @Test
  void aPeerThatIsCalledByItsSessionNeedsNoAnnouncement() {
    String session = "0f24a5f4-a933-443c-b2f6-b807de2768ab";
    Node desk = world.node("desk");

    desk.hybrid.connectPeer(session);
    world.loop.runPending();

    assertThat(world.router.published(SIGNAL + session)).isNotEmpty();
    assertThat(desk.events(Failed.class).get(0).reason().code()).isEqualTo(Code.PEER_GONE);
  }

  @Test
  void anAnnouncementThatFoundNoRoomIsMadeWhenThereIsRoom() {
    Node stage = world.node("stage");
    Node desk = world.make("desk", options -> options);
    desk.hybrid.addPeerListener(event -> {});
    desk.start();
    fillTheBufferBeforeTheWelcome(desk);
    world.advanceMillis(100);
    assertThat(world.router.published(ANNOUNCE)).hasSize(1);

    world.router.session("desk").pauseReading(false);
    world.run();

    assertThat(world.router.published(ANNOUNCE)).hasSize(2);
    world.link(desk, stage);
  }

  private void fillTheBufferBeforeTheWelcome(Node desk) {
    world.router.beforeWelcome(
        session -> {
          session.pauseReading(true);
          Value blob = Value.Bytes.copyOf(new byte[60_000]);
          while (desk.hybrid.sendToRouter(Node.event("/elsewhere", blob)).isAccepted()) {
            // Until it is full.
          }
        });
  }

  @Test
  void aPeerThatCannotLinkIsNotSignalledBySession() {
    Node desk = world.node("desk");
    Node stage = world.node("stage");
    publish(
        stage,
        ANNOUNCE,
        dict(
            "session_id",
            world.router.session("stage").id(),
            "name",
            "stage",
            "p2p_capable",
            false));
    world.run();
    world.router.forgetWhatWasReceived();

    desk.send(stage, 1);
    world.run();

    assertThat(world.router.published(SIGNAL + world.router.session("stage").id())).isEmpty();
  }

  @Test
  void anAnnouncementUnderTheOwnIdIsDroppedAndCounted() {
    Node desk = world.node("desk");
    Node other = world.node("other");
    long before = desk.hybrid.stats().framesDropped();
    publish(other, ANNOUNCE, dict("session_id", "someone", "name", "desk"));
    world.run();

    assertThat(desk.hybrid.stats().framesDropped()).isEqualTo(before + 1);
    assertThat(desk.hybrid.peers()).isEmpty();
  }

  // ---- Both address schemes

  @Test
  void signalsGoToTheSessionWhenItIsKnown() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.router.forgetWhatWasReceived();
    world.link(desk, stage);

    String deskSession = world.router.session("desk").id();
    String stageSession = world.router.session("stage").id();
    List<PublishMessage> signals = world.router.published(SIGNAL);
    assertThat(world.router.published(BY_NAME)).isEmpty();
    assertThat(signals)
        .extracting(signal -> map(signal).text("type"))
        .containsSubsequence("offer", "answer", "connected");
    Value.Dict offer = map(signals.get(0));
    assertThat(signals.get(0).address()).isEqualTo(SIGNAL + stageSession);
    assertThat(signals.get(0).signal()).isEqualTo(SignalType.EVENT);
    assertThat(offer.text("from")).isEqualTo(deskSession);
    assertThat(offer.text("name")).isEqualTo("desk");
    assertThat(offer.text("sdp")).startsWith("v=0");
    assertThat(offer.text("correlation_id")).startsWith("desk-stage-");
    // The answerer copies the id into all it says.
    assertThat(signals)
        .allMatch(
            signal ->
                Objects.equals(map(signal).text("correlation_id"), offer.text("correlation_id")));
    assertThat(signals)
        .filteredOn(signal -> signal.address().equals(SIGNAL + deskSession))
        .allMatch(signal -> stageSession.equals(map(signal).text("from")));
  }

  @Test
  void signalsGoToTheNameWhenNoSessionIsKnown() {
    Node stage = world.node("stage");
    // What is announced gets lost.
    world.router.refuse(message -> isTo(message, ANNOUNCE) ? error(500, message) : null);
    Node desk = world.node("desk");
    world.router.forgetWhatWasReceived();

    world.link(desk, stage);

    List<PublishMessage> byName = world.router.published(BY_NAME);
    assertThat(byName.get(0).address()).isEqualTo(BY_NAME + "stage/desk");
    assertThat(map(byName.get(0)).text("type")).isEqualTo("offer");
    assertThat(map(byName.get(0)).text("from")).isEqualTo("desk");
    assertThat(map(byName.get(0)).text("session")).isEqualTo(world.router.session("desk").id());
    // The offer told the session, so the answer goes there.
    assertThat(world.router.published(SIGNAL + world.router.session("desk").id()))
        .extracting(signal -> map(signal).text("type"))
        .contains("answer");
  }

  @Test
  void aForwarderThatCopiesSignalsByNameDoesNoHarm() {
    Node stage = world.node("stage");
    world.router.refuse(message -> isTo(message, ANNOUNCE) ? error(500, message) : null);
    Node desk = world.node("desk");
    world.router.forward(BY_NAME, 3);

    world.link(desk, stage);
    world.router.forward(BY_NAME, 3);
    desk.send(stage, 1);
    world.run();

    assertThat(desk.peers.transports()).hasSize(1);
    assertThat(stage.peers.transports()).hasSize(1);
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.P2P));
    assertThat(stage.snapshotOf(desk).framesDropped()).isPositive();
  }

  @Test
  void copiesOfSignalsOfAnEndedAttemptBeginNothing() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    List<PublishMessage> old = world.router.published(SIGNAL);
    desk.hybrid.disconnectPeer("stage");
    world.run();
    int attempts = stage.peers.transports().size();

    for (PublishMessage signal : old) {
      publish(desk, signal.address(), Objects.requireNonNull(signal.value()));
    }
    world.run();

    assertThat(stage.peers.transports()).hasSize(attempts);
    assertThat(desk.peers.transports()).hasSize(1);
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.IDLE);
  }

  @Test
  void aCopyOfAnOfferThatHasJustBeenReplacedBeginsNothing() {
    Node stage = world.node("stage");
    stage.peers.behaviour().connectDelay(Duration.ofSeconds(1));
    MemoryRouter.Session desk = world.plainSession("desk");
    desk.publish(SIGNAL + world.router.session("stage").id(), offer(desk.id(), "first"));
    desk.publish(SIGNAL + world.router.session("stage").id(), offer(desk.id(), "second"));
    desk.publish(SIGNAL + world.router.session("stage").id(), offer(desk.id(), "first"));
    world.run();

    assertThat(stage.peers.transports())
        .extracting(transport -> transport.correlationId())
        .containsExactly("first", "second");
  }

  // ---- What the router answers

  @Test
  void a404TellsAtOnceThatThePeerIsGone() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.router.session("stage").forget();
    world.router.session("stage").lose();
    CloseReason reason;
    desk.hybrid.connectPeer("stage");
    world.loop.runPending();

    reason = desk.events(Failed.class).get(0).reason();
    assertThat(reason.code()).isEqualTo(Code.PEER_GONE);
    assertThat(world.loop.nanoTime()).isZero();
    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.OPEN);
    assertThat(desk.heard.frames()).noneMatch(frame -> frame.message() instanceof ErrorMessage);
  }

  @Test
  void aPeerThatIsGoneStaysKnownAsGoneThoughOnlyAFarewellWasRefused() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    desk.send(stage, 1);
    world.run();
    world.router.session("stage").forget();
    // The link ends, and its farewell meets the 404.
    desk.link().reportConnectivity(Connectivity.DISCONNECTED);
    world.advanceMillis(5_000);
    world.advanceMillis(500);

    assertThat(desk.events(Failed.class))
        .extracting(failed -> failed.reason().code())
        .containsExactly(Code.ICE_FAILED, Code.PEER_GONE);
  }

  @Test
  void aPeerThatComesBackIsLinkedAtOnceThoughTheBreakerIsOpen() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.router.session("stage").forget();
    desk.send(stage, 1);
    world.run();
    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.OPEN);
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.FAILED);

    world.router.session("stage").lose();
    world.advanceMillis(10);

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.CLOSED);
    assertThat(desk.snapshotOf(stage).sessionId()).isEqualTo(world.router.session("stage").id());
  }

  @Test
  void anOfferToAPeerThatWasNotThereYetIsMadeAgainWhenItComes() {
    Node desk = world.node("desk");
    desk.send("stage", 1);
    world.advanceMillis(1_000);
    assertThat(desk.peers.transports()).hasSize(1);

    Node stage = world.node("stage");

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    assertThat(desk.peers.transports()).hasSize(2);
    assertThat(desk.events(Failed.class)).isEmpty();
  }

  @Test
  void anOfferThatIsBeingAnsweredIsNotMadeAgainWhenThePeerTellsItsSession() {
    Node stage = world.node("stage");
    Node desk = world.make("desk", options -> options);
    desk.start();
    // Sent at once, before the announcement is answered.
    desk.send(stage, 0);
    world.run();
    desk.send(stage, 1);
    world.run();

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    assertThat(desk.peers.transports()).hasSize(1);
  }

  @Test
  void anOfferThatYieldedIsMadeAfterAllWhenThePeerWithdrawsItsOwn() {
    // It takes a moment to make an offer, and none to withdraw one.
    Duration moment = Duration.ofMillis(10);
    Node stage =
        faulty(
            "stage",
            List.of(Faults.only(Faults.signal(Signal.Offer.class), Faults.delay(moment, moment))),
            1);
    // The stage speaks, and hears of the desk later than the desk of its offer.
    stage.router.pauseReading();
    Node desk = world.node("desk");
    var there = stage.hybrid.connectPeer("desk").toCompletableFuture();
    var back = desk.hybrid.connectPeer("stage").toCompletableFuture();
    world.advance(moment);
    assertThat(desk.events(Connecting.class))
        .extracting(Connecting::role)
        .containsExactly(PeerRole.OFFERER, PeerRole.ANSWERER);

    // That the desk has come looks as if the offer had not been for it.
    stage.router.resumeReading();
    world.advance(moment);

    assertThat(stage.peers.transports()).hasSize(2);
    assertThat(world.router.published(SIGNAL))
        .extracting(publish -> map(publish).text("reason"))
        .contains(
            "both sides offered; the smaller id yields",
            "desk has a new session, which gets an offer");
    assertThat(there.join().state()).isEqualTo(PeerState.CONNECTED);
    assertThat(back.join().state()).isEqualTo(PeerState.CONNECTED);
    assertThat(stage.events(Failed.class)).isEmpty();
    assertThat(desk.events(Failed.class)).isEmpty();
    desk.send(stage, 1);
    stage.send(desk, 2);
    world.run();
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.P2P));
    assertThat(desk.arrivals()).containsExactly(new Arrival(2, Path.P2P));
  }

  @Test
  void onlyWhoeverWantsALinkOffersWhenAnOfferIsWithdrawn() {
    MemoryRouter.Session fickle = world.plainSession("fickle");
    Map<String, Object> named = Map.of("name", "fickle");
    Node wanting = world.node("desk");
    Node idle = world.node("chair");
    wanting.send("fickle", 1);
    world.run();
    for (Node each : List.of(wanting, idle)) {
      each.peers.behaviour().answerOffers(false);
      String address = SIGNAL + world.router.session(each.id).id();
      fickle.publish(address, with(offer(fickle.id(), "fickle-1"), named));
      fickle.publish(address, with(disconnected(fickle.id(), "fickle-1"), named));
    }
    world.run();

    assertThat(wanting.events(Connecting.class))
        .extracting(Connecting::role)
        .containsExactly(PeerRole.OFFERER, PeerRole.ANSWERER, PeerRole.OFFERER);
    assertThat(wanting.events(Failed.class)).isEmpty();
    assertThat(idle.events(Connecting.class))
        .extracting(Connecting::role)
        .containsExactly(PeerRole.ANSWERER);
    assertThat(idle.events(Failed.class))
        .extracting(failed -> failed.reason().code())
        .containsExactly(Code.REMOTE_CLOSE);
  }

  @ParameterizedTest
  @CsvSource({
    "404, PEER_GONE, true",
    "301, SIGNAL_FORBIDDEN, true",
    "401, SIGNAL_FORBIDDEN, true",
    "403, SIGNAL_FORBIDDEN, true",
    "429, SIGNAL_RATE_LIMITED, false",
    "500, NEGOTIATION_FAILED, false"
  })
  void eachRefusalHasItsMeaning(int code, Code expected, boolean opensTheBreaker) {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.router.refuse(message -> isTo(message, SIGNAL) ? error(code, message) : null);

    desk.send(stage, 1);
    world.run();

    CloseReason reason = desk.events(Failed.class).get(0).reason();
    assertThat(reason.code()).isEqualTo(expected);
    assertThat(reason.message()).contains("stage");
    assertThat(world.loop.nanoTime()).isZero();
    assertThat(desk.snapshotOf(stage).breaker())
        .isEqualTo(opensTheBreaker ? BreakerState.OPEN : BreakerState.CLOSED);
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.ROUTER));
    // The errors are ours, not the application's.
    assertThat(desk.heard.frames()).noneMatch(frame -> frame.message() instanceof ErrorMessage);
  }

  @Test
  void aRefusalByNameMeansTheSame() {
    Node desk = world.node("desk");
    world.router.refuse(message -> isTo(message, BY_NAME) ? error(403, message) : null);

    desk.send("stage", 1);
    world.run();

    assertThat(desk.events(Failed.class).get(0).reason().code()).isEqualTo(Code.SIGNAL_FORBIDDEN);
  }

  @Test
  void aRefusedSignalOfAnEarlierAttemptDoesNotEndTheNextOne() {
    Node stage = world.node("stage");
    stage.peers.behaviour().answerOffers(false);
    Node desk = world.node("desk");
    String oldSession = world.router.session("stage").id();
    desk.send(stage, 1);
    world.run();
    world.router.session("stage").lose();
    world.advanceMillis(10);
    assertThat(world.router.session("stage").id()).isNotEqualTo(oldSession);
    assertThat(desk.peers.transports()).hasSize(2);

    // The farewell of the first attempt, or its offer, was refused late.
    world.router.session("desk").send(new ErrorMessage(404, "late", SIGNAL + oldSession, null));
    world.run();

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTING);
    assertThat(desk.events(Failed.class)).isEmpty();
  }

  @Test
  void aRefusalDoesNotHarmALinkThatIsUp() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);

    world
        .router
        .session("desk")
        .send(new ErrorMessage(404, "gone", SIGNAL + world.router.session("stage").id(), null));
    world.run();

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    assertThat(desk.send(stage, 1)).isSameAs(SendResult.P2P);
  }

  @Test
  void errorsAndSignalsOfOthersReachTheApplication() {
    Node desk = world.node("desk");
    String own = SIGNAL + world.router.session("desk").id();
    desk.heard.clear();
    List<Message> messages =
        List.of(
            new ErrorMessage(404, "gone", SIGNAL + "of-the-application", null),
            new ErrorMessage(429, "too many", null, null),
            new ErrorMessage(404, "gone", own, null),
            PublishMessage.of(own, SignalType.EVENT, dict("type", KeepAlive.SIGNAL_TYPE)),
            PublishMessage.of(ANNOUNCE, SignalType.EVENT, dict("session_id", "x")),
            PublishMessage.of(BY_NAME + "other/someone", SignalType.EVENT, Value.of(1L)));

    messages.forEach(world.router.session("desk")::send);
    world.run();

    assertThat(desk.heard.frames().stream().map(frame -> frame.message()).toList())
        .containsExactlyElementsOf(messages);
  }

  // ---- A new session

  @Test
  void linksSurviveTheLossOfTheRouterAndSignallingResumes() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    Node late = world.node("late");
    world.link(desk, stage);
    String before = world.router.session("desk").id();
    world.router.stop();
    world.run();
    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    for (int i = 0; i < 100; i++) {
      assertThat(desk.send(stage, i)).isSameAs(SendResult.P2P);
    }
    assertThat(desk.send(late, 0)).isSameAs(SendResult.NOT_CONNECTED);
    world.advanceMillis(1_000);
    assertThat(stage.arrivals()).hasSize(100);

    world.router.forgetWhatWasReceived();
    world.router.start();
    world.advanceMillis(20);

    String after = world.router.session("desk").id();
    assertThat(after).isNotEqualTo(before);
    assertThat(world.router.session("desk").subscriptions()).contains(ANNOUNCE, BY_NAME + "desk/*");
    assertThat(world.router.published(ANNOUNCE)).hasSize(3);
    assertThat(desk.snapshotOf(stage).attempts()).isEqualTo(1);
    assertThat(desk.events(PeerEvent.Closed.class)).isEmpty();
    world.link(desk, late);
    assertThat(world.router.published(SIGNAL))
        .filteredOn(signal -> "offer".equals(map(signal).text("type")))
        .allMatch(signal -> after.equals(map(signal).text("from")));
  }

  @Test
  void aLinkComesUpThoughTheRouterIsLostOnceBothDescriptionsAreThere() {
    Node stage = world.node("stage");
    stage.peers.behaviour().connectDelay(Duration.ofMillis(100));
    Node desk = world.node("desk");
    desk.hybrid.connectPeer("stage");
    world.run();
    world.router.stop();
    world.advanceMillis(100);

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.CONNECTED);
    assertThat(desk.send(stage, 1)).isSameAs(SendResult.P2P);
    world.run();
    assertThat(stage.arrivals()).containsExactly(new Arrival(1, Path.P2P));
  }

  @Test
  void linksThatWereWantedWhileTheRouterWasAwayAreMadeWhenItIsBack() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.router.stop();
    world.run();
    desk.send(stage, 1);
    world.advanceMillis(1_000);
    world.router.start();
    world.advanceMillis(20);

    assertThat(desk.stateOf(stage)).isEqualTo(PeerState.CONNECTED);
  }

  @Test
  void anAttemptThatTheRouterIsLostInSaysNothingAboutThePeer() {
    Node stage = world.node("stage");
    Node desk = world.node("desk", options -> options.breakerFailures(1));
    desk.peers.behaviour().trickleCandidates(1);
    world.router.session("desk").pauseReading(true);
    Value blob = Value.Bytes.copyOf(new byte[60_000]);
    while (desk.hybrid.sendToRouter(Node.event("/elsewhere", blob)).isAccepted()) {
      // Until no signal finds room.
    }
    desk.hybrid.connectPeer("stage");
    world.run();
    assertThat(desk.events(Failed.class).get(0).reason().code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(desk.snapshotOf(stage).breaker()).isEqualTo(BreakerState.CLOSED);

    world.router.session("desk").pauseReading(false);
    world.run();
    world.link(desk, stage);
  }

  @Test
  void aPathThatDependsOnTheRouterIsToldWhenTheRouterGoesAndComes() {
    Node stage = world.node("stage");
    Node desk = world.node("desk", options -> options.preferP2P(false));
    world.link(desk, stage);
    desk.events.clear();

    world.router.stop();
    world.run();
    PeerEvent.PathChanged away = desk.events(PeerEvent.PathChanged.class).get(0);
    assertThat(away.to()).isEqualTo(Path.P2P);
    assertThat(Outcomes.code(away.cause())).isEqualTo(Code.CONNECTION_LOST);
    world.router.start();
    world.advanceMillis(20);

    PeerEvent.PathChanged back = desk.events(PeerEvent.PathChanged.class).get(1);
    assertThat(back.to()).isEqualTo(Path.ROUTER);
    assertThat(desk.events).hasSize(2);
  }

  // ---- Both sides at once

  @Test
  void whenBothOfferTheSmallerIdYieldsAndOneLinkComesOfIt() {
    Node a = world.node("a");
    Node b = world.node("b");
    a.hybrid.connectPeer("b");
    b.hybrid.connectPeer("a");
    world.run();

    assertThat(a.stateOf(b)).isEqualTo(PeerState.CONNECTED);
    assertThat(b.stateOf(a)).isEqualTo(PeerState.CONNECTED);
    assertThat(a.events(Connecting.class))
        .extracting(Connecting::role)
        .containsExactly(PeerRole.OFFERER, PeerRole.ANSWERER);
    assertThat(b.events(Connecting.class))
        .extracting(Connecting::role)
        .containsExactly(PeerRole.OFFERER);
    assertThat(a.events(Failed.class)).isEmpty();
    assertThat(b.events(Failed.class)).isEmpty();
    assertThat(a.snapshotOf(b).breaker()).isEqualTo(BreakerState.CLOSED);
    a.send(b, 1);
    b.send(a, 2);
    world.run();
    assertThat(b.arrivals()).containsExactly(new Arrival(1, Path.P2P));
    assertThat(a.arrivals()).containsExactly(new Arrival(2, Path.P2P));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void glareResolvesWhateverDelaysCopiesAndOrder(int seed) {
    List<Fault<Signal>> faults =
        List.of(
            Faults.delay(Duration.ZERO, Duration.ofMillis(50)),
            Faults.duplicate(0.3),
            Faults.reorder(0.2, Duration.ofMillis(30)));
    Node a = faulty("a", faults, seed);
    Node b = faulty("b", faults, 1_000 + seed);
    a.peers.behaviour().trickleCandidates(3);
    b.peers.behaviour().trickleCandidates(3);
    a.hybrid.connectPeer("b");
    b.hybrid.connectPeer("a");
    for (int i = 0; i < 400; i++) {
      a.send(b, i);
      b.send(a, i);
      world.advanceMillis(100);
    }

    assertThat(a.stateOf(b)).isEqualTo(PeerState.CONNECTED);
    assertThat(b.stateOf(a)).isEqualTo(PeerState.CONNECTED);
    assertThat(a.hybrid.send(Node.value("b", 1_000))).isSameAs(SendResult.P2P);
    assertThat(b.hybrid.send(Node.value("a", 1_000))).isSameAs(SendResult.P2P);
    world.run();
    // Nothing was lost or came twice.
    assertThat(new HashSet<>(a.arrivals().stream().map(Arrival::number).toList())).hasSize(401);
    assertThat(a.arrivals()).hasSize(401);
    assertThat(b.arrivals()).hasSize(401);
  }

  private Node faulty(String id, List<Fault<Signal>> faults, int seed) {
    return world.startedAndSettled(
        world.make(
            id,
            options -> options,
            peers ->
                new FaultyPeerTransportProvider(
                    peers, List.of(), List.of(), faults, new Seed(seed)),
            Runnable::run));
  }

  @Test
  void aSecondOfferReplacesTheLinkOnlyWhenItsOwnIsUp() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    // The desk's process ends without a word, and another one starts.
    desk.link().vanish(Code.ICE_FAILED);
    world.run();
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.CONNECTED);
    stage.peers.behaviour().connectDelay(Duration.ofMillis(100));
    desk.hybrid.connectPeer("stage");
    world.run();
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.CONNECTED);
    assertThat(stage.peers.transports().get(0).state().name()).isEqualTo("OPEN");
    world.advanceMillis(3_000);

    assertThat(stage.peers.transports().get(0).state().name()).isEqualTo("CLOSED");
    stage.send(desk, 1);
    world.run();
    assertThat(desk.arrivals()).containsExactly(new Arrival(1, Path.P2P));
  }

  @Test
  void incomingAttemptsAreBoundedAndTurnedAwayWithoutHarm() {
    Node stage = world.node("stage", options -> options.maxPendingOffers(3));
    String address = SIGNAL + world.router.session("stage").id();
    stage.peers.behaviour().answerOffers(false);
    MemoryRouter.Session stranger = world.plainSession("stranger");
    for (int i = 0; i < 40; i++) {
      stranger.publish(address, offer("forged-" + i, "attempt-" + i));
    }
    world.run();

    assertThat(stage.peers.transports()).hasSize(3);
    assertThat(stage.hybrid.stats().framesDropped()).isEqualTo(37);
    // A newer offer of one of them takes the place of its own.
    stranger.publish(address, offer("forged-0", "again"));
    world.run();
    assertThat(stage.peers.transports()).hasSize(4);
  }

  @Test
  void anAttemptOfOursSurvivesAnOfferThatIsTurnedAway() {
    Node a = world.node("a", options -> options.maxPendingOffers(1));
    a.peers.behaviour().answerOffers(false);
    MemoryRouter.Session x = world.plainSession("x");
    x.publish(SIGNAL + world.router.session("a").id(), offer(x.id(), "of-x"));
    world.run();
    MemoryRouter.Session zed = world.plainSession("zed");
    a.send("zed", 1);
    world.run();
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("name", "zed");
    zed.publish(SIGNAL + world.router.session("a").id(), with(offer(zed.id(), "of-zed"), named));
    world.run();

    assertThat(a.hybrid.peer("zed").orElseThrow().state()).isEqualTo(PeerState.CONNECTING);
    assertThat(a.peers.transports()).hasSize(2);
    world.advanceMillis(10_000);
    assertThat(a.hybrid.peer("zed").orElseThrow().state()).isEqualTo(PeerState.FAILED);
    // It goes on wanting a link.
    world.advanceMillis(600);
    assertThat(a.hybrid.peer("zed").orElseThrow().attempts()).isGreaterThan(1);
  }

  // ---- Early candidates

  @Test
  void candidatesThatOvertakeTheirOfferAreKeptForIt() {
    Node stage = world.node("stage");
    stage.peers.behaviour().answerOffers(false);
    MemoryRouter.Session desk = world.plainSession("desk");
    String address = SIGNAL + world.router.session("stage").id();
    for (int i = 0; i < 3; i++) {
      desk.publish(address, candidate(desk.id(), "attempt", "c" + i));
    }
    world.run();
    assertThat(stage.hybrid.stats().framesDropped()).isZero();
    desk.publish(address, offer(desk.id(), "attempt"));
    world.run();

    assertThat(stage.link().remoteCandidates()).isEqualTo(3);
  }

  @Test
  void earlyCandidatesExpire() {
    Node stage = world.node("stage");
    MemoryRouter.Session desk = world.plainSession("desk");
    String address = SIGNAL + world.router.session("stage").id();
    desk.publish(address, candidate(desk.id(), "attempt", "c"));
    world.advanceMillis(10_000);
    stage.peers.behaviour().answerOffers(false);
    desk.publish(address, offer(desk.id(), "attempt"));
    world.run();

    assertThat(stage.link().remoteCandidates()).isZero();
  }

  @Test
  void tenThousandCandidatesAreBounded() {
    Node stage =
        world.node("stage", options -> options.maxSignalsPerSecond(10_000).maxPendingOffers(4));
    MemoryRouter.Session desk = world.plainSession("desk");
    String address = SIGNAL + world.router.session("stage").id();
    for (int i = 0; i < 10_000; i++) {
      desk.publish(address, candidate("from-" + i % 7, "attempt-" + i % 13, "c" + i));
      if (i % 100 == 0) {
        world.run();
      }
    }
    world.run();

    // At most 100 of each of 4 attempts are kept; what gave way to a newer attempt is gone too.
    assertThat(stage.hybrid.peers()).isEmpty();
    assertThat(stage.peers.transports()).isEmpty();
    assertThat(stage.hybrid.stats().framesDropped()).isGreaterThanOrEqualTo(10_000 - 400);
  }

  @Test
  void tenThousandCandidatesOfOneAttemptAreBoundedAndCounted() {
    Node stage = world.node("stage", options -> options.maxSignalsPerSecond(10_000));
    MemoryRouter.Session desk = world.plainSession("desk");
    String address = SIGNAL + world.router.session("stage").id();
    for (int i = 0; i < 10_000; i++) {
      desk.publish(address, candidate(desk.id(), "attempt", "c" + i));
      if (i % 100 == 0) {
        world.run();
      }
    }
    world.run();

    assertThat(stage.hybrid.stats().framesDropped()).isEqualTo(9_900);
  }

  // ---- Too many, malformed, forged

  @Test
  void signalsOfOneSenderAreLimitedASecondAndThoseOfOthersAreNot() {
    Node stage = world.node("stage", options -> options.maxSignalsPerSecond(5));
    stage.peers.behaviour().answerOffers(false);
    MemoryRouter.Session noisy = world.plainSession("noisy");
    MemoryRouter.Session calm = world.plainSession("calm");
    String address = SIGNAL + world.router.session("stage").id();
    for (int i = 0; i < 20; i++) {
      noisy.publish(address, candidate(noisy.id(), "attempt", "c" + i));
    }
    calm.publish(address, offer(calm.id(), "calm"));
    world.run();

    assertThat(stage.hybrid.stats().framesDropped()).isEqualTo(15);
    assertThat(stage.peers.transports()).hasSize(1);
    world.advanceMillis(1_000);
    noisy.publish(address, offer(noisy.id(), "attempt"));
    world.run();
    assertThat(stage.peers.transports()).hasSize(2);
    assertThat(stage.link().remoteCandidates()).isEqualTo(5);
  }

  @Test
  void malformedSignalsAreDroppedCountedAndHarmNobody() {
    Node stage = world.node("stage");
    MemoryRouter.Session stranger = world.plainSession("stranger");
    String bySession = SIGNAL + world.router.session("stage").id();
    String byName = BY_NAME + "stage/stranger";
    Value.Dict offer = offer(stranger.id(), "x");
    List<Value> bad =
        List.of(
            Value.of(1L),
            Value.of("offer"),
            Value.of((Object) List.of()),
            dict(),
            dict("type", "offer"),
            with(offer, Map.of("type", "unknown")),
            with(offer, Map.of("type", 1L)),
            with(offer, Map.of("type", "")),
            with(offer, Map.of("from", "")),
            with(offer, Map.of("from", "a/b")),
            with(offer, Map.of("from", "*")),
            with(offer, Map.of("from", 5L)),
            with(offer, Map.of("from", "x".repeat(513))),
            with(offer, Map.of("correlation_id", "")),
            with(offer, Map.of("correlation_id", "x".repeat(513))),
            with(offer, Map.of("sdp", "")),
            with(offer, Map.of("sdp", 7L)),
            with(offer, Map.of("name", "a/b")),
            with(offer, Map.of("session", "someone-else")),
            candidate(stranger.id(), "x", "c".repeat(4_097)));

    for (Value value : bad) {
      stranger.publish(bySession, value);
      world.advanceMillis(1_000);
    }
    assertThat(stage.hybrid.stats().framesDropped()).isEqualTo(bad.size());
    for (Value value : bad.subList(0, 12)) {
      stranger.publish(byName, value);
      world.advanceMillis(1_000);
    }

    assertThat(stage.hybrid.stats().framesDropped()).isEqualTo(bad.size() + 12);
    assertThat(stage.peers.transports()).isEmpty();
    assertThat(stage.hybrid.peers()).isEmpty();
    world.loop.assertNoFailures();
  }

  @Test
  void aFromThatDisagreesWithItsAddressIsDropped() {
    Node stage = world.node("stage");
    MemoryRouter.Session stranger = world.plainSession("stranger");
    stranger.publish(BY_NAME + "stage/stranger", offer("desk", "x"));
    world.run();

    assertThat(stage.hybrid.stats().framesDropped()).isEqualTo(1);
    assertThat(stage.peers.transports()).isEmpty();
  }

  @Test
  void aNameThatDisagreesWithWhatTheSessionAnnouncedIsDropped() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    String session = world.router.session("desk").id();
    publish(
        desk,
        SIGNAL + world.router.session("stage").id(),
        with(offer(session, "x"), Map.of("name", "somebody-else")));
    world.run();

    assertThat(stage.hybrid.stats().framesDropped()).isEqualTo(1);
    assertThat(stage.peers.transports()).isEmpty();
  }

  @Test
  void malformedAnnouncementsAreDroppedAndCounted() {
    Node stage = world.node("stage");
    MemoryRouter.Session stranger = world.plainSession("stranger");
    List<Value> bad =
        List.of(
            Value.of(1L),
            dict(),
            dict("session_id", ""),
            dict("session_id", 5L),
            dict("session_id", "x".repeat(513)),
            dict("session_id", "s", "name", ""),
            dict("session_id", "s", "name", "a/b"),
            dict("session_id", "s", "name", "x".repeat(513)));

    bad.forEach(value -> stranger.publish(ANNOUNCE, value));
    world.run();

    assertThat(stage.hybrid.stats().framesDropped()).isEqualTo(bad.size());
    assertThat(stage.hybrid.peers()).isEmpty();
  }

  @Test
  void aDescriptionOfGarbageEndsItsAttemptOnly() {
    Node stage = world.node("stage");
    MemoryRouter.Session stranger = world.plainSession("stranger");
    stranger.publish(
        SIGNAL + world.router.session("stage").id(),
        with(offer(stranger.id(), "x"), Map.of("sdp", "\u0000garbage")));
    world.run();

    assertThat(stage.events(Failed.class)).hasSize(1);
    assertThat(stage.events(Failed.class).get(0).reason().code())
        .isEqualTo(Code.NEGOTIATION_FAILED);
    Node desk = world.node("desk");
    world.link(desk, stage);
  }

  @Test
  void anAnswerOfGarbageEndsTheAttemptAndTheRouterServes() {
    Node desk = world.node("desk");
    MemoryRouter.Session stage = world.plainSession("stage");
    stage.publish(ANNOUNCE, dict("session_id", stage.id(), "p2p_capable", true));
    world.run();
    desk.send(stage.id(), 1);
    world.run();
    PublishMessage offer = stage.published("offer");
    stage.publish(
        SIGNAL + world.router.session("desk").id(),
        dict(
            "type",
            "answer",
            "from",
            stage.id(),
            "sdp",
            "garbage",
            "correlation_id",
            Objects.requireNonNull(map(offer).text("correlation_id"))));
    world.run();

    assertThat(desk.events(Failed.class).get(0).reason().code()).isEqualTo(Code.NEGOTIATION_FAILED);
    assertThat(desk.send(stage.id(), 2)).isSameAs(SendResult.ROUTER);
  }

  @Test
  void aForgedDisconnectedWithoutTheCorrelationIdEndsNothing() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    world.link(desk, stage);
    publish(
        desk,
        SIGNAL + world.router.session("stage").id(),
        dict(
            "type", "disconnected",
            "from", world.router.session("desk").id(),
            "correlation_id", "guessed"));
    world.run();

    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.CONNECTED);
    assertThat(stage.snapshotOf(desk).framesDropped()).isEqualTo(1);
  }

  @Test
  void anOfferOfAPeerThatAnnouncesNothingIsAnsweredAtItsSession() {
    // As the implementations of today do: no name, no extra key.
    Node stage = world.node("stage");
    MemoryRouter.Session plain = world.plainSession("plain");
    plain.publish(SIGNAL + world.router.session("stage").id(), offer(plain.id(), "x"));
    stage.peers.behaviour().answerOffers(false);
    world.run();

    assertThat(stage.hybrid.peers()).extracting(peer -> peer.peerId()).containsExactly(plain.id());
    assertThat(stage.hybrid.peers().get(0).sessionId()).isEqualTo(plain.id());
  }

  @Test
  void idsOfManyAttemptsDiffer() {
    Node stage = world.node("stage");
    Node desk = world.node("desk");
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      world.link(desk, stage);
      ids.add(desk.link().correlationId());
      desk.hybrid.disconnectPeer("stage");
      world.advanceMillis(1_000);
    }

    assertThat(ids).hasSize(50);
  }

  // ---- Helpers

  private void publish(Node from, String address, Value value) {
    from.hybrid.sendToRouter(Node.event(address, value));
  }

  private static boolean isTo(Message message, String prefix) {
    return message instanceof PublishMessage publish && publish.address().startsWith(prefix);
  }

  private static ErrorMessage error(int code, Message about) {
    return new ErrorMessage(code, "said by a test", ((PublishMessage) about).address(), null);
  }

  private static Value.Dict map(PublishMessage publish) {
    return (Value.Dict) Objects.requireNonNull(publish.value());
  }

  private static Value.Dict offer(String from, String correlationId) {
    return dict(
        "type",
        "offer",
        "from",
        from,
        "sdp",
        "v=0\r\na=in-memory-offer:none\r\n",
        "correlation_id",
        correlationId);
  }

  private static Value.Dict disconnected(String from, String correlationId) {
    return dict("type", "disconnected", "from", from, "correlation_id", correlationId);
  }

  private static Value.Dict candidate(String from, String correlationId, String json) {
    return dict(
        "type", "ice_candidate",
        "from", from,
        "candidate", json,
        "correlation_id", correlationId);
  }

  private static Value.Dict dict(Object... keysAndValues) {
    Map<String, Value> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], Value.of(keysAndValues[i + 1]));
    }
    return new Value.Dict(map);
  }

  private static Value.Dict with(Value.Dict base, Map<String, ?> changes) {
    Map<String, Value> map = new LinkedHashMap<>(base.entries());
    changes.forEach((key, value) -> map.put(key, Value.of(value)));
    return new Value.Dict(map);
  }
}
