package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.it.HybridEnd.Numbered;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.memory.InMemoryPeerNetwork;
import to.clasp.testkit.memory.InMemoryPeerTransportProvider;
import to.clasp.testkit.relay.RelayedPeerTransportProvider;
import to.clasp.testkit.relay.UdpRelay;
import to.clasp.transport.Backoff;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.BreakerState;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.webrtc.WebRtcPeerTransportProvider;

/** The hybrid over a real router, WebSocket and WebRTC on loopback: which path frames take. */
class HybridLinkTest {

  private final TestRouter router = TestRouter.builder().rateLimit(0).build();
  private final UdpRelay relay = UdpRelay.start();
  private final List<HybridEnd> ends = new ArrayList<>();

  @BeforeEach
  void startRouter() {
    router.start();
  }

  @AfterEach
  void close() throws Exception {
    for (HybridEnd end : ends) {
      end.close();
    }
    router.close();
    relay.close();
  }

  private HybridEnd end(String id) {
    return end(id, new WebRtcPeerTransportProvider(), quickReconnect(true));
  }

  /** One whose packets go through the relay. */
  private HybridEnd relayedEnd(String id) {
    return end(
        id,
        new RelayedPeerTransportProvider(new WebRtcPeerTransportProvider(), relay),
        quickReconnect(true));
  }

  private HybridEnd end(String id, PeerTransportProvider links, ConnectionOptions connection) {
    P2POptions options =
        P2POptions.builder()
            .peerId(id)
            .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
            .stallTimeout(Duration.ofMillis(500))
            .drainTimeout(Duration.ofMillis(200))
            .backoff(new Backoff(Duration.ofMillis(100), Duration.ofMillis(500), 2, 0.5))
            .build();
    HybridEnd end = new HybridEnd(router.uri(), links, options, connection);
    ends.add(end);
    return end.start();
  }

  private static ConnectionOptions quickReconnect(boolean reconnect) {
    return ConnectionOptions.builder()
        .reconnect(reconnect)
        .backoff(new Backoff(Duration.ofMillis(20), Duration.ofMillis(200), 2, 0.5))
        .build();
  }

  private static Set<Integer> assertOnceAndInOrderOnEachPath(List<Numbered> arrived) {
    Set<Integer> seen = new HashSet<>();
    Map<Path, Integer> last = new EnumMap<>(Path.class);
    for (Numbered one : arrived) {
      assertThat(seen.add(one.number())).as("%s came once", one).isTrue();
      Integer before = last.put(one.path(), one.number());
      assertThat(one.number()).isGreaterThan(before == null ? -1 : before);
    }
    return seen;
  }

  @Test
  void carriesFramesByTheRouterFirstAndOverTheLinkOnceItIsUp() {
    HybridEnd stage = end("stage");
    HybridEnd desk = end("desk");

    assertThat(desk.sendNumber("stage")).isSameAs(SendResult.ROUTER);
    desk.events.await(PeerEvent.PathChanged.class, HybridEnd.TIMEOUT);
    for (int i = 0; i < 1_000; i++) {
      assertThat(desk.sendNumber("stage")).isSameAs(SendResult.P2P);
    }

    List<Numbered> arrived = stage.arrived.await(Numbered.class, 1_001, HybridEnd.TIMEOUT);
    assertThat(arrived).containsExactlyElementsOf(desk.sent.events());
    PeerSnapshot link = desk.hybrid.peer("stage").orElseThrow();
    assertThat(link.state()).isEqualTo(PeerState.CONNECTED);
    assertThat(link.framesSent()).isEqualTo(1_000);
    assertThat(link.sessionId()).isEqualTo(stage.sessionId());
    // Known a little later; frames that arrive are the occasions to look.
    desk.keepSending("stage", 5);
    stage.arrived.awaitThat(
        "pair of candidates",
        HybridEnd.TIMEOUT,
        all -> desk.hybrid.peer("stage").orElseThrow().candidatePair() != null);
    desk.stopSending();
    CandidatePair pair = desk.hybrid.peer("stage").orElseThrow().candidatePair();
    assertThat(pair.remote().address()).isEqualTo("127.0.0.1");
    assertThat(pair.remote().protocol()).isEqualTo("udp");
    assertThat(pair.relayed()).isFalse();
  }

  @Test
  void bothMayOfferAtOnce() throws Exception {
    HybridEnd stage = end("stage");
    HybridEnd desk = end("desk");
    var there = stage.hybrid.connectPeer("desk").toCompletableFuture();
    var back = desk.hybrid.connectPeer("stage").toCompletableFuture();

    assertThat(there.get().state()).isEqualTo(PeerState.CONNECTED);
    assertThat(back.get().state()).isEqualTo(PeerState.CONNECTED);
    assertThat(desk.sendNumber("stage")).isSameAs(SendResult.P2P);
    assertThat(stage.sendNumber("desk")).isSameAs(SendResult.P2P);
    stage.arrived.await(Numbered.class, HybridEnd.TIMEOUT);
    desk.arrived.await(Numbered.class, HybridEnd.TIMEOUT);
    assertThat(desk.events.events(PeerEvent.Failed.class)).isEmpty();
    assertThat(stage.events.events(PeerEvent.Failed.class)).isEmpty();
  }

  @Test
  void fallsBackToTheRouterWhenThePathIsCutAndReturnsWhenItIsBack() throws Exception {
    HybridEnd stage = relayedEnd("stage");
    HybridEnd desk = relayedEnd("desk");
    desk.link("stage");
    desk.keepSending("stage", 2);
    stage.arrived.await(Numbered.class, 100, HybridEnd.TIMEOUT);

    relay.cut();
    int atCut = desk.sent.events().size();
    desk.awaitSent(Path.ROUTER, atCut);
    int atFallback = desk.sent.events().size();
    stage.arrived.await(
        Numbered.class,
        one -> one.path() == Path.ROUTER && one.number() >= atFallback,
        HybridEnd.TIMEOUT);
    relay.restore();
    desk.awaitSent(Path.P2P, atFallback);
    int atReturn = desk.sent.events().size();
    stage.arrived.await(
        Numbered.class,
        one -> one.path() == Path.P2P && one.number() >= atReturn,
        HybridEnd.TIMEOUT);
    desk.stopSending();
    List<Numbered> sent = desk.sent.events();
    Numbered last = sent.get(sent.size() - 1);
    stage.arrived.await(Numbered.class, last::equals, HybridEnd.TIMEOUT);

    Set<Integer> seen = assertOnceAndInOrderOnEachPath(stage.arrived.events());
    // What the router took has come; only what was under way on the link that was cut may be lost.
    for (Numbered one : sent) {
      if (one.path() == Path.ROUTER || one.number() < atCut - 100 || one.number() > atReturn) {
        assertThat(seen).contains(one.number());
      }
    }
    assertThat(desk.events.events(PeerEvent.PathChanged.class))
        .extracting(PeerEvent.PathChanged::to)
        .containsExactly(Path.P2P, Path.ROUTER, Path.P2P);
    assertThat(desk.events.events(PeerEvent.PathChanged.class).get(1).cause()).isNotNull();
  }

  @Test
  void theLinkOutlivesTheRouterAndSignallingResumes() throws Exception {
    HybridEnd stage = end("stage");
    HybridEnd desk = end("desk");
    // An offer that went out before the stage was known is made again.
    int attempts = desk.link("stage").attempts();
    router.stop();
    for (int i = 0; i < 500; i++) {
      assertThat(desk.sendNumber("stage")).isSameAs(SendResult.P2P);
    }
    stage.arrived.await(Numbered.class, 500, HybridEnd.TIMEOUT);

    router.start();
    desk.awaitSessions(2);
    stage.awaitSessions(2);
    assertThat(desk.sendNumber("stage")).isSameAs(SendResult.P2P);
    stage.arrived.await(Numbered.class, 501, HybridEnd.TIMEOUT);
    assertThat(desk.hybrid.peer("stage").orElseThrow().attempts()).isEqualTo(attempts);
    assertThat(desk.events.events(PeerEvent.Closed.class)).isEmpty();
    assertThat(desk.events.events(PeerEvent.Failed.class)).isEmpty();

    // A link that is made now needs the new sessions of both.
    HybridEnd late = end("late");
    late.link("stage");
    desk.link("late");
    assertThat(late.sendNumber("stage")).isSameAs(SendResult.P2P);
  }

  @Test
  void withoutAProviderThatWorksTheRouterServes() {
    HybridEnd stage = end("stage");
    InMemoryPeerTransportProvider broken =
        new InMemoryPeerTransportProvider(new InMemoryPeerNetwork());
    broken.unavailable("libexample.so is missing; install example");
    HybridEnd desk = end("desk", broken, quickReconnect(true));

    assertThat(desk.sendNumber("stage")).isSameAs(SendResult.ROUTER);

    assertThat(stage.arrived.await(Numbered.class, HybridEnd.TIMEOUT))
        .isEqualTo(new Numbered(0, Path.ROUTER));
    assertThatThrownBy(() -> desk.link("stage"))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("libexample.so");
  }

  @Test
  void aPeerWhoseProcessIsGoneIsToldAtOnce() throws Exception {
    HybridEnd stage = end("stage");
    HybridEnd desk = end("desk");
    desk.link("stage");
    desk.hybrid.disconnectPeer("stage");
    desk.events.await(PeerEvent.Closed.class, HybridEnd.TIMEOUT);
    stage.close();
    ends.remove(stage);
    long began = System.nanoTime();

    assertThatThrownBy(() -> desk.link("stage"))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            TransportException.class,
            failure -> assertThat(failure.reason().code()).isEqualTo(Code.PEER_GONE));

    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isLessThan(P2POptions.DEFAULTS.connectTimeout().dividedBy(2));
    assertThat(desk.hybrid.peer("stage").orElseThrow().breaker()).isEqualTo(BreakerState.OPEN);

    // It comes back, and is linked though the breaker was open.
    HybridEnd again = end("stage");
    desk.link("stage");
    assertThat(desk.sendNumber("stage")).isSameAs(SendResult.P2P);
    again.arrived.await(Numbered.class, HybridEnd.TIMEOUT);
  }

  @Test
  @EmbeddedRouterOnly("end the connection of one session")
  void aPeerThatDiesWithoutAWordIsLeftForTheRouter() throws Exception {
    HybridEnd stage =
        end(
            "stage",
            new RelayedPeerTransportProvider(new WebRtcPeerTransportProvider(), relay),
            quickReconnect(false));
    HybridEnd desk = relayedEnd("desk");
    desk.link("stage");
    desk.keepSending("stage", 5);
    stage.arrived.await(Numbered.class, 20, HybridEnd.TIMEOUT);

    relay.cut();
    EmbeddedRouter own = router.embedded().orElseThrow();
    own.disconnect(stage.sessionId());
    stage.awaitClosed();

    desk.awaitSent(Path.ROUTER, 20);
    // Silence first; then the router says that the session is gone.
    desk.events.await(
        PeerEvent.Failed.class,
        failed -> failed.reason().code() == Code.PEER_GONE,
        HybridEnd.TIMEOUT);
    desk.stopSending();
  }
}
