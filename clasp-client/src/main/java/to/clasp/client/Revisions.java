package to.clasp.client;

import java.time.Duration;
import java.util.Map;
import to.clasp.core.value.Value;

/**
 * Tells news of parameters from what a router sends late or twice, by their revisions. Bounded: the
 * least recently used address is forgotten first, which costs at most one old value. Confined to
 * the loop.
 *
 * <p>A lower revision alone is no proof of age: when a parameter has expired or was evicted, which
 * the router does not tell, its revisions begin again with 1. But what overtakes something else
 * does so by moments.
 */
final class Revisions {

  /** How long something may be late. Whatever comes later with a lower revision is news. */
  static final long LATE_NANOS = Duration.ofSeconds(1).toNanos();

  /** Where a value came from: as it was written, or read from the router's store. */
  enum Kind {
    LIVE,
    SNAPSHOT
  }

  private final Map<String, Known> byAddress;

  Revisions(int maxAddresses) {
    byAddress = new LruMap<>(maxAddresses);
  }

  /** Whether this is news; from then on it is known. */
  boolean isNews(String address, long revision, Value value, Kind kind, long now) {
    Known known = byAddress.get(address);
    if (known == null) {
      byAddress.put(address, new Known(revision, value, now));
      return true;
    }
    if (!known.isOlderThan(revision, value, kind, now)) {
      return false;
    }
    known.set(revision, value, now);
    return true;
  }

  /** Revisions of one session mean nothing in the next one. */
  void forget() {
    byAddress.clear();
  }
}
