package to.clasp.transport.webrtc.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.RTCStatsType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.CandidatePair.Family;

/** What statistics tell of the path, and above all whether it is relayed. */
class PathStatsTest {

  private final Map<String, RTCStats> stats = new HashMap<>();
  private final RelayAddresses relays = new RelayAddresses();

  private void put(String id, RTCStatsType type, Map<String, Object> attributes) {
    RTCStats one = mock();
    when(one.getType()).thenReturn(type);
    when(one.getAttributes()).thenReturn(attributes);
    stats.put(id, one);
  }

  private CandidatePair read(Map<String, Object> local, Map<String, Object> remote) {
    put("T", RTCStatsType.TRANSPORT, Map.of("selectedCandidatePairId", "P"));
    put(
        "P",
        RTCStatsType.CANDIDATE_PAIR,
        Map.of("localCandidateId", "L", "remoteCandidateId", "R", "currentRoundTripTime", 0.25));
    put("L", RTCStatsType.LOCAL_CANDIDATE, local);
    put("R", RTCStatsType.REMOTE_CANDIDATE, remote);
    RTCStatsReport report = mock();
    when(report.getStats()).thenReturn(stats);
    PathStats.Path path = PathStats.read(report, relays).orElseThrow();
    assertThat(path.roundTrip()).isEqualTo(Duration.ofMillis(250));
    return path.pair();
  }

  private static Map<String, Object> candidate(String type, String address, int port) {
    return Map.of("candidateType", type, "protocol", "udp", "address", address, "port", port);
  }

  @Test
  void readsTypesFamiliesAndAddresses() {
    CandidatePair pair =
        read(candidate("host", "fd00::1", 4_000), candidate("srflx", "192.0.2.7", 5_000));

    assertThat(pair.local())
        .isEqualTo(
            new CandidatePair.Candidate(CandidatePair.Type.HOST, "udp", "fd00::1", 4_000, null));
    assertThat(pair.local().family()).isEqualTo(Family.IPV6);
    assertThat(pair.remote().type()).isEqualTo(CandidatePair.Type.SERVER_REFLEXIVE);
    assertThat(pair.remote().family()).isEqualTo(Family.IPV4);
    assertThat(pair.relayed()).isFalse();
  }

  @Test
  void aPeerReflexiveCandidateOfOursThatPassesATurnServerIsRelayed() {
    Map<String, Object> local = new HashMap<>(candidate("prflx", "192.0.2.7", 5_000));
    local.put("relayProtocol", "tcp");

    CandidatePair pair = read(local, candidate("host", "192.0.2.8", 6_000));

    assertThat(pair.local().type()).isEqualTo(CandidatePair.Type.PEER_REFLEXIVE);
    assertThat(pair.local().relayProtocol()).isEqualTo("tcp");
    assertThat(pair.relayed()).isTrue();
  }

  @Test
  void aPeerReflexiveCandidateOfThePeerAtItsTurnServerIsRelayed() {
    relays.note(
        "v=0\r\na=candidate:7 1 udp 41885439 192.0.2.9 49152 typ relay raddr 0.0.0.0 rport 0\r\n");

    CandidatePair pair =
        read(candidate("host", "192.0.2.8", 6_000), candidate("prflx", "192.0.2.9", 49_152));

    assertThat(pair.remote().type()).isEqualTo(CandidatePair.Type.RELAYED);
    assertThat(pair.relayed()).isTrue();
  }

  @Test
  void aPeerReflexiveCandidateOfThePeerElsewhereIsNot() {
    relays.note("candidate:7 1 udp 41885439 192.0.2.9 49152 typ relay raddr 0.0.0.0 rport 0");

    for (int port : new int[] {49_153, 4_915}) {
      CandidatePair pair =
          read(candidate("host", "192.0.2.8", 6_000), candidate("prflx", "192.0.2.9", port));
      assertThat(pair.remote().type()).isEqualTo(CandidatePair.Type.PEER_REFLEXIVE);
      assertThat(pair.relayed()).isFalse();
    }
  }
}
