package to.clasp.client;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import to.clasp.client.Revisions.Kind;
import to.clasp.core.address.PatternIndex;

/** All subscriptions of a client. Confined to the loop, but for adding. */
final class Subscriptions {

  /** Those that whatever is handled from now on must find, and the loop has not taken in yet. */
  private final Queue<ActiveSubscription> added = new ConcurrentLinkedQueue<>();

  private final AtomicInteger ids = new AtomicInteger();

  // Below: the loop only.
  private final Set<ActiveSubscription> all = new LinkedHashSet<>();
  private final PatternIndex<ActiveSubscription> index = new PatternIndex<>();

  /** A fresh id; never reused, for a router keeps both patterns when an id comes twice. */
  int nextId() {
    return ids.incrementAndGet();
  }

  /** Any thread: from now on it hears of what it matches. */
  void add(ActiveSubscription subscription) {
    added.add(subscription);
  }

  void remove(ActiveSubscription subscription) {
    takeIn();
    if (all.remove(subscription)) {
      index.remove(subscription.addressPattern(), subscription);
    }
  }

  List<ActiveSubscription> snapshot() {
    takeIn();
    return new ArrayList<>(all);
  }

  /** Finds those whose pattern matches an address; valid until the next call. */
  List<ActiveSubscription> matching(String address) {
    takeIn();
    return index.match(address);
  }

  /** Hands an update to all that want it. */
  void dispatch(Update update, Kind kind) {
    dispatch(matching(update.address()), update, kind);
  }

  /** Hands an update to all that want it of those whose pattern matches. */
  static void dispatch(List<ActiveSubscription> matching, Update update, Kind kind) {
    for (int i = 0; i < matching.size(); i++) {
      matching.get(i).offer(update, kind);
    }
  }

  /**
   * Hands what the router has stored to those subscriptions that cannot have heard it from the peer
   * that wrote it.
   *
   * @param since when the peer wrote it, on the loop's clock
   */
  void dispatchToNew(Update update, long since) {
    for (ActiveSubscription subscription : matching(update.address())) {
      if (subscription.isNewerThan(since)) {
        subscription.offer(update, Kind.SNAPSHOT);
      }
    }
  }

  /** Ids and revisions start anew with a session. */
  void newSession() {
    takeIn();
    all.forEach(ActiveSubscription::newSession);
  }

  private void takeIn() {
    for (ActiveSubscription next = added.poll(); next != null; next = added.poll()) {
      all.add(next);
      index.add(next.addressPattern(), next);
    }
  }
}
