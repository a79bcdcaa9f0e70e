package to.clasp.client;

import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import to.clasp.client.Revisions.Kind;
import to.clasp.core.value.Value;

/**
 * The newest known value of parameters, bounded: the least recently used is forgotten first. Safe
 * for use by any thread.
 *
 * <p>The router knows nothing of what a peer writes directly: what its store says of such a
 * parameter may be older.
 */
final class ValueCache {

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Map<String, Known> entries;

  ValueCache(int maxValues) {
    entries = new LruMap<>(maxValues);
  }

  /** Revisions start anew; values stay until they are overwritten. */
  void newSession() {
    lock.lock();
    try {
      entries.values().forEach(Known::forgetRevision);
    } finally {
      lock.unlock();
    }
  }

  /** Stores what the router says, unless something newer is known. */
  void fromRouter(String address, Value value, long revision, Kind kind, long now) {
    lock.lock();
    try {
      Known known = entries.get(address);
      if (known == null) {
        entries.put(address, new Known(revision, value, now));
      } else if (known.isOlderThan(revision, value, kind, now)) {
        known.set(revision, value, now);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stores a value without revision, which is the newest. */
  void put(String address, Value value, long now) {
    lock.lock();
    try {
      putNewest(address, value, now);
    } finally {
      lock.unlock();
    }
  }

  /** Stores what a peer has written directly. */
  void fromPeer(String address, Value value, long now) {
    lock.lock();
    try {
      putNewest(address, value, now).writtenDirectly(now);
    } finally {
      lock.unlock();
    }
  }

  private Known putNewest(String address, Value value, long now) {
    Known known = entries.get(address);
    if (known == null) {
      known = new Known(null, value, now);
      entries.put(address, known);
    } else {
      known.set(null, value, now);
    }
    return known;
  }

  /** The router tells of a write: what a peer has written before is known to be older. */
  void writtenByRouter(String address) {
    lock.lock();
    try {
      Known known = entries.get(address);
      if (known != null) {
        known.writtenByRouter();
      }
    } finally {
      lock.unlock();
    }
  }

  /** What a peer has written directly. */
  record Direct(Value value, long at) {}

  /**
   * Finds what a peer has written directly, if what the router has stored is older.
   *
   * @param stored when it was stored, in unsigned microseconds of the router, or null if unknown
   * @param copy whether it is known as a copy of what a peer has written
   * @param routerMicros turns a time of ours into one of the router
   * @return the newer value and when it was written, or null if what is stored is news
   */
  @Nullable Direct newerThan(
      String address, @Nullable Long stored, boolean copy, LongUnaryOperator routerMicros) {
    lock.lock();
    try {
      Known known = entries.get(address);
      if (known == null || !known.isWrittenDirectly()) {
        return null;
      }
      long at = known.writtenDirectlyAt();
      if (copy
          || stored == null
          || Long.compareUnsigned(stored, routerMicros.applyAsLong(at)) <= 0) {
        return new Direct(known.value(), at);
      }
      known.writtenByRouter();
      return null;
    } finally {
      lock.unlock();
    }
  }

  @Nullable Value get(String address) {
    lock.lock();
    try {
      Known entry = entries.get(address);
      return entry == null ? null : entry.value();
    } finally {
      lock.unlock();
    }
  }
}
