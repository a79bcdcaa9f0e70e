package to.clasp.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import to.clasp.transport.Path;

/**
 * The books of the numbered values: which path took each number, and what has arrived. Numbers
 * count from 0. One thread sends; any may receive.
 */
final class Ledger {

  /**
   * What the books say at the end.
   *
   * @param sent values that a path took
   * @param received different values that arrived
   * @param byP2p arrivals by the direct path
   * @param byRouter arrivals by the router
   * @param lost values that did not arrive
   * @param repeated arrivals of a value that had arrived before, by whatever path
   * @param outOfOrder arrivals after that of a later value, by whatever path
   */
  record Balance(
      int sent, int received, int byP2p, int byRouter, int lost, int repeated, int outOfOrder) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrival = lock.newCondition();

  // Guarded by the lock.
  private final List<Path> takenBy = new ArrayList<>();
  private final BitSet arrived = new BitSet();
  private final Map<Path, Integer> counts = new EnumMap<>(Path.class);
  private int last = -1;
  private int repeated;
  private int outOfOrder;

  /** The next number was taken by a path. */
  void taken(Path by) {
    lock.lock();
    try {
      takenBy.add(by);
      arrival.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A number has arrived. */
  void received(long value, Path by) {
    lock.lock();
    try {
      int number = Math.toIntExact(value);
      counts.merge(by, 1, Integer::sum);
      if (arrived.get(number)) {
        repeated++;
      } else if (number < last) {
        outOfOrder++;
      }
      arrived.set(number);
      last = Math.max(last, number);
      arrival.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int sent() {
    lock.lock();
    try {
      return takenBy.size();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so many have been sent; false when that takes too long. */
  boolean awaitSent(int count, Duration atMost) throws InterruptedException {
    return await(() -> takenBy.size() >= count, atMost);
  }

  /** Waits until everything has arrived; false when that takes too long. */
  boolean awaitArrivals(Duration atMost) throws InterruptedException {
    return await(() -> countLost() == 0, atMost);
  }

  private boolean await(BooleanSupplier condition, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = arrival.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  Balance balance() {
    lock.lock();
    try {
      return new Balance(
          takenBy.size(),
          arrived.cardinality(),
          counts.getOrDefault(Path.P2P, 0),
          counts.getOrDefault(Path.ROUTER, 0),
          countLost(),
          repeated,
          outOfOrder);
    } finally {
      lock.unlock();
    }
  }

  private int countLost() {
    return takenBy.size() - arrived.get(0, takenBy.size()).cardinality();
  }
}
