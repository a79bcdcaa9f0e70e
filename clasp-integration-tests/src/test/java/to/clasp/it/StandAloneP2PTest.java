package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.ClaspException;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.ClaspP2P;
import to.clasp.client.ClaspP2PBuilder;
import to.clasp.client.Peer;
import to.clasp.client.Update;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.PeerAdmission.Candidate;
import to.clasp.transport.peer.PeerAdmission.Decision;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.RtcConfig;

/** Direct links alone, with a router for the signals only, over real WebRTC. */
class StandAloneP2PTest {

  private final List<ClaspP2P> ends = new ArrayList<>();
  private EmbeddedRouter router;

  @BeforeEach
  void startRouter() {
    router = EmbeddedRouter.builder().port(0).start();
  }

  @AfterEach
  void close() {
    ends.forEach(ClaspP2P::close);
    router.close();
  }

  private ClaspP2PBuilder builder(String id) {
    return ClaspP2P.builder()
        .signaling(router.uri())
        .clientId(id)
        .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build());
  }

  private ClaspP2P connect(ClaspP2PBuilder builder) {
    ClaspP2P end = builder.connect();
    ends.add(end);
    return end;
  }

  private static ClaspException failure(CompletableFuture<?> future) {
    return (ClaspException) catchThrowable(() -> get(future)).getCause();
  }

  @Test
  void exchangesValuesOfWhichTheRouterSeesNothing() throws Exception {
    Recorder<Update> heard = new Recorder<>();
    ClaspP2P stage = connect(builder("stage"));
    ClaspP2P desk = connect(builder("desk"));
    stage.on("/cue/**", heard::record);

    Peer peer = get(desk.connectToPeer("stage"));
    assertThat(get(peer.set("/cue/1", "go")).path()).isEqualTo(Path.P2P);

    assertThat(heard.await(Update.class, TIMEOUT).source().peerId()).isEqualTo("desk");
    assertThat(desk.id()).isEqualTo("desk");
    assertThat(desk.peers()).containsExactly(peer);
    assertThat(router.stats().sets()).isZero();
  }

  @Test
  void needsARouterForTheSignals() {
    assertThatThrownBy(() -> ClaspP2P.builder().connect())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("signaling");
  }

  // ---- Accepting peers

  @Test
  void aPeerThatIsRejectedHearsWhyAndLearnsNothingElse() throws Exception {
    Recorder<Candidate> asked = new Recorder<>();
    Recorder<PeerEvent> events = new Recorder<>();
    ClaspP2P stage =
        connect(
            builder("stage")
                .onPeerConnecting(
                    peer -> {
                      asked.record(peer);
                      return peer.peerId().equals("desk")
                          ? Decision.accept()
                          : Decision.reject("not on the list");
                    }));
    stage.onEvent(events::record);
    ClaspP2P stranger = connect(builder("stranger"));
    ClaspP2P desk = connect(builder("desk"));

    ClaspException refused = failure(stranger.connectToPeer("stage"));

    assertThat(refused.code()).isEqualTo(Code.REJECTED);
    assertThat(refused).hasMessageContaining("not on the list");
    assertThat(get(get(desk.connectToPeer("stage")).set("/x", 1)).path()).isEqualTo(Path.P2P);
    assertThat(asked.events().stream().map(Candidate::peerId)).containsExactly("stranger", "desk");
    // No attempt was begun on this side, so nothing has left for the stranger.
    assertThat(events.events(PeerEvent.Connecting.class).stream().map(PeerEvent::peerId))
        .containsOnly("desk");
  }

  @Test
  void aDecisionThatTakesTooLongOrFailsRejects() throws Exception {
    CompletableFuture<Decision> never = new CompletableFuture<>();
    connect(
        builder("slow")
            .options(options -> options.admissionTimeout(Duration.ofMillis(50)))
            .onPeerConnecting(peer -> never.get()));
    connect(
        builder("broken")
            .onPeerConnecting(
                peer -> {
                  throw new IllegalStateException("by the test");
                }));
    ClaspP2P desk = connect(builder("desk"));

    assertThat(failure(desk.connectToPeer("slow")).code()).isEqualTo(Code.REJECTED);
    assertThat(failure(desk.connectToPeer("broken")).code()).isEqualTo(Code.REJECTED);
    never.complete(Decision.accept());
  }

  @Test
  void whoLinksOnItsOwnAccountIsNotAsked() throws Exception {
    Recorder<Candidate> asked = new Recorder<>();
    ClaspP2P stage =
        connect(
            builder("stage")
                .onPeerConnecting(
                    peer -> {
                      asked.record(peer);
                      return Decision.reject("nobody");
                    }));
    connect(builder("desk"));

    get(stage.connectToPeer("desk"));

    assertThat(asked.events()).isEmpty();
  }

  // ---- Mesh and broadcast

  private ClaspP2P member(String id, Recorder<Update> heard) {
    ClaspP2P member = connect(builder(id).mesh(true));
    member.onBroadcast(heard::record);
    return member;
  }

  private static void awaitLinks(ClaspP2P end, Recorder<PeerEvent> events, String... peers) {
    events.awaitThat(
        "links with " + List.of(peers),
        TIMEOUT,
        all -> List.of(peers).stream().allMatch(peer -> isLinked(end, peer)));
  }

  private static boolean isLinked(ClaspP2P end, String peer) {
    return end.peer(peer).filter(known -> known.stats().path() == Path.P2P).isPresent();
  }

  @Test
  void aMeshLinksAllAndABroadcastReachesEachOnce() throws Exception {
    List<ClaspP2P> members = new ArrayList<>();
    List<Recorder<Update>> heard = new ArrayList<>();
    List<Recorder<PeerEvent>> events = new ArrayList<>();
    for (String id : List.of("a", "b", "c")) {
      Recorder<Update> broadcasts = new Recorder<>();
      Recorder<PeerEvent> told = new Recorder<>();
      ClaspP2P member = member(id, broadcasts);
      member.onEvent(told::record);
      members.add(member);
      heard.add(broadcasts);
      events.add(told);
    }
    awaitLinks(members.get(0), events.get(0), "b", "c");
    awaitLinks(members.get(1), events.get(1), "a", "c");
    awaitLinks(members.get(2), events.get(2), "a", "b");

    assertThat(members.get(0).broadcast("/chat", "hello")).isEqualTo(2);

    for (Recorder<Update> other : heard.subList(1, 3)) {
      Update update = other.await(Update.class, TIMEOUT);
      assertThat(update.address()).isEqualTo("/chat");
      assertThat(update.value().toJava()).isEqualTo("hello");
      assertThat(update.source().peerId()).isEqualTo("a");
    }
    assertThat(heard.get(0).events()).isEmpty();
  }

  @Test
  void whoComesAndGoesIsKnown() {
    Recorder<PeerEvent> events = new Recorder<>();
    ClaspP2P watcher = connect(builder("watcher"));
    watcher.onEvent(events::record);
    ClaspP2P guest = builder("guest").connect();
    try {
      events.await(PeerEvent.Announced.class, TIMEOUT);
      assertThat(watcher.p2p().announced()).containsExactly("guest");
    } finally {
      guest.close();
    }

    assertThat(events.await(PeerEvent.Left.class, TIMEOUT).peerId()).isEqualTo("guest");
  }

  @Test
  void aMeshKeepsToItsLimitAndFillsPlacesThatBecomeFree() throws Exception {
    Recorder<PeerEvent> events = new Recorder<>();
    ClaspP2P first = builder("first").connect();
    ClaspP2P hub = connect(builder("hub").options(options -> options.mesh(true).maxMeshPeers(1)));
    hub.onEvent(events::record);
    awaitLinks(hub, events, "first");
    connect(builder("second"));
    events.await(PeerEvent.Announced.class, event -> event.peerId().equals("second"), TIMEOUT);
    assertThat(hub.peer("second")).isEmpty();

    first.close();

    awaitLinks(hub, events, "second");
  }
}
