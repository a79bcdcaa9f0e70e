package to.clasp.benchmarks.traffic;

import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What has arrived of values that are numbered from 0. Takes little room however many there are: it
 * knows the gaps only. Safe for use by any thread.
 */
public final class Books {

  /** Of more gaps the oldest are closed as lost for good; what fills them counts as repeated. */
  private static final int MAX_GAPS = 10_000;

  /** Of the gaps, so many are told of. */
  private static final int MAX_TOLD = 5;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrival = lock.newCondition();

  // Guarded by the lock.

  /** Numbers below the next that have not arrived: the first of each gap, and its end. */
  private final TreeMap<Long, Long> gaps = new TreeMap<>();

  private long next;
  private long received;
  private long duplicated;
  private long reordered;
  private long lastArrival = System.nanoTime();
  private long longestPause;

  /** Makes empty ones. */
  public Books() {}

  /** Pauses are measured from now on. */
  public void open() {
    lock.lock();
    try {
      lastArrival = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A value has arrived.
   *
   * @param number its number
   */
  public void arrived(long number) {
    long now = System.nanoTime();
    lock.lock();
    try {
      longestPause = Math.max(longestPause, now - lastArrival);
      lastArrival = now;
      if (number >= next) {
        if (number > next) {
          gaps.put(next, number);
          if (gaps.size() > MAX_GAPS) {
            gaps.pollFirstEntry();
          }
        }
        next = number + 1;
        received++;
      } else if (fill(number)) {
        reordered++;
        received++;
      } else {
        duplicated++;
      }
      arrival.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a number out of the gap that it is in; false if there is none. */
  private boolean fill(long number) {
    Map.Entry<Long, Long> gap = gaps.floorEntry(number);
    if (gap == null || number >= gap.getValue()) {
      return false;
    }
    gaps.remove(gap.getKey());
    if (gap.getKey() < number) {
      gaps.put(gap.getKey(), number);
    }
    if (number + 1 < gap.getValue()) {
      gaps.put(number + 1, gap.getValue());
    }
    return true;
  }

  /**
   * Returns the longest time without an arrival since the last call.
   *
   * @return nanoseconds
   */
  public long takeLongestPause() {
    lock.lock();
    try {
      long longest = Math.max(longestPause, System.nanoTime() - lastArrival);
      longestPause = 0;
      lastArrival = System.nanoTime();
      return longest;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until so many values have arrived.
   *
   * @param count how many
   * @param patienceNanos how long it waits for the next one
   * @return false if none came for so long
   * @throws InterruptedException if interrupted
   */
  public boolean await(long count, long patienceNanos) throws InterruptedException {
    lock.lock();
    try {
      while (received < count) {
        if (arrival.awaitNanos(patienceNanos) <= 0) {
          return false;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells which values have not arrived.
   *
   * @param count how many were sent
   * @return the first ranges, for people
   */
  public String missing(long count) {
    lock.lock();
    try {
      StringJoiner ranges = new StringJoiner(", ");
      gaps.entrySet().stream()
          .limit(MAX_TOLD)
          .forEach(gap -> ranges.add(range(gap.getKey(), gap.getValue())));
      if (gaps.size() > MAX_TOLD) {
        ranges.add("and more");
      }
      if (next < count) {
        ranges.add(range(next, count));
      }
      return ranges.length() == 0 ? "none" : ranges + " of " + count;
    } finally {
      lock.unlock();
    }
  }

  private static String range(long first, long end) {
    return end - first == 1 ? String.valueOf(first) : first + " to " + (end - 1);
  }

  /**
   * Draws up the balance.
   *
   * @param sent how many values were sent
   * @return what became of them
   */
  public Balance balance(long sent) {
    lock.lock();
    try {
      return new Balance(sent, received, Math.max(0, sent - received), duplicated, reordered);
    } finally {
      lock.unlock();
    }
  }
}
