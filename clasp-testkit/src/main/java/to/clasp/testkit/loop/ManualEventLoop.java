package to.clasp.testkit.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.loop.EventLoop;

/**
 * An event loop for tests. Nothing runs and no time passes until the test says so, and then all
 * runs on the calling thread: first tasks in the order handed over, then timers in the order of
 * their times, each at exactly its time.
 *
 * <p>Tasks may be handed over by any thread. Those that run them must be one thread at a time.
 */
public final class ManualEventLoop implements EventLoop {

  /** The wall clock when a loop is created. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final Logger LOG = LoggerFactory.getLogger(ManualEventLoop.class);

  /** Two tasks that keep handing each other over would never end. */
  private static final int MAX_TASKS = 10_000_000;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final TreeSet<ManualTimer> timers =
      new TreeSet<>(
          Comparator.<ManualTimer>comparingLong(timer -> timer.due)
              .thenComparingLong(timer -> timer.number));
  private final List<Throwable> failures = new ArrayList<>();
  private long timerNumbers;
  private long nanos;
  private boolean closed;

  private volatile @Nullable Thread runner;

  /** Makes a loop at {@link #START}. */
  public ManualEventLoop() {}

  @Override
  public void execute(Runnable task) {
    Objects.requireNonNull(task, "task");
    lock.lock();
    try {
      if (!closed) {
        tasks.add(task);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Objects.requireNonNull(task, "task");
    lock.lock();
    try {
      long wait = Math.max(0, saturatedNanos(delay));
      ManualTimer timer = new ManualTimer(nanos + wait, ++timerNumbers, task);
      if (!closed) {
        timers.add(timer);
      }
      return timer;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread() == runner;
  }

  @Override
  public long nanoTime() {
    lock.lock();
    try {
      return nanos;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Instant now() {
    return START.plusNanos(nanoTime());
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      timers.clear();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs the tasks handed over, and those that they hand over, and timers that are due now. Time
   * stands still.
   *
   * @return how many ran
   */
  public int runPending() {
    return advance(Duration.ZERO);
  }

  /**
   * Lets time pass, and runs what becomes due on the way.
   *
   * @param time how much; zero or positive
   * @return how many tasks and timers ran
   */
  public int advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time does not go back, not even by " + time);
    }
    if (inLoop()) {
      throw new IllegalStateException("a task of the loop cannot run the loop");
    }
    long target = nanoTime() + saturatedNanos(time);
    int ran = 0;
    Runnable next = next(target);
    while (next != null) {
      run(next);
      ran++;
      if (ran == MAX_TASKS) {
        throw new AssertionError(ran + " tasks ran, and there are still more");
      }
      next = next(target);
    }
    return ran;
  }

  /**
   * Lets time pass until the next timer is due, and runs it and what follows from it.
   *
   * @return false if there was no timer
   */
  public boolean advanceToNextTimer() {
    runPending();
    long wait;
    lock.lock();
    try {
      if (timers.isEmpty()) {
        return false;
      }
      wait = timers.first().due - nanos;
    } finally {
      lock.unlock();
    }
    advance(Duration.ofNanos(wait));
    return true;
  }

  /**
   * Counts tasks that wait to run.
   *
   * @return the number, timers not included
   */
  public int pendingTasks() {
    lock.lock();
    try {
      return tasks.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lists when timers are due.
   *
   * @return the time from now to each, soonest first
   */
  public List<Duration> pendingTimers() {
    lock.lock();
    try {
      return timers.stream().map(timer -> Duration.ofNanos(timer.due - nanos)).toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns what tasks have thrown.
   *
   * @return the exceptions, in order
   */
  public List<Throwable> failures() {
    lock.lock();
    try {
      return List.copyOf(failures);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Checks that all is done: no task and no timer waits, and no task has thrown.
   *
   * @throws AssertionError if something waits or has failed
   */
  public void assertNothingPending() {
    lock.lock();
    try {
      if (!tasks.isEmpty() || !timers.isEmpty()) {
        throw new AssertionError(
            "still pending: " + tasks.size() + " tasks, timers due in " + pendingTimers());
      }
    } finally {
      lock.unlock();
    }
    assertNoFailures();
  }

  /**
   * Checks that no task has thrown.
   *
   * @throws AssertionError with what was thrown as its suppressed exceptions
   */
  public void assertNoFailures() {
    List<Throwable> thrown = failures();
    if (!thrown.isEmpty()) {
      AssertionError error = new AssertionError(thrown.size() + " tasks threw");
      thrown.forEach(error::addSuppressed);
      throw error;
    }
  }

  /** The next task, or timer due until then; time moves to the timer, or to the target at last. */
  private @Nullable Runnable next(long target) {
    lock.lock();
    try {
      Runnable task = tasks.poll();
      if (task != null) {
        return task;
      }
      if (!timers.isEmpty() && timers.first().due <= target) {
        ManualTimer timer = Objects.requireNonNull(timers.pollFirst());
        nanos = Math.max(nanos, timer.due);
        return timer.task;
      }
      nanos = target;
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void run(Runnable task) {
    runner = Thread.currentThread();
    try {
      task.run();
    } catch (Throwable e) {
      LOG.error("a task threw; the loop goes on", e);
      lock.lock();
      try {
        failures.add(e);
      } finally {
        lock.unlock();
      }
    } finally {
      runner = null;
    }
  }

  private static long saturatedNanos(Duration time) {
    // A quarter of the range is 73 years: sums cannot overflow.
    Duration longest = Duration.ofNanos(Long.MAX_VALUE / 4);
    return time.compareTo(longest) >= 0 ? longest.toNanos() : time.toNanos();
  }

  private final class ManualTimer implements Timer {
    private final long due;
    private final long number;
    private final Runnable task;

    ManualTimer(long due, long number, Runnable task) {
      this.due = due;
      this.number = number;
      this.task = task;
    }

    @Override
    public void cancel() {
      lock.lock();
      try {
        timers.remove(this);
      } finally {
        lock.unlock();
      }
    }
  }
}
