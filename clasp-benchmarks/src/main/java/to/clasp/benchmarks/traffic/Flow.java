package to.clasp.benchmarks.failover;

import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import to.clasp.client.BackpressureException;
import to.clasp.client.Clasp;
import to.clasp.client.Delivery;
import to.clasp.client.Update;

/**
 * Numbered values from one client to another at a steady rate, and the books of what arrived. A
 * value that is refused for want of room is sent again; every other refusal ends the flow.
 */
final class Flow {

  /** What the books say. */
  record Balance(long sent, long received, long lost, long duplicated, long reordered) {}

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Clasp from;
  private final String address;
  private final int perSecond;
  private final Thread thread;
  private final AtomicLong sent = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrival = lock.newCondition();

  // Guarded by the lock.
  private final BitSet arrived = new BitSet();
  private long received;
  private long duplicated;
  private long reordered;
  private long last = -1;
  private long lastArrival;
  private long longestPause;

  private volatile boolean ending;
  private volatile @Nullable Throwable failure;

  Flow(Clasp from, Clasp to, String peerId, int perSecond) {
    this.from = from;
    this.address = "/peer/" + peerId + "/failover/value";
    this.perSecond = perSecond;
    this.lastArrival = System.nanoTime();
    var unused = to.on(address, this::arrived);
    this.thread = new Thread(this::send, "flow-to-" + peerId);
  }

  void start() {
    lastArrival = System.nanoTime();
    thread.start();
  }

  private void send() {
    long began = System.nanoTime();
    try {
      while (!ending) {
        long due = (System.nanoTime() - began) * perSecond / TimeUnit.SECONDS.toNanos(1);
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

  private void arrived(Update update) {
    long now = System.nanoTime();
    int number = Math.toIntExact(update.value().asLong());
    lock.lock();
    try {
      longestPause = Math.max(longestPause, now - lastArrival);
      lastArrival = now;
      if (arrived.get(number)) {
        duplicated++;
        return;
      }
      arrived.set(number);
      received++;
      if (number < last) {
        reordered++;
      }
      last = Math.max(last, number);
      arrival.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The longest time without an arrival since the last call, in nanoseconds. */
  long takeLongestPause() {
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

  /** Stops sending. */
  void stop() throws InterruptedException {
    ending = true;
    thread.join();
  }

  /** Waits until everything has arrived; false when nothing more came for a while. */
  boolean awaitArrivals(long patienceNanos) throws InterruptedException {
    lock.lock();
    try {
      while (received < sent.get()) {
        if (arrival.awaitNanos(patienceNanos) <= 0) {
          return false;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  Balance balance() {
    lock.lock();
    try {
      long all = sent.get();
      return new Balance(
          all,
          received,
          all - arrived.get(0, Math.toIntExact(all)).cardinality(),
          duplicated,
          reordered);
    } finally {
      lock.unlock();
    }
  }

  /** What ended the flow before its time, or null. */
  @Nullable Throwable failure() {
    return failure;
  }
}
