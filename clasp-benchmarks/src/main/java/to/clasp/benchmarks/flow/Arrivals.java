package to.clasp.benchmarks.flow;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The books of a receiver: numbers must come without gap, repetition or change of order. One thread
 * at a time tells of arrivals, another one waits for the last.
 */
final class Arrivals {

  private static final long NOT_KNOWN = -1;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CountDownLatch complete = new CountDownLatch(1);
  private long next;
  private long unexpected;
  private volatile long total = NOT_KNOWN;

  /** Published by whoever opens the latch. */
  private long completeAt;

  /** How many have come; written by the receiver only. */
  private volatile long seen;

  /** A number has arrived. */
  void arrived(long number) {
    if (number != next) {
      unexpected++;
    }
    next = number + 1;
    if (next == total) {
      complete(System.nanoTime());
    } else if ((next & 0x3FF) == 0) {
      seen = next;
    }
  }

  private void complete(long now) {
    completeAt = now;
    seen = next;
    complete.countDown();
  }

  /**
   * Waits until everything that was sent has arrived.
   *
   * @param sent how many numbers were sent, the last one still to be announced by {@link #last}
   * @return when the last one arrived, on the clock of {@link System#nanoTime}
   * @throws IllegalStateException if not everything has come in time
   */
  long await(long sent) throws InterruptedException {
    if (!complete.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("of " + sent + " numbers about " + seen + " arrived");
    }
    return completeAt;
  }

  /** Tells how many there will be, before the last one is sent. */
  void last(long sent) {
    total = sent;
  }

  /** How many came out of turn; after {@link #await}. */
  long unexpected() {
    return unexpected;
  }
}
