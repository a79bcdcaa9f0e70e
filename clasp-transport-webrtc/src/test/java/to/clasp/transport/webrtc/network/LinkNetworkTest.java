package to.clasp.transport.webrtc.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onvoid.webrtc.PortAllocatorConfig;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceServer;
import dev.onvoid.webrtc.RTCIceTransportPolicy;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.IceServer;
import to.clasp.transport.peer.IceTransportPolicy;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.RtcConfig;

class LinkNetworkTest {

  private static final String SDP = "v=0\r\nm=application 9 UDP/DTLS/SCTP x\r\n";

  @Test
  void withAllInterfacesLibwebrtcGathers() {
    try (LinkNetwork network = LinkNetwork.choose(RtcConfig.DEFAULTS, List.of(), () -> true)) {
      PortAllocatorConfig ports = network.configuration().portAllocatorConfig;

      assertThat(ports.flags).isZero();
      assertThat(ports.minPort).isZero();
      assertThat(ports.maxPort).isZero();
      assertThat(network.ownCandidate()).isEmpty();
      assertThat(network.completeLocal(SDP)).isEqualTo(SDP);
      assertThat(network.isBound()).isTrue();
    }
  }

  @Test
  void portRangeIsHandedOn() {
    RtcConfig config = RtcConfig.builder().portRange(50_000, 50_010).build();
    try (LinkNetwork network = LinkNetwork.choose(config, config.iceServers(), () -> true)) {
      PortAllocatorConfig ports = network.configuration().portAllocatorConfig;

      assertThat(ports.minPort).isEqualTo(50_000);
      assertThat(ports.maxPort).isEqualTo(50_010);
    }
  }

  @Test
  void loopbackScopeBindsAGivenPortAndLooksForNoInterface() {
    try (LinkNetwork network = loopback(RtcConfig.builder())) {
      PortAllocatorConfig ports = network.configuration().portAllocatorConfig;
      HostCandidate own = network.ownCandidate().orElseThrow();

      assertThat(ports.isAdapterEnumerationDisabled()).isTrue();
      assertThat(ports.isDefaultLocalCandidateDisabled()).isTrue();
      assertThat(ports.isTcpDisabled()).isTrue();
      assertThat(own.address()).isEqualTo("127.0.0.1");
      assertThat(ports.minPort).isEqualTo(own.port());
      assertThat(ports.maxPort).isBetween(own.port(), 65_535);
      assertThat(network.completeLocal(SDP)).isEqualTo(SDP + "a=" + own.attribute() + "\r\n");
    }
  }

  @Test
  void offlineMachineFallsBackToLoopback() {
    try (LinkNetwork network = LinkNetwork.choose(RtcConfig.DEFAULTS, List.of(), () -> false)) {
      assertThat(network.ownCandidate()).isPresent();
      assertThat(network.configuration().portAllocatorConfig.isAdapterEnumerationDisabled())
          .isTrue();
    }
  }

  @Test
  void onlyCandidatesThatMayComeAreWaitedFor() {
    RtcConfig.Builder server =
        RtcConfig.builder().iceServers(List.of(IceServer.stun("stun:127.0.0.1:3478")));
    RtcConfig.Builder unreachable =
        RtcConfig.builder().iceServers(List.of(IceServer.stun("stun:192.0.2.1:3478")));
    try (LinkNetwork all = LinkNetwork.choose(RtcConfig.DEFAULTS, List.of(), () -> true);
        LinkNetwork loopback = loopback(RtcConfig.builder());
        LinkNetwork withServer = loopback(server);
        LinkNetwork withUnreachable = loopback(unreachable);
        LinkNetwork relay = loopback(withTurn().iceTransportPolicy(IceTransportPolicy.RELAY))) {
      assertThat(all.gathers()).isTrue();
      assertThat(loopback.gathers()).isFalse();
      assertThat(withServer.gathers()).isTrue();
      assertThat(withUnreachable.gathers()).isFalse();
      assertThat(relay.gathers()).isTrue();
    }
  }

  private static RtcConfig.Builder withTurn() {
    return RtcConfig.builder()
        .iceServers(List.of(IceServer.turn("turn:127.0.0.1:3478", "me", "secret")));
  }

  @Test
  void policiesThatNeedServersSayWhenThereIsNone() {
    RtcConfig.Builder stun =
        RtcConfig.builder().iceServers(List.of(IceServer.stun("stun:127.0.0.1:3478")));
    RtcConfig.Builder elsewhere =
        RtcConfig.builder()
            .iceServers(List.of(IceServer.turn("turn:192.0.2.1:3478", "me", "secret")));
    for (RtcConfig.Builder without :
        List.of(
            RtcConfig.builder().iceTransportPolicy(IceTransportPolicy.NO_HOST),
            RtcConfig.builder().iceTransportPolicy(IceTransportPolicy.RELAY),
            stun.iceTransportPolicy(IceTransportPolicy.RELAY),
            elsewhere.iceTransportPolicy(IceTransportPolicy.RELAY))) {
      assertThatThrownBy(() -> loopback(without))
          .isInstanceOfSatisfying(
              TransportException.class,
              e -> assertThat(e.reason().code()).isEqualTo(CloseReason.Code.ICE_SERVERS_FAILED))
          .hasMessageContaining("iceServers");
    }
    try (LinkNetwork network = loopback(stun.iceTransportPolicy(IceTransportPolicy.NO_HOST))) {
      assertThat(network.ownCandidate()).isEmpty();
      assertThat(network.configuration().iceTransportPolicy)
          .isEqualTo(RTCIceTransportPolicy.NO_HOST);
    }
  }

  @Test
  void serversChangeWhenIceIsRestarted() {
    try (LinkNetwork network = loopback(withTurn())) {
      network.servers(List.of(IceServer.turn("turn:127.0.0.1:3478", "me", "newer")));

      assertThat(network.configuration().iceServers)
          .singleElement()
          .satisfies(server -> assertThat(server.password).isEqualTo("newer"));
    }
  }

  @Test
  void relaysThatAreForcedAreNotGoneRound() {
    RtcConfig.Builder relay = withTurn().iceTransportPolicy(IceTransportPolicy.RELAY);
    try (LinkNetwork offline =
            LinkNetwork.choose(relay.build(), relay.build().iceServers(), () -> false);
        LinkNetwork loopback = loopback(relay)) {
      assertThat(offline.ownCandidate()).isEmpty();
      assertThat(loopback.ownCandidate()).isEmpty();
      assertThat(loopback.configuration().iceTransportPolicy)
          .isEqualTo(RTCIceTransportPolicy.RELAY);
      assertThat(loopback.configuration().portAllocatorConfig.isAdapterEnumerationDisabled())
          .isTrue();
    }
  }

  @Test
  void iceServersAreHandedOnWithTheirCredentials() {
    RtcConfig config =
        RtcConfig.builder()
            .iceServers(
                List.of(
                    IceServer.stun("stun:stun.example.org:3478"),
                    IceServer.turn("turn:turn.example.org?transport=udp", "me", "secret")))
            .build();
    try (LinkNetwork network = LinkNetwork.choose(config, config.iceServers(), () -> true)) {
      RTCConfiguration rtc = network.configuration();

      assertThat(rtc.iceServers).hasSize(2);
      RTCIceServer turn = rtc.iceServers.get(1);
      assertThat(turn.urls).containsExactly("turn:turn.example.org?transport=udp");
      assertThat(turn.username).isEqualTo("me");
      assertThat(turn.password).isEqualTo("secret");
    }
  }

  @Test
  void loopbackScopeContactsServersOnLoopbackOnly() {
    RtcConfig.Builder config =
        RtcConfig.builder()
            .iceServers(
                List.of(
                    new IceServer(
                        List.of(
                            "stun:stun.example.org:3478",
                            "stun:127.0.0.1:3478",
                            "stun:127.0.0.1.example.org:3478",
                            "stun:[::1]:3478",
                            "stun:192.0.2.1"),
                        null,
                        null),
                    IceServer.stun("stun:localhost.example.org"),
                    IceServer.turn("turn:127.0.0.1?transport=udp", "me", "secret")));
    try (LinkNetwork network = loopback(config)) {
      assertThat(network.configuration().iceServers)
          .extracting(server -> server.urls)
          .containsExactly(
              List.of("stun:127.0.0.1:3478", "stun:[::1]:3478"),
              List.of("turn:127.0.0.1?transport=udp"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "candidate:1 1 udp 2130706431 127.0.0.1 40000 typ host",
        "candidate:1 1 UDP 2130706431 127.0.0.1 40000 typ host generation 0",
        "candidate:1 1 udp 2130706431 ::1 40000 typ host",
        "a=candidate:1 1 udp 2130706431 127.1.2.3 40000 typ host"
      })
  void loopbackScopeAllowsCandidatesOnLoopback(String candidate) {
    try (LinkNetwork network = loopback(RtcConfig.builder())) {
      assertThat(network.allows(candidate)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "candidate:1 1 udp 2130706431 192.0.2.1 40000 typ host",
        "candidate:1 1 udp 2130706431 127.0.0.1.example.org 40000 typ host",
        "candidate:1 1 udp 2130706431 f0e1d2c3.local 40000 typ host",
        "candidate:1 1 udp  127.0.0.1 192.0.2.1 40000 typ host",
        "candidate:1 1 udp 127.0.0.1 192.0.2.1 40000 typ host",
        "candidate:1 1 udp 2130706431 fe80::1 40000 typ host",
        "candidate:1 1 udp 2130706431 ::ffff:192.0.2.1 40000 typ host",
        "candidate:127.0.0.1",
        ""
      })
  void loopbackScopeRefusesOtherCandidates(String candidate) {
    try (LinkNetwork network = loopback(RtcConfig.builder());
        LinkNetwork all = LinkNetwork.choose(RtcConfig.DEFAULTS, List.of(), () -> true)) {
      assertThat(network.allows(candidate)).isFalse();
      assertThat(network.restrictRemote(SDP + "a=" + candidate + "\r\n"))
          .doesNotContain("a=candidate");
      assertThat(all.allows(candidate)).isTrue();
      assertThat(all.restrictRemote(SDP + "a=" + candidate + "\r\n")).contains(candidate);
    }
  }

  @Test
  void attemptsInOneProcessGetDifferentPorts() {
    Set<Integer> numbers = new HashSet<>();
    RtcConfig.Builder range = RtcConfig.builder().portRange(42_100, 42_199);
    List<LinkNetwork> networks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      networks.add(loopback(range));
      networks.add(loopback(RtcConfig.builder()));
    }
    networks.forEach(network -> numbers.add(network.ownCandidate().orElseThrow().port()));
    networks.forEach(LinkNetwork::close);

    assertThat(numbers).hasSize(40);
  }

  @Test
  void portThatIsTakenIsPassedOver() throws Exception {
    try (DatagramSocket taken = new DatagramSocket(0)) {
      int port = taken.getLocalPort();
      RtcConfig.Builder only = RtcConfig.builder().portRange(port, port);

      assertThatThrownBy(() -> loopback(only))
          .isInstanceOf(TransportException.class)
          .hasMessageContaining("no UDP port from " + port)
          .hasMessageContaining("portRange");
    }
  }

  @Test
  void portIsFreeAgainAfterClose() throws Exception {
    int port;
    try (DatagramSocket any = new DatagramSocket(0)) {
      port = any.getLocalPort();
    }
    RtcConfig.Builder only = RtcConfig.builder().portRange(port, port);
    try (LinkNetwork first = loopback(only)) {
      assertThat(first.ownCandidate().orElseThrow().port()).isEqualTo(port);
      assertThatThrownBy(() -> loopback(only)).isInstanceOf(TransportException.class);
    }
    try (LinkNetwork second = loopback(only)) {
      assertThat(second.ownCandidate().orElseThrow().port()).isEqualTo(port);
    }
  }

  @Test
  void portThatNobodyHasBoundIsNoticed() throws Exception {
    try (LinkNetwork network = loopback(RtcConfig.builder())) {
      assertThat(network.isBound()).isFalse();
      int port = network.ownCandidate().orElseThrow().port();
      try (DatagramSocket socket = new DatagramSocket(port)) {
        assertThat(socket.getLocalPort()).isEqualTo(port);
        assertThat(network.isBound()).isTrue();
      }
    }
  }

  @Test
  void afterARestartTheCandidateIsThePortThatWasBoundSince() throws Exception {
    try (LinkNetwork network = loopback(RtcConfig.builder());
        LinkNetwork all = LinkNetwork.choose(RtcConfig.DEFAULTS, List.of(), () -> true)) {
      PortAllocatorConfig ports = network.configuration().portAllocatorConfig;
      try (DatagramSocket first = new DatagramSocket(ports.minPort)) {
        network.restarting();
        assertThat(network.restarted()).as("nothing bound yet").isFalse();
        assertThat(network.ownCandidate().orElseThrow().port()).isEqualTo(first.getLocalPort());
        try (DatagramSocket second = bindLowest(ports)) {
          assertThat(network.restarted()).isTrue();
          assertThat(network.ownCandidate().orElseThrow().port()).isEqualTo(second.getLocalPort());
          assertThat(network.isBound()).isTrue();
          network.restarting();
          assertThat(network.restarted()).isFalse();
        }
      }
      all.restarting();
      assertThat(all.restarted()).isTrue();
    }
  }

  @Test
  void aRangeOfOnePortLeavesNoneForARestart() throws Exception {
    int port;
    try (DatagramSocket any = new DatagramSocket(0)) {
      port = any.getLocalPort();
    }
    try (LinkNetwork network = loopback(RtcConfig.builder().portRange(port, port));
        DatagramSocket bound = new DatagramSocket(port)) {
      assertThat(network.configuration().portAllocatorConfig.maxPort).isEqualTo(port);
      network.restarting();
      assertThat(network.restarted()).isFalse();
      assertThat(network.ownCandidate().orElseThrow().port()).isEqualTo(bound.getLocalPort());
    }
  }

  /** As libwebrtc does. */
  private static DatagramSocket bindLowest(PortAllocatorConfig ports) throws SocketException {
    for (int port = ports.minPort; port <= ports.maxPort; port++) {
      try {
        return new DatagramSocket(port);
      } catch (BindException e) {
        // Taken; the next one.
        assertThat(port).isLessThan(ports.maxPort);
      }
    }
    throw new BindException("none is free");
  }

  @Test
  void interfacesOfThisMachineCanBeListed() {
    try (LinkNetwork network = LinkNetwork.choose(RtcConfig.DEFAULTS, List.of())) {
      assertThat(network.ownCandidate().isEmpty()).isEqualTo(Interfaces.anyButLoopback());
    }
  }

  private static LinkNetwork loopback(RtcConfig.Builder config) {
    RtcConfig loopback = config.networkScope(NetworkScope.LOOPBACK).build();
    return LinkNetwork.choose(loopback, loopback.iceServers(), () -> true);
  }
}
