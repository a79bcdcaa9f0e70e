package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import to.clasp.it.HybridEnd.Numbered;
import to.clasp.router.EmbeddedRouter;
import to.clasp.transport.Backoff;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Path;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.IceServer;
import to.clasp.transport.peer.IceTransportPolicy;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.webrtc.WebRtcPeerTransportProvider;

/**
 * What the hybrid does with a TURN server that serves, or refuses. For {@code scripts/test-turn}.
 */
@Tag("coturn")
class TurnFallbackTest {

  private final EmbeddedRouter router =
      EmbeddedRouter.builder().host("127.0.0.1").port(0).rateLimit(0).build();
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
  }

  private static String environment(String name) {
    return Objects.requireNonNull(
        System.getenv(name), "start this test with scripts/test-turn; missing is " + name);
  }

  private HybridEnd relayedEnd(String id, String password) {
    RtcConfig config =
        RtcConfig.builder()
            .networkScope(NetworkScope.LOOPBACK)
            .iceTransportPolicy(IceTransportPolicy.RELAY)
            .iceServers(
                List.of(
                    IceServer.turn(
                        "turn:127.0.0.1:" + environment("CLASP_TURN_PORT"),
                        environment("CLASP_TURN_USER"),
                        password)))
            .build();
    P2POptions options =
        P2POptions.builder()
            .peerId(id)
            .rtcConfig(config)
            .drainTimeout(Duration.ofMillis(200))
            .backoff(new Backoff(Duration.ofMillis(100), Duration.ofMillis(500), 2, 0.5))
            .build();
    HybridEnd end =
        new HybridEnd(
            router.uri(), new WebRtcPeerTransportProvider(), options, ConnectionOptions.DEFAULTS);
    ends.add(end);
    return end.start();
  }

  @Test
  void aRelayedLinkSaysSo() throws Exception {
    String password = environment("CLASP_TURN_PASSWORD");
    HybridEnd stage = relayedEnd("stage", password);
    HybridEnd desk = relayedEnd("desk", password);

    desk.link("stage");
    desk.sendNumber("stage");

    assertThat(stage.arrived.await(Numbered.class, HybridEnd.TIMEOUT).path()).isEqualTo(Path.P2P);
    for (HybridEnd end : ends) {
      CandidatePair pair =
          end.events.await(PeerEvent.CandidatePairChanged.class, HybridEnd.TIMEOUT).candidatePair();
      assertThat(pair.relayed()).isTrue();
      assertThat(pair.local().type())
          .isIn(CandidatePair.Type.RELAYED, CandidatePair.Type.PEER_REFLEXIVE);
    }
  }

  @Test
  void theRouterServesWhenCredentialsAreRefused() {
    HybridEnd stage = relayedEnd("stage", environment("CLASP_TURN_PASSWORD"));
    HybridEnd desk = relayedEnd("desk", "wrong");

    desk.sendNumber("stage");

    assertThat(stage.arrived.await(Numbered.class, HybridEnd.TIMEOUT).path())
        .isEqualTo(Path.ROUTER);
    PeerEvent.IceServerFailed told =
        desk.events.await(PeerEvent.IceServerFailed.class, HybridEnd.TIMEOUT);
    assertThat(told.error().isRefusal()).isTrue();
    PeerEvent.Failed failed = desk.events.await(PeerEvent.Failed.class, HybridEnd.TIMEOUT);
    assertThat(failed.reason().code()).isEqualTo(Code.ICE_SERVERS_FAILED);
    assertThat(failed.reason().message()).contains("401");
  }
}
