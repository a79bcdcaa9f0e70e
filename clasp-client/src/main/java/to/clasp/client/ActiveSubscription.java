package to.clasp.client;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.SerialQueue.Offer;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.transport.loop.EventLoop;

/** One subscription: what it wants, and the way of an update to its callback. */
final class ActiveSubscription implements Subscription {

  private static final Logger LOG = LoggerFactory.getLogger(ActiveSubscription.class);

  private final int id;
  private final AddressPattern pattern;
  private final SubscribeOptions options;
  private final UpdateHandler handler;
  private final Dispatcher dispatcher;
  private final Consumer<ActiveSubscription> onClose;
  private final SerialQueue<Update> queue;
  private final @Nullable Thinning thinning;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean failureTold = new AtomicBoolean();

  /** Loop only: revisions delivered in this session, to tell an old snapshot from news. */
  private final Map<String, Long> revisions;

  ActiveSubscription(
      int id,
      AddressPattern pattern,
      SubscribeOptions options,
      UpdateHandler handler,
      Dispatcher dispatcher,
      EventLoop loop,
      int maxQueuedUpdates,
      int maxKnownRevisions,
      Consumer<ActiveSubscription> onClose) {
    this.id = id;
    this.pattern = pattern;
    this.options = options;
    this.handler = handler;
    this.dispatcher = dispatcher;
    this.onClose = onClose;
    this.revisions = new LruMap<>(maxKnownRevisions);
    this.queue = dispatcher.queue(maxQueuedUpdates, Thinning::isLossy, this::call);
    this.thinning = Thinning.isNeeded(options) ? new Thinning(options, loop, this::enqueue) : null;
  }

  int id() {
    return id;
  }

  @Override
  public String pattern() {
    return pattern.text();
  }

  @Override
  public long dropped() {
    return queue.dropped();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      onClose.accept(this);
    }
  }

  boolean isClosed() {
    return closed.get();
  }

  /** The request that makes this subscription in a session. */
  SubscribeMessage request() {
    boolean plain =
        options.maxRate() == null && options.epsilon() == null && options.history() == null;
    return new SubscribeMessage(
        id,
        pattern.text(),
        options.types(),
        plain
            ? null
            : new to.clasp.core.message.SubscribeOptions(
                options.maxRate(), options.epsilon(), options.history(), null));
  }

  /** On the loop. */
  boolean wants(Update update) {
    return (options.types().isEmpty() || options.types().contains(update.signal()))
        && pattern.matches(update.address());
  }

  /** On the loop: takes an update that it wants. */
  void offer(Update update) {
    Long revision = update.revision();
    if (revision != null && !isNews(update.address(), revision)) {
      return;
    }
    if (thinning == null) {
      enqueue(update);
    } else {
      thinning.offer(update);
    }
  }

  private boolean isNews(String address, long revision) {
    Long known = revisions.get(address);
    if (known != null && Long.compareUnsigned(revision, known) <= 0) {
      return false;
    }
    revisions.put(address, revision);
    return true;
  }

  /** On the loop: revisions of another session mean nothing in the next one. */
  void forgetRevisions() {
    revisions.clear();
  }

  /** On the loop. */
  void ended() {
    revisions.clear();
    if (thinning != null) {
      thinning.end();
    }
  }

  private void enqueue(Update update) {
    if (queue.offer(update) == Offer.FIRST_DROP) {
      LOG.warn("the callback of {} is too slow; updates are dropped", pattern.text());
      dispatcher.event(listener -> listener.onSlowCallback(this));
    }
  }

  private void call(Update update) {
    if (closed.get()) {
      return;
    }
    try {
      handler.onUpdate(update);
    } catch (Exception | Error e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      if (failureTold.compareAndSet(false, true)) {
        LOG.error("the callback of {} threw; this is told once", pattern.text(), e);
        dispatcher.event(listener -> listener.onCallbackFailure(this, e));
      }
    }
  }
}
