package to.clasp.client;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.Revisions.Kind;
import to.clasp.client.SerialQueue.Offer;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.transport.loop.EventLoop;

/** One subscription: what it wants, and the way of an update to its callback. */
final class ActiveSubscription implements Subscription {

  private static final Logger LOG = LoggerFactory.getLogger(ActiveSubscription.class);

  /** Not known to a router yet. */
  static final int NO_ID = 0;

  private final AddressPattern pattern;
  private final SubscribeOptions options;
  private final UpdateHandler handler;
  private final Dispatcher dispatcher;
  private final EventLoop loop;
  private final Consumer<ActiveSubscription> onClose;
  private final SerialQueue<Update> queue;
  private final @Nullable Thinning thinning;
  private final PeerBrake.Pedal brake;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean failureTold = new AtomicBoolean();

  /** Loop only: what was delivered in this session. */
  private final Revisions revisions;

  /** When it was made, on the loop's clock. */
  private final long madeAt;

  /** Loop only: an earlier session knew it, so that it has heard what there was. */
  private boolean seasoned;

  /** Loop only: the id that it has with the router now. */
  private int id = NO_ID;

  ActiveSubscription(
      AddressPattern pattern,
      SubscribeOptions options,
      UpdateHandler handler,
      Dispatcher dispatcher,
      EventLoop loop,
      int maxQueuedUpdates,
      int maxKnownRevisions,
      PeerBrake brake,
      Consumer<ActiveSubscription> onClose) {
    this.pattern = pattern;
    this.options = options;
    this.handler = handler;
    this.dispatcher = dispatcher;
    this.loop = loop;
    this.onClose = onClose;
    this.revisions = new Revisions(maxKnownRevisions);
    this.madeAt = loop.nanoTime();
    // Whatever the loop handles first goes over to the dispatcher together.
    this.queue =
        dispatcher.queue(
            loop, maxQueuedUpdates, ActiveSubscription::givesWay, this::call, this::roomAgain);
    this.brake = brake.pedal(queue::handled);
    this.thinning = Thinning.isNeeded(options) ? new Thinning(options, loop, this::enqueue) : null;
  }

  /** Whether a waiting update may be dropped for a newer one when there is no room for both. */
  static boolean givesWay(Update waiting, Update newer) {
    return waiting.signal() == SignalType.STREAM
        || (waiting.signal() == SignalType.PARAM
            && newer.signal() == SignalType.PARAM
            && waiting.address().equals(newer.address()));
  }

  /** On the loop. */
  int id() {
    return id;
  }

  /** On the loop: the id of the request that goes to the router next. */
  void id(int next) {
    id = next;
  }

  @Override
  public String pattern() {
    return pattern.text();
  }

  AddressPattern addressPattern() {
    return pattern;
  }

  /** The base of the pattern, if it has one and parameters are wanted. */
  @Nullable String base() {
    boolean params = options.types().isEmpty() || options.types().contains(SignalType.PARAM);
    return params ? Enrolment.baseOf(pattern.text()) : null;
  }

  String requireBase() {
    return Objects.requireNonNull(base(), "no base");
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

  /** The request that makes this subscription with an id. */
  SubscribeMessage request(int id) {
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

  private boolean wants(SignalType signal) {
    return options.types().isEmpty() || options.types().contains(signal);
  }

  /** On the loop: takes an update of an address that it matches, if it wants it. */
  void offer(Update update, Kind kind) {
    if (isClosed() || !wants(update.signal())) {
      return;
    }
    Long revision = update.revision();
    if (revision != null
        && !revisions.isNews(update.address(), revision, update.value(), kind, loop.nanoTime())) {
      return;
    }
    if (thinning == null) {
      enqueue(update);
    } else {
      thinning.offer(update);
    }
  }

  /** On the loop: whether it was made after that, and no earlier session knew it. */
  boolean isNewerThan(long time) {
    return !seasoned && madeAt - time > 0;
  }

  /** On the loop: ids and revisions of one session mean nothing in the next one. */
  void newSession() {
    seasoned |= id != NO_ID;
    id = NO_ID;
    revisions.forget();
  }

  /** On the dispatcher. */
  private void roomAgain() {
    loop.execute(brake::release);
  }

  /** On the loop. */
  void ended() {
    brake.release();
    revisions.forget();
    if (thinning != null) {
      thinning.end();
    }
  }

  private void enqueue(Update update) {
    String peer = update.source().peerId();
    if (queue.offer(update) == Offer.FIRST_DROP) {
      LOG.warn("the callback of {} is too slow; updates are dropped", pattern.text());
      dispatcher.event(listener -> listener.onSlowCallback(this));
    }
    if (peer != null && queue.isCrowded()) {
      brake.press(peer);
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
