package to.clasp.client;

import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import to.clasp.client.Revisions.Kind;
import to.clasp.client.Revisions.Known;
import to.clasp.core.value.Value;

/**
 * The newest known value of parameters, bounded: the least recently used is forgotten first. Safe
 * for use by any thread.
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
      entries.replaceAll((address, known) -> new Known(null, known.value(), known.at()));
    } finally {
      lock.unlock();
    }
  }

  /** Stores what the router says, unless something newer is known. */
  void fromRouter(String address, Value value, long revision, Kind kind, long now) {
    lock.lock();
    try {
      Known known = entries.get(address);
      if (known == null || known.isOlderThan(revision, value, kind, now)) {
        entries.put(address, new Known(revision, value, now));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stores a value without revision, which is the newest. */
  void put(String address, Value value, long now) {
    lock.lock();
    try {
      entries.put(address, new Known(null, value, now));
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
