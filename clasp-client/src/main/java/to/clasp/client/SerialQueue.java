package to.clasp.client;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue whose items are handled on an executor, one at a time and in order, however many
 * threads the executor has. When it is full the oldest lossy item gives way, or else the new one is
 * refused.
 */
final class SerialQueue<T> {

  /** How many items are handled in one go before other queues get the thread. */
  private static final int ITEMS_PER_TURN = 256;

  private final Executor executor;
  private final int capacity;
  private final Predicate<T> lossy;
  private final Consumer<T> handler;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<T> items = new ArrayDeque<>();
  private boolean running;
  private boolean overflowing;
  private long dropped;

  /** What became of an item. */
  enum Offer {
    /** Queued; nothing was dropped. */
    QUEUED,
    /** An item was dropped, for the first time since the queue was last empty. */
    FIRST_DROP,
    /** An item was dropped, not for the first time. */
    DROPPED
  }

  SerialQueue(Executor executor, int capacity, Predicate<T> lossy, Consumer<T> handler) {
    this.executor = executor;
    this.capacity = capacity;
    this.lossy = lossy;
    this.handler = handler;
  }

  Offer offer(T item) {
    boolean start = false;
    Offer result = Offer.QUEUED;
    lock.lock();
    try {
      if (items.size() >= capacity) {
        dropped++;
        result = overflowing ? Offer.DROPPED : Offer.FIRST_DROP;
        overflowing = true;
        if (!dropOldestLossy()) {
          return result;
        }
      }
      items.add(item);
      if (!running) {
        running = true;
        start = true;
      }
    } finally {
      lock.unlock();
    }
    if (start) {
      executor.execute(this::run);
    }
    return result;
  }

  private boolean dropOldestLossy() {
    for (Iterator<T> candidates = items.iterator(); candidates.hasNext(); ) {
      if (lossy.test(candidates.next())) {
        candidates.remove();
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

  private void run() {
    for (int i = 0; i < ITEMS_PER_TURN; i++) {
      T item = take();
      if (item == null) {
        return;
      }
      handler.accept(item);
    }
    executor.execute(this::run);
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
