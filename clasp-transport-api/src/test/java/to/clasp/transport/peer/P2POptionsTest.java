package to.clasp.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import to.clasp.transport.Backoff;
import to.clasp.transport.OptionRange;

class P2POptionsTest {

  @Test
  void prefersTheDirectLinkAndFallsBackByDefault() {
    P2POptions options = P2POptions.DEFAULTS;

    assertThat(options.enabled()).isTrue();
    assertThat(options.preferP2P()).isTrue();
    assertThat(options.fallbackToRouter()).isTrue();
    assertThat(options.connectTimeout()).hasSeconds(10);
    assertThat(options.idleTimeout()).hasMinutes(5);
    assertThat(options.drainTimeout()).hasSeconds(2);
    assertThat(options.stallTimeout()).hasMillis(1_500);
    assertThat(options.disconnectGrace()).hasSeconds(5);
    assertThat(options.renewalPause()).hasSeconds(1);
    assertThat(options.iceRestartDelay()).hasSeconds(1);
    assertThat(options.closeGrace()).hasMillis(250);
    assertThat(options.maxPeers()).isEqualTo(64);
    assertThat(options.maxKnownPeers()).isEqualTo(1_000);
    assertThat(options.maxDeferredBytes()).isEqualTo(1 << 20);
    assertThat(options.maxSignalsPerSecond()).isEqualTo(50);
    assertThat(options.maxPendingOffers()).isEqualTo(16);
    assertThat(options.breakerFailures()).isEqualTo(3);
    assertThat(options.maxOffersPerMinute()).isEqualTo(120);
    assertThat(options.maxOffersPerMinuteOverall()).isEqualTo(1_200);
    assertThat(options.admissionTimeout()).hasSeconds(5);
    assertThat(options.mesh()).isFalse();
    assertThat(options.maxMeshPeers()).isEqualTo(10);
    assertThat(options.peerId()).isNull();
    assertThat(options.peerPattern()).hasToString("/peer/{id}/**");
    assertThat(options.rtcConfig()).isSameAs(RtcConfig.DEFAULTS);
  }

  @Test
  void checksTheRangeOfEveryTime() {
    P2POptions.Builder builder = P2POptions.builder();
    OptionRange.checkTime(
        "connectTimeout",
        builder,
        P2POptions.Builder::connectTimeout,
        P2POptions.Builder::build,
        P2POptions::connectTimeout,
        100L,
        120_000L);
    OptionRange.checkTime(
        "idleTimeout",
        builder,
        P2POptions.Builder::idleTimeout,
        P2POptions.Builder::build,
        P2POptions::idleTimeout,
        100L,
        86_400_000L);
    OptionRange.checkTime(
        "drainTimeout",
        builder,
        P2POptions.Builder::drainTimeout,
        P2POptions.Builder::build,
        P2POptions::drainTimeout,
        0L,
        600_000L);
    OptionRange.checkTime(
        "stallTimeout",
        builder,
        P2POptions.Builder::stallTimeout,
        P2POptions.Builder::build,
        P2POptions::stallTimeout,
        500L,
        60_000L);
    OptionRange.checkTime(
        "iceRestartDelay",
        builder,
        P2POptions.Builder::iceRestartDelay,
        P2POptions.Builder::build,
        P2POptions::iceRestartDelay,
        0L,
        120_000L);
    OptionRange.checkTime(
        "closeGrace",
        builder,
        P2POptions.Builder::closeGrace,
        P2POptions.Builder::build,
        P2POptions::closeGrace,
        0L,
        10_000L);
    OptionRange.checkTime(
        "renewalPause",
        builder,
        P2POptions.Builder::renewalPause,
        P2POptions.Builder::build,
        P2POptions::renewalPause,
        0L,
        600_000L);
    OptionRange.checkTime(
        "admissionTimeout",
        builder,
        P2POptions.Builder::admissionTimeout,
        P2POptions.Builder::build,
        P2POptions::admissionTimeout,
        10L,
        120_000L);
    OptionRange.checkTime(
        "disconnectGrace",
        builder,
        P2POptions.Builder::disconnectGrace,
        P2POptions.Builder::build,
        P2POptions::disconnectGrace,
        0L,
        120_000L);
  }

  @Test
  void checksTheRangeOfEveryNumber() {
    P2POptions.Builder builder = P2POptions.builder();
    OptionRange.checkNumber(
        "maxOffersPerMinute",
        builder,
        P2POptions.Builder::maxOffersPerMinute,
        P2POptions.Builder::build,
        P2POptions::maxOffersPerMinute,
        1,
        100_000);
    OptionRange.checkNumber(
        "maxOffersPerMinuteOverall",
        builder,
        P2POptions.Builder::maxOffersPerMinuteOverall,
        P2POptions.Builder::build,
        P2POptions::maxOffersPerMinuteOverall,
        1,
        1_000_000);
    OptionRange.checkNumber(
        "maxMeshPeers",
        builder,
        P2POptions.Builder::maxMeshPeers,
        P2POptions.Builder::build,
        P2POptions::maxMeshPeers,
        1,
        10_000);
    OptionRange.checkNumber(
        "maxPeers",
        builder,
        P2POptions.Builder::maxPeers,
        P2POptions.Builder::build,
        P2POptions::maxPeers,
        1,
        10_000);
    OptionRange.checkNumber(
        "maxKnownPeers",
        builder,
        P2POptions.Builder::maxKnownPeers,
        P2POptions.Builder::build,
        P2POptions::maxKnownPeers,
        1,
        1_000_000);
    OptionRange.checkNumber(
        "maxDeferredBytes",
        builder,
        P2POptions.Builder::maxDeferredBytes,
        P2POptions.Builder::build,
        P2POptions::maxDeferredBytes,
        65_547,
        1 << 30);
    OptionRange.checkNumber(
        "maxSignalsPerSecond",
        builder,
        P2POptions.Builder::maxSignalsPerSecond,
        P2POptions.Builder::build,
        P2POptions::maxSignalsPerSecond,
        1,
        10_000);
    OptionRange.checkNumber(
        "maxPendingOffers",
        builder,
        P2POptions.Builder::maxPendingOffers,
        P2POptions.Builder::build,
        P2POptions::maxPendingOffers,
        1,
        1_000);
    OptionRange.checkNumber(
        "breakerFailures",
        builder,
        P2POptions.Builder::breakerFailures,
        P2POptions.Builder::build,
        P2POptions::breakerFailures,
        1,
        100);
  }

  @Test
  void refusesAPeerIdOrPatternThatIsNone() {
    for (String id : new String[] {"", "a/b", "*", "a*"}) {
      assertThatThrownBy(() -> P2POptions.builder().peerId(id))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is no peer id");
    }
    assertThatThrownBy(() -> P2POptions.builder().peerPattern("/peer/**"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no peer pattern");
  }

  @Test
  void keepsEverythingWhenItIsChangedThroughABuilder() {
    P2POptions options =
        P2POptions.builder()
            .enabled(false)
            .preferP2P(false)
            .fallbackToRouter(false)
            .connectTimeout(Duration.ofSeconds(1))
            .idleTimeout(Duration.ofSeconds(2))
            .drainTimeout(Duration.ofSeconds(3))
            .stallTimeout(Duration.ofSeconds(4))
            .disconnectGrace(Duration.ofSeconds(5))
            .maxPeers(6)
            .maxKnownPeers(7)
            .maxDeferredBytes(80_000)
            .maxSignalsPerSecond(9)
            .maxPendingOffers(10)
            .breakerFailures(11)
            .peerId("me")
            .peerPattern("/p/{id}/x/**")
            .rtcConfig(RtcConfig.builder().maxRemoteCandidates(12).build())
            .backoff(new Backoff(Duration.ofSeconds(13), Duration.ofSeconds(13), 1, 0))
            .build();

    assertThat(options.toBuilder().build()).usingRecursiveComparison().isEqualTo(options);
    assertThat(options.peerId()).isEqualTo("me");
  }

  @Test
  void readsTheOptionsOfTheHybridFromJson() {
    P2POptions options =
        P2POptions.fromJson(
            """
            {"enabled": false, "preferP2P": false, "fallbackToRouter": false,
             "rtcConfig": {"iceServers": [{"urls": "stun:192.0.2.1:3478"}],
                           "iceTransportPolicy": "relay"}}
            """);

    assertThat(options.enabled()).isFalse();
    assertThat(options.preferP2P()).isFalse();
    assertThat(options.fallbackToRouter()).isFalse();
    assertThat(options.rtcConfig().iceServers()).hasSize(1);
    assertThat(options.rtcConfig().iceTransportPolicy()).isEqualTo(IceTransportPolicy.RELAY);
    assertThat(P2POptions.fromJson("{}")).usingRecursiveComparison().isEqualTo(P2POptions.DEFAULTS);
  }

  @Test
  void namesWhatIsWrongWithTheJson() {
    for (String[] wrong :
        new String[][] {
          {"{\"preferP2p\": true}", "preferP2p"},
          {"{\"enabled\": \"yes\"}", "enabled"},
          {"{\"rtcConfig\": 1}", "rtcConfig"},
          {"{\"rtcConfig\": {\"iceServers\": 1}}", "rtcConfig.iceServers"}
        }) {
      assertThatThrownBy(() -> P2POptions.fromJson(wrong[0]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong[1]);
    }
  }
}
