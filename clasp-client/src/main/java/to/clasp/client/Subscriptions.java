package to.clasp.client;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import to.clasp.client.Revisions.Kind;
import to.clasp.core.address.PatternIndex;

/**
 * All subscriptions of a client. The only place that knows how an update finds those that want it.
 * Confined to the loop, but for the ids.
 */
final class Subscriptions {

  private final Set<ActiveSubscription> all = new LinkedHashSet<>();
  private final PatternIndex<ActiveSubscription> index = new PatternIndex<>();
  private final AtomicInteger ids = new AtomicInteger();

  /** A fresh id; never reused, for a router keeps both patterns when an id comes twice. */
  int nextId() {
    return ids.incrementAndGet();
  }

  void add(ActiveSubscription subscription) {
    all.add(subscription);
    index.add(subscription.addressPattern(), subscription);
  }

  void remove(ActiveSubscription subscription) {
    if (all.remove(subscription)) {
      index.remove(subscription.addressPattern(), subscription);
    }
  }

  List<ActiveSubscription> snapshot() {
    return new ArrayList<>(all);
  }

  /** Hands an update to all that want it. */
  void dispatch(Update update, Kind kind) {
    List<ActiveSubscription> matching = index.match(update.address());
    for (int i = 0; i < matching.size(); i++) {
      matching.get(i).offer(update, kind);
    }
  }

  /** Ids and revisions start anew with a session. */
  void newSession() {
    all.forEach(ActiveSubscription::newSession);
  }
}
