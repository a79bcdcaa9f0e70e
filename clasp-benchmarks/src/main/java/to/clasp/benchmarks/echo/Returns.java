package to.clasp.benchmarks.echo;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for the return of one number at a time; every other one counts as out of turn. */
final class Returns {

  private static final long PATIENCE = Duration.ofSeconds(20).toNanos();

  private long last;
  private long arrivedAt;
  private volatile long expected;
  private volatile long arrived;
  private volatile long unexpected;
  private volatile @Nullable Thread waiting;

  /** The number that is to be sent next. */
  long expect() {
    waiting = Thread.currentThread();
    last++;
    expected = last;
    return last;
  }

  /** A number came back. One thread at a time. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Written by one thread at a time.
  void returned(long number) {
    if (number != expected || number == arrived) {
      unexpected++;
      return;
    }
    arrivedAt = System.nanoTime();
    arrived = number;
    LockSupport.unpark(waiting);
  }

  /**
   * Waits for a number.
   *
   * @return when it came, on the clock of {@link System#nanoTime}
   * @throws IllegalStateException if it does not come in time
   */
  long await(long number) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE;
    while (arrived != number) {
      LockSupport.parkNanos(this, until - System.nanoTime());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (System.nanoTime() - until >= 0) {
        throw new IllegalStateException("number " + number + " did not come back");
      }
    }
    return arrivedAt;
  }

  long unexpected() {
    return unexpected;
  }
}
