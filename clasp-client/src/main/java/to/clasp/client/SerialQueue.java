package to.clasp.client;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue whose items are handled by a runner, one at a time and in order, however many
 * threads the runner has. When it is full the oldest item that gives way to the new one is dropped,
 * or else the new one is refused.
 *
 * <p>Under load both sides meet seldom: the runner is called once for all that comes while it is at
 * work, and takes items by the batch.
 */
final class SerialQueue<T> {

  /** How many items are handled in one go before other queues get the thread. */
  private static final int ITEMS_PER_TURN = 256;

  /** What a batch may be of the capacity: items in a batch can give way to nothing any more. */
  private static final int BATCHES_IN_CAPACITY = 8;

  /** Runs turns of queues, on threads of its own. */
  interface Runner {
    /**
     * Runs a task soon, never within this call.
     *
     * @return false if it will not be run
     */
    boolean run(Runnable task);

    /** Whether nothing may be handled any more. */
    default boolean isAbandoned() {
      return false;
    }
  }

  /** What became of an item. */
  enum Offer {
    /** Queued; nothing was dropped. */
    QUEUED,
    /** An item was dropped, for the first time since the queue was last empty. */
    FIRST_DROP,
    /** An item was dropped, not for the first time. */
    DROPPED
  }

  private final Runner runner;
  private final Executor starter;
  private final int capacity;
  private final BiPredicate<T, T> givesWay;
  private final Consumer<T> handler;
  private final Runnable roomAgain;
  private final Runnable start = this::start;
  private final Runnable turn = this::turn;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final ArrayDeque<T> items = new ArrayDeque<>();
  private boolean running;
  private boolean overflowing;
  private boolean crowded;
  private long dropped;

  /** How many items of the batch may still wait behind the one that is handled. */
  private int waitingInBatch;

  // Below: the turn only, of which there is one at a time.
  private final ArrayDeque<T> batch = new ArrayDeque<>();
  private final int batchSize;

  /** How many items were handed to the handler; written by the turn. */
  private final AtomicLong handled = new AtomicLong();

  /** Makes an empty queue that tells nobody when it has room again. */
  SerialQueue(
      Runner runner,
      Executor starter,
      int capacity,
      BiPredicate<T, T> givesWay,
      Consumer<T> handler) {
    this(runner, starter, capacity, givesWay, handler, () -> {});
  }

  /**
   * Makes an empty queue.
   *
   * @param starter wakes the runner when there is something to do; whoever offers much at a time
   *     lets it do so afterwards, once for all
   * @param givesWay whether a waiting item, the first argument, may be dropped for a newer one
   * @param handler must not throw
   * @param roomAgain called by the runner when the queue is a quarter full after {@link #isCrowded}
   *     was true; must not throw
   */
  SerialQueue(
      Runner runner,
      Executor starter,
      int capacity,
      BiPredicate<T, T> givesWay,
      Consumer<T> handler,
      Runnable roomAgain) {
    this.runner = runner;
    this.starter = starter;
    this.capacity = capacity;
    this.givesWay = givesWay;
    this.handler = handler;
    this.roomAgain = roomAgain;
    this.batchSize = Math.max(1, Math.min(ITEMS_PER_TURN, capacity / BATCHES_IN_CAPACITY));
  }

  Offer offer(T item) {
    boolean toStart;
    Offer result = Offer.QUEUED;
    lock.lock();
    try {
      if (items.size() + waitingInBatch >= capacity) {
        dropped++;
        result = overflowing ? Offer.DROPPED : Offer.FIRST_DROP;
        overflowing = true;
        if (dropFor(item)) {
          items.add(item);
        }
      } else {
        items.add(item);
      }
      toStart = !running;
      running = true;
    } finally {
      lock.unlock();
    }
    if (toStart) {
      starter.execute(start);
    }
    return result;
  }

  private void start() {
    if (!runner.run(turn)) {
      // What waits is handled when the runner takes tasks again, with the next item.
      lock.lock();
      try {
        running = false;
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean dropFor(T item) {
    for (Iterator<T> waiting = items.iterator(); waiting.hasNext(); ) {
      if (givesWay.test(waiting.next(), item)) {
        waiting.remove();
        return true;
      }
    }
    return false;
  }

  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the queue is more than half full; if so, it tells when there is room again. */
  boolean isCrowded() {
    lock.lock();
    try {
      boolean now = items.size() + waitingInBatch > capacity / 2;
      crowded |= now;
      return now;
    } finally {
      lock.unlock();
    }
  }

  /** How many items have been handed to the handler. */
  long handled() {
    return handled.get();
  }

  private void turn() {
    do {
      for (int left = ITEMS_PER_TURN; left > 0; left--) {
        if (runner.isAbandoned()) {
          return;
        }
        T item = batch.isEmpty() ? takeBatch(left) : batch.poll();
        if (item == null) {
          return;
        }
        handled.lazySet(handled.getPlain() + 1);
        handler.accept(item);
        if (Thread.currentThread().isInterrupted()) {
          // That was for the handler, and not for the next one: the thread starts afresh.
          break;
        }
      }
      // A runner that is shutting down takes nothing new, but what has arrived is still handled.
    } while (!runner.run(turn));
  }

  /** Takes the next batch; returns its first item, or null when there is none. */
  private @Nullable T takeBatch(int most) {
    T first;
    boolean tell;
    lock.lock();
    try {
      first = items.poll();
      if (first == null) {
        running = false;
        overflowing = false;
      } else {
        for (int i = Math.min(most, batchSize); i > 1 && !items.isEmpty(); i--) {
          batch.add(items.remove());
        }
      }
      waitingInBatch = batch.size();
      tell = crowded && items.size() <= capacity / 4;
      if (tell) {
        crowded = false;
      }
    } finally {
      lock.unlock();
    }
    if (tell) {
      roomAgain.run();
    }
    return first;
  }
}
