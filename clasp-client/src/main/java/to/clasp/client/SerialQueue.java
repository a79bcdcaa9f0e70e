package to.clasp.client;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue whose items are handled by a runner, one at a time and in order, however many
 * threads the runner has. When it is full the oldest item that gives way to the new one is dropped,
 * or else the new one is refused.
 */
final class SerialQueue<T> {

  /** How many items are handled in one go before other queues get the thread. */
  private static final int ITEMS_PER_TURN = 256;

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
  private final int capacity;
  private final BiPredicate<T, T> givesWay;
  private final Consumer<T> handler;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final ArrayDeque<T> items = new ArrayDeque<>();
  private boolean running;
  private boolean overflowing;
  private long dropped;

  /**
   * Makes an empty queue.
   *
   * @param givesWay whether a waiting item, the first argument, may be dropped for a newer one
   * @param handler must not throw
   */
  SerialQueue(Runner runner, int capacity, BiPredicate<T, T> givesWay, Consumer<T> handler) {
    this.runner = runner;
    this.capacity = capacity;
    this.givesWay = givesWay;
    this.handler = handler;
  }

  Offer offer(T item) {
    boolean start;
    Offer result = Offer.QUEUED;
    lock.lock();
    try {
      if (items.size() >= capacity) {
        dropped++;
        result = overflowing ? Offer.DROPPED : Offer.FIRST_DROP;
        overflowing = true;
        if (dropFor(item)) {
          items.add(item);
        }
      } else {
        items.add(item);
      }
      start = !running;
      running = true;
    } finally {
      lock.unlock();
    }
    if (start && !runner.run(this::turn)) {
      // What waits is handled when the runner takes tasks again, with the next item.
      lock.lock();
      try {
        running = false;
      } finally {
        lock.unlock();
      }
    }
    return result;
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

  private void turn() {
    do {
      for (int i = 0; i < ITEMS_PER_TURN; i++) {
        if (runner.isAbandoned()) {
          return;
        }
        T item = take();
        if (item == null) {
          return;
        }
        handler.accept(item);
        if (Thread.currentThread().isInterrupted()) {
          // That was for the handler, and not for the next one: the thread starts afresh.
          break;
        }
      }
      // A runner that is shutting down takes nothing new, but what has arrived is still handled.
    } while (!runner.run(this::turn));
  }

  private @Nullable T take() {
    lock.lock();
    try {
      T item = items.poll();
      if (item == null) {
        running = false;
        overflowing = false;
      }
      return item;
    } finally {
      lock.unlock();
    }
  }
}
