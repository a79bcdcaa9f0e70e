package to.clasp.benchmarks.router;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import to.clasp.benchmarks.measure.Sample;

/**
 * A way that numbered messages take, and how fast. All must arrive, once and in order. One thread
 * sends; one thread at a time tells what has arrived.
 */
abstract class NumberedPath implements AutoCloseable {

  /** How many messages are under way at most. */
  static final int WINDOW = 4_096;

  /** As many arrivals at a time let others go, so that counting costs little. */
  private static final int BATCH = 64;

  private static final long TIMEOUT_SECONDS = 30;

  private final Semaphore window = new Semaphore(WINDOW);
  private final Semaphore single = new Semaphore(0);
  private long sent;
  private volatile boolean alone;
  private long arrived;
  private final LongAdder outOfOrder = new LongAdder();

  @Override
  public abstract void close() throws IOException;

  /** Sends a number. */
  abstract void send(long number) throws Exception;

  /** A number has arrived. */
  final void arrived(long number) {
    if (number != arrived) {
      outOfOrder.increment();
    }
    arrived = number + 1;
    if (alone) {
      single.release();
    } else if (arrived % BATCH == 0) {
      window.release(BATCH);
    }
  }

  /** How many numbers came out of order, or after one that was lost. */
  final long outOfOrder() {
    return outOfOrder.sum();
  }

  /** Sends about so many messages, and returns how many arrive in a second. */
  final double perSecond(int about) throws Exception {
    int count = (about + BATCH - 1) / BATCH * BATCH;
    alone = false;
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      take(window, 1);
      send(sent++);
    }
    take(window, WINDOW);
    long nanos = System.nanoTime() - start;
    window.release(WINDOW);
    return count * 1e9 / nanos;
  }

  /**
   * Sends about so many messages, one after the other, and returns the median time from one's
   * sending to its arrival, in nanoseconds.
   */
  final double roundTrip(int about) throws Exception {
    int count = (about + BATCH - 1) / BATCH * BATCH;
    alone = true;
    Sample times = new Sample(count);
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      send(sent++);
      take(single, 1);
      times.add((double) (System.nanoTime() - start));
    }
    return times.spread().median();
  }

  private void take(Semaphore semaphore, int permits)
      throws InterruptedException, TimeoutException {
    if (!semaphore.tryAcquire(permits, TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new TimeoutException("nothing arrives any more; " + sent + " messages were sent");
    }
  }
}
