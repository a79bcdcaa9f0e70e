package to.clasp.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;

/**
 * Requests that wait for an answer. No request of CLASP carries an id, so answers are matched by
 * kind, address and order. Guarded by the lock of its owner.
 *
 * @param <T> what the answer brings
 */
final class Requests<T> {

  /** One request. */
  static final class Pending<T> {
    private final String key;
    private final Frame frame;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private long deadline;
    private long sentAt;
    private @Nullable String peerId;

    Pending(String key, Frame frame) {
      this.key = key;
      this.frame = frame;
    }

    Frame frame() {
      return frame;
    }

    CompletableFuture<T> answer() {
      return answer;
    }

    @Nullable String peerId() {
      return peerId;
    }

    void askPeer(@Nullable String peerId) {
      this.peerId = peerId;
    }
  }

  private final Map<String, ArrayDeque<Pending<T>>> byKey = new HashMap<>();
  private int size;

  int size() {
    return size;
  }

  void add(Pending<T> pending, long now, long timeoutNanos) {
    pending.sentAt = now;
    pending.deadline = now + timeoutNanos;
    byKey.computeIfAbsent(pending.key, key -> new ArrayDeque<>()).add(pending);
    size++;
  }

  /** Takes the oldest request with a key, or null. */
  @Nullable Pending<T> take(String key) {
    ArrayDeque<Pending<T>> queue = byKey.get(key);
    if (queue == null) {
      return null;
    }
    Pending<T> pending = queue.poll();
    if (queue.isEmpty()) {
      byKey.remove(key);
    }
    if (pending != null) {
      size--;
    }
    return pending;
  }

  /** Takes all requests with a key that fit. */
  List<Pending<T>> takeAll(String key, Predicate<Pending<T>> fits) {
    List<Pending<T>> taken = new ArrayList<>();
    ArrayDeque<Pending<T>> queue = byKey.get(key);
    if (queue != null) {
      for (Iterator<Pending<T>> all = queue.iterator(); all.hasNext(); ) {
        Pending<T> pending = all.next();
        if (fits.test(pending)) {
          all.remove();
          taken.add(pending);
          size--;
        }
      }
      if (queue.isEmpty()) {
        byKey.remove(key);
      }
    }
    return taken;
  }

  boolean remove(Pending<T> pending) {
    return !takeAll(pending.key, candidate -> candidate == pending).isEmpty();
  }

  /** Takes those whose time is up. */
  List<Pending<T>> takeExpired(long now) {
    return takeEach(pending -> now - pending.deadline >= 0);
  }

  /** Takes all. */
  List<Pending<T>> takeEach() {
    return takeEach(pending -> true);
  }

  private List<Pending<T>> takeEach(Predicate<Pending<T>> fits) {
    List<Pending<T>> taken = new ArrayList<>();
    for (String key : List.copyOf(byKey.keySet())) {
      taken.addAll(takeAll(key, fits));
    }
    return taken;
  }

  /** Those sent to the router at or before a time and not answered yet, oldest first. */
  List<Pending<T>> unansweredSince(long time) {
    List<Pending<T>> unanswered = new ArrayList<>();
    for (ArrayDeque<Pending<T>> queue : byKey.values()) {
      for (Pending<T> pending : queue) {
        if (pending.peerId == null && pending.sentAt - time <= 0) {
          unanswered.add(pending);
        }
      }
    }
    unanswered.sort((a, b) -> Long.compare(a.sentAt, b.sentAt));
    return unanswered;
  }
}
