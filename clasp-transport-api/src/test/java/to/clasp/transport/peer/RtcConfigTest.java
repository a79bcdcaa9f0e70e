package to.clasp.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import to.clasp.transport.OptionRange;

class RtcConfigTest {

  @Test
  void contactsNoServerByDefault() {
    RtcConfig config = RtcConfig.DEFAULTS;

    assertThat(config.iceServers()).isEmpty();
    assertThat(config.iceServerSupplier()).isNull();
    assertThat(config.iceServerTimeout()).hasSeconds(5);
    assertThat(config.iceTransportPolicy()).isEqualTo(IceTransportPolicy.ALL);
    assertThat(config.networkScope()).isEqualTo(NetworkScope.ALL);
    assertThat(config.portRange()).isNull();
    assertThat(config.gatheringTimeout()).hasMillis(500);
    assertThat(config.maxRemoteCandidates()).isEqualTo(100);
    assertThat(config.maxChannels()).isEqualTo(16);
    assertThat(config.sendBufferBytes()).isEqualTo(1 << 20);
    assertThat(config.receiveBufferBytes()).isEqualTo(4 << 20);
    assertThat(config.renewAfterMessages()).isEqualTo(500_000);
  }

  @Test
  void aBuilderStartsWithAConfiguration() {
    IceServerSupplier supplier = () -> CompletableFuture.completedFuture(List.of());
    RtcConfig config =
        RtcConfig.builder()
            .iceServers(List.of(IceServer.stun("stun:a")))
            .iceServerSupplier(supplier)
            .iceServerTimeout(Duration.ofSeconds(1))
            .iceTransportPolicy(IceTransportPolicy.NO_HOST)
            .networkScope(NetworkScope.LOOPBACK)
            .portRange(50_000, 50_010)
            .gatheringTimeout(Duration.ofMillis(1))
            .maxRemoteCandidates(2)
            .sendBufferBytes(70_000)
            .receiveBufferBytes(70_001)
            .renewAfterMessages(3)
            .build();

    assertThat(config.toBuilder().build()).usingRecursiveComparison().isEqualTo(config);
  }

  @Test
  void checksEveryRange() {
    RtcConfig.Builder builder = RtcConfig.builder();
    OptionRange.checkTime(
        "iceServerTimeout",
        builder,
        RtcConfig.Builder::iceServerTimeout,
        RtcConfig.Builder::build,
        RtcConfig::iceServerTimeout,
        100L,
        60_000L);
    OptionRange.checkTime(
        "gatheringTimeout",
        builder,
        RtcConfig.Builder::gatheringTimeout,
        RtcConfig.Builder::build,
        RtcConfig::gatheringTimeout,
        0L,
        30_000L);
    OptionRange.checkNumber(
        "maxChannels",
        builder,
        RtcConfig.Builder::maxChannels,
        RtcConfig.Builder::build,
        RtcConfig::maxChannels,
        0,
        1_000);
    OptionRange.checkNumber(
        "maxRemoteCandidates",
        builder,
        RtcConfig.Builder::maxRemoteCandidates,
        RtcConfig.Builder::build,
        RtcConfig::maxRemoteCandidates,
        1,
        1_000);
    OptionRange.checkNumber(
        "renewAfterMessages",
        builder,
        RtcConfig.Builder::renewAfterMessages,
        RtcConfig.Builder::build,
        RtcConfig::renewAfterMessages,
        0,
        1_000_000_000);
    OptionRange.checkNumber(
        "sendBufferBytes",
        builder,
        RtcConfig.Builder::sendBufferBytes,
        RtcConfig.Builder::build,
        RtcConfig::sendBufferBytes,
        65_547,
        8 << 20);
    OptionRange.checkNumber(
        "receiveBufferBytes",
        builder,
        RtcConfig.Builder::receiveBufferBytes,
        RtcConfig.Builder::build,
        RtcConfig::receiveBufferBytes,
        65_547,
        1 << 30);
  }

  @Test
  void checksThePortRange() {
    assertThat(RtcConfig.builder().portRange(1, 65_535).build().portRange())
        .isEqualTo(new RtcConfig.PortRange(1, 65_535));
    assertThat(RtcConfig.builder().portRange(7, 7).build().portRange())
        .isEqualTo(new RtcConfig.PortRange(7, 7));
    assertThatThrownBy(() -> RtcConfig.builder().portRange(0, 5))
        .hasMessageContaining("portRange.min");
    assertThatThrownBy(() -> RtcConfig.builder().portRange(5, 4))
        .hasMessageContaining("portRange.max");
    assertThatThrownBy(() -> RtcConfig.builder().portRange(5, 65_536))
        .hasMessageContaining("portRange.max");
  }

  @Test
  void copiesTheServers() {
    List<IceServer> servers = new ArrayList<>(List.of(IceServer.stun("stun:localhost")));
    RtcConfig config =
        RtcConfig.builder()
            .iceServers(servers)
            .iceTransportPolicy(IceTransportPolicy.RELAY)
            .networkScope(NetworkScope.LOOPBACK)
            .build();

    servers.clear();

    assertThat(config.iceServers()).hasSize(1);
    assertThat(config.iceTransportPolicy()).isEqualTo(IceTransportPolicy.RELAY);
    assertThat(config.networkScope()).isEqualTo(NetworkScope.LOOPBACK);
  }
}
