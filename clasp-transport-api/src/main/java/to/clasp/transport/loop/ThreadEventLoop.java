package to.clasp.transport.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop on a thread of its own, with the system's clocks.
 *
 * <p>The thread is not a daemon: a program that only waits for messages lives until it closes what
 * it opened, and a program that closes everything ends by itself. So whoever starts a loop must
 * {@link #close()} it.
 *
 * <p>{@link #execute} costs a lock-free insertion, and a wake-up only when the loop is asleep.
 * Timers fire in the order of their times, those of the same time in the order in which they were
 * set, never early, and a few ten microseconds late on an idle machine.
 */
public final class ThreadEventLoop implements EventLoop {

  private static final Logger LOG = LoggerFactory.getLogger(ThreadEventLoop.class);

  /** How many tasks run before due timers get their turn. */
  private static final int TASKS_PER_ROUND = 64;

  /** About 146 years: sums with the clock cannot overflow. */
  private static final long MAX_DELAY_NANOS = Long.MAX_VALUE / 2;

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ConcurrentSkipListSet<ScheduledTask> timers =
      new ConcurrentSkipListSet<>(
          Comparator.<ScheduledTask>comparingLong(timer -> timer.due)
              .thenComparingLong(timer -> timer.number));
  private final AtomicLong timerNumbers = new AtomicLong();
  private final AtomicBoolean asleep = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final long origin = System.nanoTime();
  private final Thread thread;

  /** The thread only. */
  private boolean stopping;

  private ThreadEventLoop(String name) {
    thread = new Thread(this::run, name);
    thread.setDaemon(false);
  }

  /**
   * Starts a loop.
   *
   * @param name name of its thread
   * @return a running loop
   */
  public static ThreadEventLoop start(String name) {
    ThreadEventLoop loop = new ThreadEventLoop(Objects.requireNonNull(name, "name"));
    loop.thread.start();
    return loop;
  }

  @Override
  public void execute(Runnable task) {
    Objects.requireNonNull(task, "task");
    if (closed.get()) {
      return;
    }
    tasks.add(task);
    wakeUp();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Objects.requireNonNull(task, "task");
    long nanos =
        delay.compareTo(Duration.ofNanos(MAX_DELAY_NANOS)) >= 0
            ? MAX_DELAY_NANOS
            : Math.max(0, delay.toNanos());
    ScheduledTask timer =
        new ScheduledTask(nanoTime() - origin + nanos, timerNumbers.incrementAndGet(), task);
    if (!closed.get()) {
      timers.add(timer);
      if (firstTimer() == timer) {
        wakeUp();
      }
    }
    return timer;
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread() == thread;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      tasks.add(() -> stopping = true);
      wakeUp();
    }
  }

  /**
   * Waits until the loop has stopped after {@link #close()}.
   *
   * @param timeout how long to wait at most
   * @return true if the loop has stopped, false if the time ran out
   * @throws InterruptedException if the calling thread was interrupted
   * @throws IllegalStateException if called by a task of this loop, which would wait for itself
   */
  public boolean awaitStopped(Duration timeout) throws InterruptedException {
    if (inLoop()) {
      throw new IllegalStateException("a task of the loop cannot wait for the end of the loop");
    }
    return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public String toString() {
    return "ThreadEventLoop[" + thread.getName() + "]";
  }

  private void wakeUp() {
    // Of the threads that find the loop asleep, one wakes it.
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    try {
      while (!stopping) {
        boolean ranTask = runTasks();
        boolean ranTimer = runDueTimer();
        if (!ranTask && !ranTimer) {
          sleep();
        }
      }
    } finally {
      tasks.clear();
      timers.clear();
      ended.countDown();
    }
  }

  /** Runs some tasks; false when there was none. */
  private boolean runTasks() {
    for (int i = 0; i < TASKS_PER_ROUND && !stopping; i++) {
      Runnable task = tasks.poll();
      if (task == null) {
        return i > 0;
      }
      run(task);
    }
    return true;
  }

  /** Runs the first timer if it is due; false when none is. */
  private boolean runDueTimer() {
    if (closed.get()) {
      return false;
    }
    ScheduledTask next = firstTimer();
    if (next == null || next.remainingNanos() > 0) {
      return false;
    }
    // Unless another thread has just cancelled it.
    if (timers.remove(next)) {
      run(next.task);
    }
    return true;
  }

  private @Nullable ScheduledTask firstTimer() {
    // Not first(), which throws when another thread has just cancelled the last one.
    var all = timers.iterator();
    return all.hasNext() ? all.next() : null;
  }

  private void sleep() {
    asleep.set(true);
    // Whoever adds something from here on wakes the loop; what came before is looked for again.
    if (tasks.isEmpty()) {
      ScheduledTask next = closed.get() ? null : firstTimer();
      LockSupport.parkNanos(this, next == null ? MAX_DELAY_NANOS : next.remainingNanos());
    }
    asleep.set(false);
    // A task may have left the thread interrupted; parking would return at once for ever.
    if (Thread.interrupted()) {
      LOG.debug("{} was interrupted, which has no effect; close() ends it", this);
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      LOG.error("a task of {} threw; the loop goes on", this, e);
    }
  }

  private final class ScheduledTask implements Timer {
    /** When it is due, in nanoseconds since the loop was created: never negative. */
    private final long due;

    private final long number;
    private final Runnable task;

    ScheduledTask(long due, long number, Runnable task) {
      this.due = due;
      this.number = number;
      this.task = task;
    }

    /** Zero or less when it is due. */
    long remainingNanos() {
      return due - (nanoTime() - origin);
    }

    @Override
    public void cancel() {
      timers.remove(this);
    }
  }
}
