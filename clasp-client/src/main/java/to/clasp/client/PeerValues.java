package to.clasp.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;

/**
 * The newest values that a peer and this side have set with each other. Bounded: the least recently
 * used one is forgotten first. Safe for use by any thread.
 */
final class PeerValues {

  /** A value, and whether the peer has set it. */
  private record Known(Value value, boolean theirs) {}

  /** A value of the peer. */
  record Entry(String address, Value value) {}

  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final LruMap<String, Known> values;

  PeerValues(int bound) {
    values = new LruMap<>(bound);
  }

  void put(String address, Value value, boolean theirs) {
    lock.lock();
    try {
      values.put(address, new Known(value, theirs));
    } finally {
      lock.unlock();
    }
  }

  @Nullable Value get(String address) {
    lock.lock();
    try {
      Known known = values.get(address);
      return known == null ? null : known.value();
    } finally {
      lock.unlock();
    }
  }

  /** Lists the values that the peer has set last. */
  List<Entry> theirs() {
    List<Entry> theirs = new ArrayList<>();
    lock.lock();
    try {
      for (Map.Entry<String, Known> entry : values.entrySet()) {
        if (entry.getValue().theirs()) {
          theirs.add(new Entry(entry.getKey(), entry.getValue().value()));
        }
      }
    } finally {
      lock.unlock();
    }
    return theirs;
  }
}
