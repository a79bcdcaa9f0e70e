package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.micrometer.ClaspMetric;
import to.clasp.micrometer.ClaspMetrics;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.RtcConfig;

/** What a registry shows of a client, over real WebRTC. */
class MetricsTest {

  private static P2POptions loopback() {
    return P2POptions.builder()
        .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
        .build();
  }

  @Test
  void countsFramesLinksAndTheirEnds() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Recorder<PeerEvent> events = new Recorder<>();
    EmbeddedRouter router = EmbeddedRouter.builder().port(0).start();
    try (ClientHarness clients = new ClientHarness(router)) {
      clients.connect(clients.builder("stage").withP2P(loopback()));
      Clasp desk = clients.connect(clients.builder("desk").withP2P(loopback()));
      new ClaspMetrics(desk, Tags.of("client", "desk")).bindTo(registry);
      desk.onPeerEvent(events::record);
      get(desk.connectPeer("stage"));
      get(desk.set("/peer/stage/x", 1));

      assertThat(gauge(registry, ClaspMetric.CONNECTED)).isEqualTo(1);
      assertThat(gauge(registry, ClaspMetric.PEERS_DIRECT)).isEqualTo(1);
      assertThat(gauge(registry, ClaspMetric.PEERS_RELAYED)).isZero();
      assertThat(registry.get("clasp.peers").tag("state", "connected").gauge().value())
          .isEqualTo(1);
      assertThat(registry.get("clasp.frames.sent").functionCounter().count()).isPositive();

      desk.disconnectPeer("stage");
      events.await(PeerEvent.Closed.class, TIMEOUT);

      assertThat(registry.get("clasp.link.connects").counter().count()).isEqualTo(1);
      assertThat(registry.get("clasp.link.ends").tag("code", "local_close").counter().count())
          .isEqualTo(1);
      assertThat(registry.getMeters().stream().map(Meter::getId).map(Meter.Id::getName))
          .isSubsetOf(Stream.of(ClaspMetric.values()).map(ClaspMetric::metricName).toList());
      assertThat(registry.getMeters())
          .allMatch(meter -> "desk".equals(meter.getId().getTag("client")));
    }
  }

  private static double gauge(SimpleMeterRegistry registry, ClaspMetric metric) {
    return registry.get(metric.metricName()).gauge().value();
  }
}
