package to.clasp.client;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.SerialQueue.Offer;

/** Runs user code: callbacks of subscriptions, and the client's listener. */
final class Dispatcher implements SerialQueue.Runner {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /**
   * Events of the client itself are rare; a listener that stalls for so many has other troubles.
   */
  private static final int MAX_QUEUED_EVENTS = 10_000;

  private final @Nullable CallbackThreads own;
  private final Executor executor;
  private final SerialQueue<Consumer<ClientListener>> events;
  private final ThreadLocal<Boolean> inCallback = ThreadLocal.withInitial(() -> false);
  private final AtomicBoolean refusalTold = new AtomicBoolean();
  private volatile boolean abandoned;

  /**
   * Makes a dispatcher.
   *
   * @param given runs everything, or null for a pool of our own
   * @param threads of the pool of our own: so many callbacks may stall and not hold up the others
   */
  Dispatcher(String name, @Nullable Executor given, int threads, ClientListener listener) {
    own = given == null ? new CallbackThreads(name, threads) : null;
    executor = own == null ? Objects.requireNonNull(given) : own;
    events =
        new SerialQueue<>(
            this,
            Runnable::run,
            MAX_QUEUED_EVENTS,
            (waiting, newer) -> false,
            event -> tell(listener, event));
  }

  private static void tell(ClientListener listener, Consumer<ClientListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException | Error e) {
      LOG.error("a client listener threw; the client goes on", e);
    }
  }

  @Override
  public boolean run(Runnable task) {
    try {
      executor.execute(
          () -> {
            inCallback.set(true);
            try {
              task.run();
            } finally {
              inCallback.remove();
            }
          });
      return true;
    } catch (RejectedExecutionException e) {
      if (own == null && refusalTold.compareAndSet(false, true)) {
        LOG.warn("the executor for callbacks refuses tasks; callbacks are late, this is told once");
      }
      return false;
    }
  }

  @Override
  public boolean isAbandoned() {
    return abandoned;
  }

  /** Whether the calling thread is running user code of this client. */
  boolean isInCallback() {
    return inCallback.get();
  }

  /** Tells the client's listener of something. */
  void event(Consumer<ClientListener> event) {
    if (events.offer(event) == Offer.FIRST_DROP) {
      LOG.warn("the client listener is stalled; events are dropped");
    }
  }

  /**
   * Makes a queue whose items are handled in order.
   *
   * @param starter where the hand-over to the threads is made
   */
  <T> SerialQueue<T> queue(
      Executor starter, int capacity, BiPredicate<T, T> givesWay, Consumer<T> handler) {
    return queue(starter, capacity, givesWay, handler, () -> {});
  }

  /**
   * Makes a queue whose items are handled in order, and that tells when it has room again.
   *
   * @param starter where the hand-over to the threads is made
   * @param roomAgain called when a crowded queue has room again
   */
  <T> SerialQueue<T> queue(
      Executor starter,
      int capacity,
      BiPredicate<T, T> givesWay,
      Consumer<T> handler,
      Runnable roomAgain) {
    return new SerialQueue<>(this, starter, capacity, givesWay, handler, roomAgain);
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

  /** Interrupts user code that runs on our own threads, and runs no more of it. */
  void abandon() {
    if (own != null) {
      abandoned = true;
      own.shutdownNow();
    }
  }
}
