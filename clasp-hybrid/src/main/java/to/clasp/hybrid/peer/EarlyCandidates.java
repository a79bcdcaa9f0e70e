package to.clasp.hybrid.peer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import to.clasp.transport.peer.Signal;

/**
 * Candidates that overtook the offer they belong to. Bounded in attempts and in candidates of each;
 * the oldest attempt gives way.
 */
final class EarlyCandidates {

  private static final int MAX_ATTEMPTS = 8;

  private record Kept(long at, List<Signal.Candidate> candidates) {}

  private final int maxCandidates;
  private final long expiry;
  private final Map<String, Kept> attempts =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
          return size() > MAX_ATTEMPTS;
        }
      };

  EarlyCandidates(int maxCandidates, long expiryNanos) {
    this.maxCandidates = maxCandidates;
    this.expiry = expiryNanos;
  }

  /** Keeps a candidate; false when there are too many of its attempt. */
  boolean keep(Signal.Candidate candidate, long now) {
    attempts.values().removeIf(kept -> now - kept.at() >= expiry);
    List<Signal.Candidate> kept =
        attempts
            .computeIfAbsent(candidate.correlationId(), id -> new Kept(now, new ArrayList<>()))
            .candidates();
    return kept.size() < maxCandidates && kept.add(candidate);
  }

  /** Takes the candidates of an attempt out, in the order in which they came. */
  List<Signal.Candidate> take(String correlationId) {
    Kept kept = attempts.remove(correlationId);
    return kept == null ? List.of() : kept.candidates();
  }
}
