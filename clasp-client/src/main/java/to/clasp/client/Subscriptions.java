package to.clasp.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import to.clasp.client.Revisions.Kind;

/**
 * All subscriptions of a client. The only place that knows how an update finds those that want it.
 */
final class Subscriptions {

  private final List<ActiveSubscription> all = new CopyOnWriteArrayList<>();
  private final AtomicInteger ids = new AtomicInteger();

  /** A fresh id; never reused, for a router keeps both patterns when an id comes twice. */
  int nextId() {
    return ids.incrementAndGet();
  }

  void add(ActiveSubscription subscription) {
    all.add(subscription);
  }

  void remove(ActiveSubscription subscription) {
    all.remove(subscription);
  }

  List<ActiveSubscription> snapshot() {
    return new ArrayList<>(all);
  }

  /** On the loop: hands an update to all that want it. */
  void dispatch(Update update, Kind kind) {
    for (ActiveSubscription subscription : all) {
      if (!subscription.isClosed() && subscription.wants(update)) {
        subscription.offer(update, kind);
      }
    }
  }

  /** On the loop: ids and revisions start anew with a session. */
  void newSession() {
    all.forEach(ActiveSubscription::newSession);
  }
}
