package to.clasp.client;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Threads for callbacks. A further one is started only when all that there are have something to
 * do: by itself the JDK's pool would start all of them first and then use them in turn, and a
 * thread that has just run is quicker than one that has not run for a while. Threads stay until the
 * pool is shut down: were one to end while a task is left to it, the task would wait for another
 * one, which may have stalled.
 */
final class CallbackThreads extends ThreadPoolExecutor {

  /** Tasks that run or wait. */
  private final AtomicInteger unfinished = new AtomicInteger();

  /**
   * Makes a pool without a thread.
   *
   * @param name of the client
   * @param threads how many there may be
   */
  CallbackThreads(String name, int threads) {
    this(name, threads, new Backlog());
  }

  private CallbackThreads(String name, int threads, Backlog backlog) {
    super(1, threads, Long.MAX_VALUE, TimeUnit.NANOSECONDS, backlog);
    AtomicInteger number = new AtomicInteger();
    setThreadFactory(
        task -> new Thread(task, "clasp-dispatch-" + name + "-" + number.incrementAndGet()));
    setRejectedExecutionHandler((task, pool) -> waitForAThread(task, backlog));
    backlog.pool = this;
  }

  @Override
  public void execute(Runnable task) {
    unfinished.incrementAndGet();
    try {
      super.execute(task);
    } catch (RejectedExecutionException e) {
      unfinished.decrementAndGet();
      throw e;
    }
  }

  @Override
  protected void afterExecute(Runnable task, @Nullable Throwable failure) {
    unfinished.decrementAndGet();
  }

  /** No thread is without work, and there may be no more of them. */
  private void waitForAThread(Runnable task, Backlog backlog) {
    if (isShutdown()) {
      throw new RejectedExecutionException("the client is closed");
    }
    backlog.add(task);
  }

  private boolean isAThreadWithoutWork() {
    int tasks = unfinished.get();
    // The pool has a thread for the first one in any case.
    return tasks <= 1 || tasks <= getPoolSize();
  }

  /** Refuses a task that would wait, so that the pool starts a thread for it. */
  private static final class Backlog extends LinkedBlockingQueue<Runnable> {

    private static final long serialVersionUID = 1;

    private transient @Nullable CallbackThreads pool;

    @Override
    public boolean offer(Runnable task) {
      CallbackThreads threads = pool;
      return threads != null && threads.isAThreadWithoutWork() && super.offer(task);
    }

    @Override
    public boolean add(Runnable task) {
      return super.offer(task);
    }
  }
}
