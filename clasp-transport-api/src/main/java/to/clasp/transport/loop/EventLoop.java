package to.clasp.transport.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;

/**
 * A serial executor with a clock: everything that changes the state of a transport runs here, one
 * task at a time, in the order handed over. Tests inject one whose time stands still.
 *
 * <p>All methods may be called by any thread. Tasks must not block.
 */
public interface EventLoop extends Executor, AutoCloseable {

  /** A task that has been scheduled. */
  interface Timer {
    /** Keeps the task from running, if it has not begun. Calling it again does nothing. */
    void cancel();
  }

  /**
   * Runs a task on the loop, soon, never within this call. An exception that it throws is logged
   * and does not stop the loop. After {@link #close()} the task is dropped without a word.
   *
   * @param task what to run
   */
  @Override
  void execute(Runnable task);

  /**
   * Runs a task on the loop later.
   *
   * @param delay how long to wait; zero or less means soon
   * @param task what to run
   * @return lets the caller cancel it
   */
  Timer schedule(Duration delay, Runnable task);

  /**
   * Tells whether the calling thread is the loop's.
   *
   * @return true inside a task of this loop
   */
  boolean inLoop();

  /**
   * Reads the monotonic clock.
   *
   * @return nanoseconds since some fixed point
   */
  long nanoTime();

  /**
   * Reads the wall clock.
   *
   * @return the time
   */
  Instant now();

  /**
   * Stops the loop after the tasks that were handed over before; scheduled tasks are dropped.
   * Returns at once. Calling it again does nothing.
   */
  @Override
  void close();
}
