package to.clasp.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;

/**
 * Requests of one kind that wait for an answer. No request of CLASP carries an id, so answers are
 * matched by kind, address and order. Guarded by the lock of its owner.
 *
 * @param <T> what the answer brings
 */
final class Requests<T> {

  /** Whether a request that the router has dropped may be sent again. */
  enum Repeat {
    /** At any time: it changes nothing. */
    ALWAYS,
    /** Unless a newer one for the same address has been sent, which it would undo. */
    IF_NEWEST,
    /** Never: if it was not this one that was dropped, it would take effect twice. */
    NEVER
  }

  /** Where a request is. */
  enum Stage {
    /** Waits for a session. */
    WAITING,
    /** The transport has taken it, and may still hold it back. */
    TAKEN,
    /** It has left for the router. */
    ASKED_ROUTER,
    /** It has left for a peer. */
    ASKED_PEER
  }

  /** One request. */
  static final class Pending<T> {
    private final String key;
    private final Frame frame;
    private final Repeat repeat;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private Stage stage = Stage.WAITING;
    private long number;
    private long order;
    private long clockStart;
    private boolean clockRuns;
    private boolean doubtful;
    private @Nullable String peerId;

    /**
     * Makes a request.
     *
     * @param key the address that its answer will name, or empty when answers name none
     */
    Pending(String key, Frame frame, Repeat repeat) {
      this.key = key;
      this.frame = frame;
      this.repeat = repeat;
    }

    String key() {
      return key;
    }

    Frame frame() {
      return frame;
    }

    CompletableFuture<T> answer() {
      return answer;
    }

    Stage stage() {
      return stage;
    }

    @Nullable String peerId() {
      return peerId;
    }

    /** Lets the time limit run from now on. */
    void startClock(long now) {
      clockStart = now;
      clockRuns = true;
    }

    /** Whether the router may have it. */
    private boolean mayBeAnswered() {
      return stage == Stage.TAKEN || stage == Stage.ASKED_ROUTER;
    }

    /** The transport took it for the router, as the frame with this number. */
    void taken(long frameNumber) {
      number = frameNumber;
      doubtful = false;
      peerId = null;
      stage = Stage.TAKEN;
    }

    /** It went to a peer, whose answer is waited for. */
    void askedPeer(String peer) {
      peerId = peer;
      stage = Stage.ASKED_PEER;
    }
  }

  private final Map<String, ArrayDeque<Pending<T>>> byKey = new LinkedHashMap<>();
  private int size;
  private long orders;

  int size() {
    return size;
  }

  void add(Pending<T> pending) {
    pending.order = ++orders;
    byKey.computeIfAbsent(pending.key, key -> new ArrayDeque<>()).add(pending);
    size++;
  }

  /** Takes the oldest request with a key that the router may have answered, or null. */
  @Nullable Pending<T> take(String key) {
    List<Pending<T>> taken = take(key, Pending::mayBeAnswered, 1);
    return taken.isEmpty() ? null : taken.get(0);
  }

  /** Takes all requests with a key that fit, oldest first. */
  List<Pending<T>> takeAll(String key, Predicate<Pending<T>> fits) {
    return take(key, fits, Integer.MAX_VALUE);
  }

  private List<Pending<T>> take(String key, Predicate<Pending<T>> fits, int most) {
    List<Pending<T>> taken = new ArrayList<>();
    ArrayDeque<Pending<T>> queue = byKey.get(key);
    if (queue == null) {
      return taken;
    }
    for (Iterator<Pending<T>> all = queue.iterator(); all.hasNext() && taken.size() < most; ) {
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
    return taken;
  }

  boolean remove(Pending<T> pending) {
    return !takeAll(pending.key, candidate -> candidate == pending).isEmpty();
  }

  /** Takes all that fit, in no order across keys. */
  List<Pending<T>> takeEach(Predicate<Pending<T>> fits) {
    List<Pending<T>> taken = new ArrayList<>();
    for (String key : List.copyOf(byKey.keySet())) {
      taken.addAll(takeAll(key, fits));
    }
    return taken;
  }

  /** Notes that the frames up to a number have left; the time limit of those runs from now on. */
  void left(long number, long now) {
    for (ArrayDeque<Pending<T>> queue : byKey.values()) {
      for (Pending<T> pending : queue) {
        if (pending.stage == Stage.TAKEN && pending.number <= number) {
          pending.stage = Stage.ASKED_ROUTER;
          if (!pending.clockRuns) {
            pending.startClock(now);
          }
        }
      }
    }
  }

  /** Takes those that have waited for their answer as long as that. */
  List<Pending<T>> takeExpired(long now, long timeoutNanos) {
    return takeEach(pending -> hasWaited(pending, now, timeoutNanos));
  }

  /** Lists those that a peer has not answered for as long as that. */
  List<Pending<T>> unansweredByPeers(long now, long nanos) {
    List<Pending<T>> unanswered = new ArrayList<>();
    for (ArrayDeque<Pending<T>> queue : byKey.values()) {
      for (Pending<T> pending : queue) {
        if (pending.stage == Stage.ASKED_PEER && hasWaited(pending, now, nanos)) {
          unanswered.add(pending);
        }
      }
    }
    return unanswered;
  }

  private static boolean hasWaited(Pending<?> pending, long now, long nanos) {
    return pending.clockRuns && now - pending.clockStart >= nanos;
  }

  /** What to do about requests that the router has dropped. */
  record Dropped<T>(List<Pending<T>> again, List<Pending<T>> lost) {}

  /** The router has dropped something; it may be any of those that have left for it. */
  void doubtAll() {
    for (ArrayDeque<Pending<T>> queue : byKey.values()) {
      for (Pending<T> pending : queue) {
        pending.doubtful |= pending.stage == Stage.ASKED_ROUTER;
      }
    }
  }

  /**
   * By now all else has been answered, so what is in doubt has been dropped. Decides what to do
   * about it; those that are lost are taken out.
   */
  Dropped<T> dropped() {
    List<Pending<T>> again = new ArrayList<>();
    List<Pending<T>> lost = new ArrayList<>();
    for (ArrayDeque<Pending<T>> queue : byKey.values()) {
      Pending<T> newest = queue.peekLast();
      for (Pending<T> pending : queue) {
        if (pending.doubtful) {
          boolean may =
              switch (pending.repeat) {
                case ALWAYS -> true;
                case IF_NEWEST -> pending == newest;
                case NEVER -> false;
              };
          (may ? again : lost).add(pending);
        }
      }
    }
    lost.forEach(this::remove);
    return new Dropped<>(again, lost);
  }

  /** Takes the oldest request of all that the router may have answered and that fits, or null. */
  @Nullable Pending<T> takeOldest(Predicate<Pending<T>> fits) {
    Pending<T> oldest = null;
    for (ArrayDeque<Pending<T>> queue : byKey.values()) {
      for (Pending<T> pending : queue) {
        if (pending.mayBeAnswered()
            && (oldest == null || pending.order < oldest.order)
            && fits.test(pending)) {
          oldest = pending;
        }
      }
    }
    if (oldest != null) {
      remove(oldest);
    }
    return oldest;
  }

  /** Lists those that have been asked of the router. */
  List<Pending<T>> askedRouter() {
    List<Pending<T>> asked = new ArrayList<>();
    for (ArrayDeque<Pending<T>> queue : byKey.values()) {
      for (Pending<T> pending : queue) {
        if (pending.stage == Stage.ASKED_ROUTER) {
          asked.add(pending);
        }
      }
    }
    return asked;
  }
}
