package to.clasp.hybrid.peer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.Signal;

/**
 * Candidates that overtook the offer they belong to, of all peers together. Bounded in attempts
 * ({@link P2POptions#maxPendingOffers()}), where the oldest gives way, and in candidates of each
 * ({@link to.clasp.transport.peer.RtcConfig#maxRemoteCandidates()}); what has waited for as long as
 * an attempt may take ({@link P2POptions#connectTimeout()}) is dropped. Confined to the loop, but
 * for {@link #lost()}.
 */
final class EarlyCandidates {

  private record Attempt(String peerId, String correlationId) {}

  private record Kept(long at, List<Signal.Candidate> candidates) {}

  private final int maxCandidates;
  private final long expiry;
  private final Map<Attempt, Kept> attempts;
  private final LongAdder lost = new LongAdder();

  EarlyCandidates(P2POptions options) {
    int maxAttempts = options.maxPendingOffers();
    this.maxCandidates = options.rtcConfig().maxRemoteCandidates();
    this.expiry = options.connectTimeout().toNanos();
    this.attempts =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Attempt, Kept> eldest) {
            boolean tooMany = size() > maxAttempts;
            if (tooMany) {
              lost.add(eldest.getValue().candidates().size());
            }
            return tooMany;
          }
        };
  }

  /** Keeps a candidate; false when there are too many of its attempt. */
  boolean keep(String peerId, Signal.Candidate candidate, long now) {
    dropExpired(now);
    List<Signal.Candidate> kept =
        attempts
            .computeIfAbsent(
                new Attempt(peerId, candidate.correlationId()),
                attempt -> new Kept(now, new ArrayList<>()))
            .candidates();
    return kept.size() < maxCandidates && kept.add(candidate);
  }

  /** Takes the candidates of an attempt out, in the order in which they came. */
  List<Signal.Candidate> take(String peerId, String correlationId, long now) {
    dropExpired(now);
    Kept kept = attempts.remove(new Attempt(peerId, correlationId));
    return kept == null ? List.of() : kept.candidates();
  }

  /** Counts those that gave way or were dropped for their age. For any thread. */
  long lost() {
    return lost.sum();
  }

  private void dropExpired(long now) {
    attempts
        .values()
        .removeIf(
            kept -> {
              boolean old = now - kept.at() >= expiry;
              if (old) {
                lost.add(kept.candidates().size());
              }
              return old;
            });
  }
}
