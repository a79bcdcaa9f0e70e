package to.clasp.transport.webrtc.natives;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.Ranges;

/**
 * The thread that makes all calls into the native library: one a process, a daemon, which ends when
 * it has had nothing to do for a while and starts again when needed. Tasks run in the order in
 * which they were handed over; one that throws is logged and harms no other.
 *
 * <p>Calls must never be made within a native callback, which is why callbacks hand over to here
 * (or to an event loop): libwebrtc waits for its own threads in many calls.
 */
public final class RtcThread implements Executor {

  private static final Logger LOG = LoggerFactory.getLogger(RtcThread.class);

  /** System property: how long a native call that may hang is waited for, in milliseconds. */
  static final String CLOSE_TIMEOUT_PROPERTY = "to.clasp.webrtc.closeTimeout";

  private static final int DEFAULT_CLOSE_TIMEOUT = 5_000;

  private static final RtcThread INSTANCE =
      new RtcThread(closeTimeout(System.getProperty(CLOSE_TIMEOUT_PROPERTY)));

  private final ThreadPoolExecutor executor;
  private final Duration closeTimeout;
  private final LongAdder hungCalls = new LongAdder();
  private volatile @Nullable Thread thread;

  /**
   * Makes one.
   *
   * @param closeTimeout how long a call that may hang is waited for
   */
  RtcThread(Duration closeTimeout) {
    this.closeTimeout = closeTimeout;
    executor =
        new ThreadPoolExecutor(
            1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::newThread);
    executor.allowCoreThreadTimeOut(true);
  }

  /** Reads the time-out: 100 to 60 000 ms; the default in place of what is none. */
  static Duration closeTimeout(@Nullable String property) {
    int millis = DEFAULT_CLOSE_TIMEOUT;
    if (property != null) {
      try {
        millis = Ranges.between(CLOSE_TIMEOUT_PROPERTY, Integer.parseInt(property), 100, 60_000);
      } catch (IllegalArgumentException e) {
        LOG.warn("System property {}: taking {} ms", CLOSE_TIMEOUT_PROPERTY, millis, e);
      }
    }
    return Duration.ofMillis(millis);
  }

  /**
   * Returns the thread of this process.
   *
   * @return the thread
   */
  public static RtcThread instance() {
    return INSTANCE;
  }

  private Thread newThread(Runnable work) {
    Thread created = new Thread(work, "clasp-rtc");
    created.setDaemon(true);
    thread = created;
    return created;
  }

  // Native code may throw errors as well; none may end the thread.
  @SuppressWarnings("CatchThrowable")
  @Override
  public void execute(Runnable task) {
    executor.execute(
        () -> {
          try {
            task.run();
          } catch (Throwable e) {
            LOG.error("A task of the rtc thread failed", e);
          }
        });
  }

  /**
   * Runs a task that has a result.
   *
   * @param task what to run
   * @return completes on the rtc thread, with the result or what the task threw
   * @param <T> type of the result
   */
  // What the task throws is handed to whoever asked.
  @SuppressWarnings("CatchThrowable")
  public <T> CompletableFuture<T> submit(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    execute(
        () -> {
          try {
            result.complete(task.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /**
   * Tells whether the caller is on the rtc thread.
   *
   * @return true if so
   */
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /**
   * Checks that the caller is on the rtc thread.
   *
   * @throws IllegalStateException if not
   */
  public void checkCurrent() {
    if (!isCurrent()) {
      throw new IllegalStateException(
          "call this on the rtc thread, not on " + Thread.currentThread().getName());
    }
  }

  /**
   * Makes a native call that ends something, and that has been seen to hang. It runs on a thread of
   * its own; the rtc thread waits for it, but not for ever. A call that hangs is logged and
   * counted, and its thread is given up. What the call throws is logged. To be called on the rtc
   * thread.
   *
   * @param what what is ended, for the log
   * @param call the call
   * @return whether it came back in time; if not, what it was to end must not be touched again
   */
  // The one thread that may wait here waits for native code, which throws errors as well.
  @SuppressWarnings("CatchThrowable")
  public boolean end(String what, Runnable call) {
    checkCurrent();
    CountDownLatch done = new CountDownLatch(1);
    Thread sacrificed =
        new Thread(
            () -> {
              try {
                call.run();
              } catch (Throwable e) {
                LOG.warn("Ending {} failed", what, e);
              } finally {
                done.countDown();
              }
            },
            "clasp-rtc-end");
    sacrificed.setDaemon(true);
    sacrificed.start();
    if (awaitUninterruptibly(done)) {
      return true;
    }
    hungCalls.increment();
    LOG.error("Ending {} hangs for {} in native code; it is given up", what, closeTimeout);
    return false;
  }

  /**
   * Returns how many native calls have hung in this process.
   *
   * @return the count
   */
  public long hungCalls() {
    return hungCalls.sum();
  }

  private boolean awaitUninterruptibly(CountDownLatch done) {
    long deadline = System.nanoTime() + closeTimeout.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
