package to.clasp.client;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import to.clasp.client.Revisions.Kind;
import to.clasp.core.address.AddressPattern;
import to.clasp.transport.loop.EventLoop;

/** Subscriptions to what peers send, which no router knows of. */
final class PeerSubscriptions {

  private final Subscriptions all = new Subscriptions();
  private final AtomicInteger count = new AtomicInteger();
  private final Dispatcher dispatcher;
  private final EventLoop loop;
  private final PeerBrake brake;
  private final PeerLimits limits;

  PeerSubscriptions(Dispatcher dispatcher, EventLoop loop, PeerBrake brake, PeerLimits limits) {
    this.brake = brake;
    this.dispatcher = dispatcher;
    this.loop = loop;
    this.limits = limits;
  }

  /**
   * Adds a subscription. For any thread.
   *
   * @param known what is known already, asked on the loop; what matches is delivered first
   */
  Subscription add(String pattern, UpdateHandler handler, Supplier<List<Update>> known) {
    Consumer<ActiveSubscription> end =
        ended ->
            loop.execute(
                () -> {
                  if (all.snapshot().contains(ended)) {
                    all.remove(ended);
                    count.decrementAndGet();
                  }
                  ended.ended();
                });
    ActiveSubscription added =
        new ActiveSubscription(
            AddressPattern.parse(pattern),
            SubscribeOptions.DEFAULTS,
            handler,
            dispatcher,
            loop,
            limits.maxQueuedUpdates(),
            limits.maxCachedValues(),
            brake,
            end);
    loop.execute(
        () -> {
          if (added.isClosed()) {
            return;
          }
          all.add(added);
          count.incrementAndGet();
          for (Update update : known.get()) {
            if (added.addressPattern().matches(update.address())) {
              added.offer(update, Kind.LIVE);
            }
          }
        });
    return added;
  }

  /** On the loop. */
  void dispatch(Update update) {
    all.dispatch(update, Kind.LIVE);
  }

  /** Ends all. For any thread. */
  void close() {
    loop.execute(() -> all.snapshot().forEach(ActiveSubscription::close));
  }

  /** For any thread. */
  boolean isEmpty() {
    return count.get() == 0;
  }
}
