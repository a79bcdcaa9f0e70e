package to.clasp.client;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.SerialQueue.Offer;

/** Runs user code: callbacks of subscriptions, and the client's listener. */
final class Dispatcher {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** Enough that one stalled callback does not hold up the others; threads start when needed. */
  private static final int THREADS = 4;

  /**
   * Events of the client itself are rare; a listener that stalls for so many has other troubles.
   */
  private static final int MAX_QUEUED_EVENTS = 10_000;

  private final @Nullable ThreadPoolExecutor own;
  private final Executor executor;
  private final SerialQueue<Consumer<ClientListener>> events;

  Dispatcher(String name, @Nullable Executor given, ClientListener listener) {
    if (given == null) {
      own = pool(name);
      executor = own;
    } else {
      own = null;
      executor = given;
    }
    events =
        new SerialQueue<>(
            this::execute, MAX_QUEUED_EVENTS, event -> false, event -> tell(listener, event));
  }

  private static ThreadPoolExecutor pool(String name) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new Thread(task, "clasp-dispatch-" + name + "-" + number.incrementAndGet()));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static void tell(ClientListener listener, Consumer<ClientListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException | Error e) {
      LOG.error("a client listener threw; the client goes on", e);
    }
  }

  private void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("the dispatcher has been shut down; an update is dropped", e);
    }
  }

  /** Tells the client's listener of something. */
  void event(Consumer<ClientListener> event) {
    if (events.offer(event) != Offer.QUEUED) {
      LOG.warn("the client listener is stalled; an event is dropped");
    }
  }

  /** Makes a queue whose items are handled in order. */
  <T> SerialQueue<T> queue(
      int capacity, java.util.function.Predicate<T> lossy, Consumer<T> handler) {
    return new SerialQueue<>(this::execute, capacity, lossy, handler);
  }

  /** Lets what is queued run, takes nothing more; threads of our own end. */
  void shutDown() {
    if (own != null) {
      own.shutdown();
    }
  }

  /** Waits for our own threads; false when user code still runs after the time. */
  boolean awaitEnd(Duration timeout) throws InterruptedException {
    return own == null || own.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Interrupts user code that runs on our own threads. */
  void abandon() {
    if (own != null) {
      own.shutdownNow();
    }
  }
}
