package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspException;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.Delivery;
import to.clasp.client.P2P;
import to.clasp.client.Peer;
import to.clasp.client.Update;
import to.clasp.core.value.Value;
import to.clasp.it.ClientHarness.Events;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.RtcConfig;

/** Peers used explicitly, beside the hybrid, over real WebRTC. */
class ExplicitPeersTest {

  private final Events events = new Events();
  private EmbeddedRouter router;
  private ClientHarness clients;
  private P2P stage;
  private Clasp deskClient;
  private P2P desk;

  @BeforeEach
  void connect() {
    router = EmbeddedRouter.builder().port(0).start();
    clients = new ClientHarness(router);
    stage = clients.connect(clients.builder("stage").withP2P(loopback())).p2p();
    deskClient = clients.connect(clients.builder("desk").withP2P(loopback()).listener(events));
    desk = deskClient.p2p();
  }

  @AfterEach
  void close() {
    clients.close();
  }

  private static P2POptions loopback() {
    return P2POptions.builder()
        .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
        .build();
  }

  private static Peer shown(Recorder<Peer> peers) {
    return peers.await(Peer.class, TIMEOUT);
  }

  @Test
  void whatIsSentToAPeerReachesThatPeerAloneDirectlyAndInOrder() throws Exception {
    Recorder<Update> heard = new Recorder<>();
    Recorder<Update> subscribed = new Recorder<>();
    Clasp bystander = clients.connect("bystander");
    bystander.on("/**", subscribed::record);
    deskClient.on("/**", subscribed::record);
    stage.onPeer(peer -> peer.on("/local/**", heard::record));

    Peer peer = get(desk.connectToPeer("stage"));
    for (long i = 0; i < 500; i++) {
      assertThat(get(peer.emit("/local/value", i))).isEqualTo(new Delivery(Path.P2P, null));
    }
    heard.awaitThat("all", TIMEOUT, all -> all.size() == 500);

    assertThat(heard.events().stream().map(update -> update.value().asLong()))
        .containsExactlyElementsOf(LongStream.range(0, 500).boxed().toList());
    assertThat(heard.events())
        .allMatch(update -> "desk".equals(update.source().peerId()) && update.path() == Path.P2P);
    assertThat(subscribed.events().stream().map(Update::address))
        .noneMatch(address -> address.startsWith("/local"));
    assertThat(peer.state()).isEqualTo(PeerState.CONNECTED);
    assertThat(peer.stats().framesSent()).isEqualTo(500);
  }

  @Test
  void setEmitAndStreamArriveAsWhatTheyAre() throws Exception {
    Recorder<Update> heard = new Recorder<>();
    stage.on("/local/**", heard::record);
    Peer peer = get(desk.connectToPeer("stage"));

    get(peer.set("/local/level", 0.5));
    get(peer.emit("/local/go", "now"));
    get(peer.stream("/local/meter", 7));

    heard.awaitThat("all three", TIMEOUT, all -> all.size() == 3);
    assertThat(heard.events().stream().map(update -> update.signal() + " " + update.address()))
        .containsExactlyInAnyOrder("PARAM /local/level", "EVENT /local/go", "STREAM /local/meter");
  }

  @Test
  void aPeerIsAskedForWhatEitherSideHasSetWithTheOther() throws Exception {
    Recorder<Peer> shown = new Recorder<>();
    stage.onPeer(shown::record);
    Peer there = get(desk.connectToPeer("stage"));
    Peer back = shown(shown);
    get(back.set("/local/theirs", "of stage"));
    get(there.set("/local/ours", "of desk"));

    assertThat(get(there.get("/local/theirs"))).isEqualTo(Value.of("of stage"));
    assertThat(get(there.get("/local/ours"))).isEqualTo(Value.of("of desk"));
    assertThatThrownBy(() -> get(there.get("/local/nothing")))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.NOT_FOUND));
    // The router has heard of none of it.
    assertThat(router.stats().sets()).isZero();
  }

  @Test
  void aLateSubscriptionHearsTheValuesThatThePeerHasSet() throws Exception {
    Recorder<Peer> shown = new Recorder<>();
    Recorder<Update> first = new Recorder<>();
    Recorder<Update> late = new Recorder<>();
    stage.onPeer(
        peer -> {
          peer.on("/local/**", first::record);
          shown.record(peer);
        });
    get(get(desk.connectToPeer("stage")).set("/local/level", 0.5));
    first.await(Update.class, TIMEOUT);

    shown(shown).on("/local/*", late::record);

    assertThat(late.await(Update.class, TIMEOUT).value()).isEqualTo(Value.of(0.5));
  }

  @Test
  void addressesOfTheClientAreRefusedAndStayTheClients() throws Exception {
    Recorder<Update> heard = new Recorder<>();
    stage.on("/**", heard::record);
    Peer peer = get(desk.connectToPeer("stage"));

    assertThatThrownBy(() -> peer.set("/peer/stage/x", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/peer/stage/x");
    get(deskClient.set("/peer/stage/x", 1));
    get(peer.set("/local/x", 1));

    heard.await(Update.class, TIMEOUT);
    assertThat(heard.events().stream().map(Update::address)).containsExactly("/local/x");
  }

  @Test
  void aLinkIsMadeWhenAskedForAlsoWhereFramesPreferTheRouter() throws Exception {
    Recorder<Update> heard = new Recorder<>();
    stage.on("/local/**", heard::record);
    P2POptions routed = loopback().toBuilder().preferP2P(false).build();
    Clasp lampClient = clients.connect(clients.builder("lamp").withP2P(routed));
    Recorder<Update> routedValues = new Recorder<>();
    clients.connect("bystander").on("/peer/stage/**", routedValues::record);

    assertThat(get(lampClient.connectPeer("stage")).state()).isEqualTo(PeerState.CONNECTED);
    Peer peer = get(lampClient.p2p().connectToPeer("stage"));

    assertThat(peer.state()).isEqualTo(PeerState.CONNECTED);
    assertThat(get(peer.stream("/local/meter", 1)).path()).isEqualTo(Path.P2P);
    get(peer.set("/local/level", 2));
    heard.awaitThat("both", TIMEOUT, all -> all.size() == 2);
    // What prefers the router still takes it.
    assertThat(get(lampClient.set("/peer/stage/x", 3)).path()).isEqualTo(Path.ROUTER);
    routedValues.await(Update.class, TIMEOUT);
  }

  @Test
  void aClosedPeerIsOverForBothSides() throws Exception {
    Recorder<Peer> shown = new Recorder<>();
    Recorder<PeerEvent> told = new Recorder<>();
    stage.onPeer(shown::record);
    Peer peer = get(desk.connectToPeer("stage"));
    shown(shown).onEvent(told::record);
    CompletableFuture<Value> unanswered = peer.get("/local/x");

    peer.close();

    // A link that closes is seen before the signal that says why, or after it.
    told.await(
        PeerEvent.class,
        event -> event instanceof PeerEvent.Closed || event instanceof PeerEvent.Failed,
        TIMEOUT);
    assertThat(unanswered).failsWithin(TIMEOUT);
    assertThat(peer.set("/local/x", 1)).failsWithin(TIMEOUT);
    assertThat(desk.peer("stage")).isEmpty();
    assertThatThrownBy(() -> peer.on("/**", update -> {})).isInstanceOf(ClaspException.class);
    assertThat(get(get(desk.connectToPeer("stage")).set("/local/x", 1)).path()).isEqualTo(Path.P2P);
  }

  @Test
  void withoutALinkSendingFailsAndNothingTakesTheRouter() {
    assertThat(desk.peer("stage")).isEmpty();
    assertThat(desk.connectToPeer("nobody"))
        .failsWithin(TIMEOUT)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(ClaspException.class);
    assertThat(router.stats().sets()).isZero();
  }

  @Test
  void peersGoOnWithoutTheRouterAndFindEachOtherAgainAfterwards() throws Exception {
    Recorder<Update> heard = new Recorder<>();
    Recorder<Update> back = new Recorder<>();
    stage.on("/local/**", heard::record);
    desk.on("/local/**", back::record);
    Peer peer = get(desk.connectToPeer("stage"));
    router.stop();
    events.interruptions.awaitThat("an interruption", TIMEOUT, all -> !all.isEmpty());

    for (int i = 0; i < 100; i++) {
      assertThat(get(peer.emit("/local/n", i)).path()).isEqualTo(Path.P2P);
    }
    heard.awaitThat("all", TIMEOUT, all -> all.size() == 100);
    get(stage.peer("desk").orElseThrow().set("/local/answer", 1));
    back.await(Update.class, TIMEOUT);
    assertThat(get(peer.get("/local/answer"))).isEqualTo(Value.of(1L));
    CompletableFuture<Delivery> waits = deskClient.set("/elsewhere", 1);
    CompletableFuture<Peer> late = desk.connectToPeer("late");
    assertThat(waits).isNotDone();
    assertThat(late).isNotDone();

    router.start();

    assertThat(get(waits).path()).isEqualTo(Path.ROUTER);
    clients.connect(clients.builder("late").withP2P(loopback()));
    assertThat(get(late).state()).isEqualTo(PeerState.CONNECTED);
    assertThat(get(peer.emit("/local/n", 100)).path()).isEqualTo(Path.P2P);
  }
}
