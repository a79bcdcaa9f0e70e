package to.clasp.benchmarks.traffic;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import to.clasp.client.BackpressureException;
import to.clasp.client.Clasp;
import to.clasp.client.Delivery;

/**
 * Sends numbered values at a steady rate. One that is refused for want of room is sent again; every
 * other refusal ends it.
 */
public final class Sender {

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Clasp from;
  private final String address;
  private final int perSecond;
  private final Thread thread;
  private final AtomicLong sent = new AtomicLong();
  private volatile boolean ending;
  private volatile @Nullable Throwable failure;

  /**
   * Makes one that waits for {@link #start}.
   *
   * @param from sends
   * @param address of the values
   * @param perSecond how many
   */
  public Sender(Clasp from, String address, int perSecond) {
    this.from = from;
    this.address = address;
    this.perSecond = perSecond;
    this.thread = new Thread(this::send, "sender-to" + address.replace('/', '-'));
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  private void send() {
    long began = System.nanoTime();
    try {
      while (!ending) {
        long due = (System.nanoTime() - began) / 1_000 * perSecond / 1_000_000;
        while (sent.get() < due && !ending && offer(sent.get())) {
          sent.incrementAndGet();
        }
        LockSupport.parkNanos(STEP_NANOS);
      }
    } catch (CompletionException e) {
      failure = e.getCause();
    }
  }

  /** Sends a number; false when there is no room now. */
  private boolean offer(long number) {
    CompletableFuture<Delivery> outcome = from.set(address, number);
    if (!outcome.isCompletedExceptionally()) {
      return true;
    }
    try {
      outcome.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof BackpressureException) {
        return false;
      }
      throw e;
    }
    return true;
  }

  /**
   * Stops sending.
   *
   * @throws InterruptedException if interrupted
   */
  public void stop() throws InterruptedException {
    ending = true;
    thread.join();
  }

  /**
   * Returns how many values were accepted.
   *
   * @return the count
   */
  public long sent() {
    return sent.get();
  }

  /**
   * Returns what ended it before its time.
   *
   * @return the failure, or null
   */
  public @Nullable Throwable failure() {
    return failure;
  }
}
