package to.clasp.router.subscription;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.address.PatternIndex;
import to.clasp.core.message.SignalType;

/**
 * All subscriptions, by their patterns; finding who gets a message takes time by the length of its
 * address, not by the number of subscriptions. Confined to one thread.
 *
 * @param <S> who subscribes
 */
public final class SubscriptionIndex<S extends Subscriber> {

  private final PatternIndex<Subscription<S>> byPattern = new PatternIndex<>();

  /** Reused by each match. */
  private final List<S> found = new ArrayList<>();

  private long matches;

  /** Makes an index without subscriptions. */
  public SubscriptionIndex() {}

  /**
   * Adds a subscription.
   *
   * @param subscriber who subscribes
   * @param pattern what addresses
   * @param types what kinds of data; none means all
   * @return the subscription, to remove it by
   */
  public Subscription<S> add(S subscriber, AddressPattern pattern, Set<SignalType> types) {
    Subscription<S> subscription = new Subscription<>(subscriber, pattern, types);
    byPattern.add(pattern, subscription);
    return subscription;
  }

  /**
   * Removes a subscription.
   *
   * @param subscription one that was added and not yet removed
   */
  public void remove(Subscription<S> subscription) {
    byPattern.remove(subscription.pattern(), subscription);
  }

  /**
   * Counts the subscriptions.
   *
   * @return their number
   */
  public int size() {
    return byPattern.size();
  }

  /**
   * Finds who gets a message.
   *
   * @param address its address; any string
   * @param signal its kind of data; null finds subscriptions to any kind
   * @return each subscriber once; valid until the next call
   */
  public List<S> match(String address, @Nullable SignalType signal) {
    found.clear();
    matches++;
    for (Subscription<S> subscription : byPattern.match(address)) {
      if (subscription.wants(signal) && subscription.subscriber().foundFirst(matches)) {
        found.add(subscription.subscriber());
      }
    }
    return found;
  }
}
