package to.clasp.router.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.random.RandomGenerator;
import to.clasp.router.options.BadManner;
import to.clasp.router.options.RouterOptions;
import to.clasp.router.session.Session;
import to.clasp.router.subscription.SubscriptionIndex;
import to.clasp.transport.loop.EventLoop;

/** What all parts of the engine share. */
final class Context {

  final RouterOptions options;
  final EventLoop loop;
  final InstantSource clock;
  final RandomGenerator random;
  final Counters counters = new Counters();
  final SubscriptionIndex<Session> index = new SubscriptionIndex<>();

  /** Registered sessions by id. Changed on the loop, read by any thread. */
  final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();

  private volatile Set<BadManner> manners;

  Context(RouterOptions options, EventLoop loop, InstantSource clock, RandomGenerator random) {
    this.options = options;
    this.loop = loop;
    this.clock = clock;
    this.random = random;
    this.manners = options.manners();
  }

  boolean has(BadManner manner) {
    return manners.contains(manner);
  }

  Set<BadManner> manners() {
    return manners;
  }

  void manners(Set<BadManner> changed) {
    manners = Set.copyOf(changed);
  }

  long nowMicros() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  /** Nothing more is delivered to the session; its connection may live on. */
  void unregister(Session session) {
    sessions.remove(session.id());
    session.unregister(index);
    session.connection().ended(session);
    counters.subscriptions.set(index.size());
  }
}
