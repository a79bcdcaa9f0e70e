package to.clasp.transport.webrtc.link;

import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.RTCStatsType;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.peer.CandidatePair;

/** Reads the selected pair of candidates from a statistics report (W3C WebRTC statistics). */
final class PathStats {

  record Path(CandidatePair pair, @Nullable Duration roundTrip) {}

  private PathStats() {}

  static Optional<Path> read(RTCStatsReport report, RelayAddresses relays) {
    Map<String, RTCStats> all = report.getStats();
    RTCStats pair = selected(all);
    if (pair == null) {
      return Optional.empty();
    }
    RTCStats local = all.get(text(pair, "localCandidateId"));
    RTCStats remote = all.get(text(pair, "remoteCandidateId"));
    if (local == null || remote == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Path(
            new CandidatePair(candidate(local), unmasked(candidate(remote), relays)),
            roundTrip(pair)));
  }

  /** A peer-reflexive candidate at an address that the peer has as a relayed one is that. */
  private static CandidatePair.Candidate unmasked(
      CandidatePair.Candidate remote, RelayAddresses relays) {
    return remote.type() == CandidatePair.Type.PEER_REFLEXIVE
            && remote.address() != null
            && relays.contains(remote.address(), remote.port())
        ? new CandidatePair.Candidate(
            CandidatePair.Type.RELAYED,
            remote.protocol(),
            remote.address(),
            remote.port(),
            remote.relayProtocol())
        : remote;
  }

  private static @Nullable RTCStats selected(Map<String, RTCStats> all) {
    for (RTCStats stats : all.values()) {
      if (stats.getType() == RTCStatsType.TRANSPORT) {
        String id = text(stats, "selectedCandidatePairId");
        if (!id.isEmpty()) {
          return all.get(id);
        }
      }
    }
    for (RTCStats stats : all.values()) {
      if (stats.getType() == RTCStatsType.CANDIDATE_PAIR
          && Boolean.TRUE.equals(stats.getAttributes().get("nominated"))) {
        return stats;
      }
    }
    return null;
  }

  private static CandidatePair.Candidate candidate(RTCStats stats) {
    String address = text(stats, "address");
    String relayProtocol = text(stats, "relayProtocol");
    Object port = stats.getAttributes().get("port");
    return new CandidatePair.Candidate(
        type(text(stats, "candidateType")),
        text(stats, "protocol"),
        address.isEmpty() ? null : address,
        port instanceof Number number ? number.intValue() : 0,
        relayProtocol.isEmpty() ? null : relayProtocol);
  }

  private static CandidatePair.Type type(String text) {
    return switch (text) {
      case "srflx" -> CandidatePair.Type.SERVER_REFLEXIVE;
      case "prflx" -> CandidatePair.Type.PEER_REFLEXIVE;
      case "relay" -> CandidatePair.Type.RELAYED;
      default -> CandidatePair.Type.HOST;
    };
  }

  private static @Nullable Duration roundTrip(RTCStats pair) {
    return pair.getAttributes().get("currentRoundTripTime") instanceof Number seconds
        ? Duration.ofNanos(Math.round(seconds.doubleValue() * 1e9))
        : null;
  }

  private static String text(RTCStats stats, String key) {
    Object value = stats.getAttributes().get(key);
    return value == null ? "" : value.toString();
  }
}
