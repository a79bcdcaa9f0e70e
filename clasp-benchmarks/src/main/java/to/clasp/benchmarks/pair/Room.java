package to.clasp.benchmarks.pair;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import to.clasp.client.BackpressureException;
import to.clasp.client.Clasp;
import to.clasp.client.ClientListener;
import to.clasp.client.Delivery;

/** Lets a sender that has been refused for want of room wait until its client has some again. */
public final class Room implements ClientListener {

  private static final long PATIENCE = Duration.ofSeconds(30).toNanos();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  Room() {}

  @Override
  public void onWritable() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells whether a value was taken.
   *
   * @param outcome what the client says of it
   * @return false if there was no room for it
   */
  public static boolean isTaken(CompletableFuture<Delivery> outcome) {
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
   * Waits until a client has room.
   *
   * @param client the client that this listens to
   * @throws InterruptedException if interrupted
   * @throws IllegalStateException if it stays without for 30 s
   */
  public void await(Clasp client) throws InterruptedException {
    long left = PATIENCE;
    lock.lock();
    try {
      while (!client.isWritable()) {
        if (left <= 0) {
          throw new IllegalStateException("no room for " + PATIENCE / 1_000_000_000 + " s");
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
