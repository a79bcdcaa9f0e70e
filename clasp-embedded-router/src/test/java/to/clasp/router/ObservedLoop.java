package to.clasp.router;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import to.clasp.testkit.loop.ForwardingEventLoop;
import to.clasp.transport.loop.ThreadEventLoop;

/** A loop on a thread that lets tests wait until the router has come to some state. */
final class ObservedLoop extends ForwardingEventLoop {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final ThreadEventLoop loop;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  ObservedLoop() {
    this(ThreadEventLoop.start("observed-loop"));
  }

  private ObservedLoop(ThreadEventLoop loop) {
    super(loop);
    this.loop = loop;
  }

  /** Waits until a condition holds; it is asked after each task of the loop. */
  void awaitThat(String what, BooleanSupplier condition) {
    long left = TIMEOUT.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          throw new AssertionError("not within " + TIMEOUT + ": " + what);
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting: " + what, e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void execute(Runnable task) {
    super.execute(() -> runAndTell(task));
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return super.schedule(delay, () -> runAndTell(task));
  }

  private void runAndTell(Runnable task) {
    try {
      task.run();
    } finally {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public void close() {
    loop.close();
    try {
      if (!loop.awaitStopped(TIMEOUT)) {
        throw new AssertionError("the loop does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
