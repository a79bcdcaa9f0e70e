package to.clasp.client;

import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;

/**
 * The newest known value of parameters, bounded: the least recently used is forgotten first. Safe
 * for use by any thread.
 */
final class ValueCache {

  private record Entry(Value value, @Nullable Long revision, int session) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Entry> entries;
  private int session;

  ValueCache(int maxValues) {
    entries = new LruMap<>(maxValues);
  }

  /** Revisions start anew; values stay until they are overwritten. */
  void newSession() {
    lock.lock();
    try {
      session++;
    } finally {
      lock.unlock();
    }
  }

  /** Stores a value unless a newer revision of this session is known. */
  void put(String address, Value value, @Nullable Long revision) {
    lock.lock();
    try {
      Entry known = entries.get(address);
      if (known != null
          && known.session == session
          && known.revision != null
          && revision != null
          && Long.compareUnsigned(revision, known.revision) < 0) {
        return;
      }
      entries.put(address, new Entry(value, revision, session));
    } finally {
      lock.unlock();
    }
  }

  @Nullable Value get(String address) {
    lock.lock();
    try {
      Entry entry = entries.get(address);
      return entry == null ? null : entry.value;
    } finally {
      lock.unlock();
    }
  }
}
