package to.clasp.router.subscription;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.message.SignalType;

/**
 * All subscriptions, in a tree by the segments of their patterns, so that finding who gets a
 * message takes time by the length of its address, not by the number of subscriptions.
 *
 * <p>The rule is that of {@link AddressPattern}. Confined to one thread.
 *
 * @param <S> who subscribes
 */
public final class SubscriptionIndex<S extends Subscriber> {

  private final Node<S> root = new Node<>();

  // Reused by each match.
  private final List<S> found = new ArrayList<>();
  private List<Node<S>> here = new ArrayList<>();
  private List<Node<S>> next = new ArrayList<>();
  private long steps;
  private long matches;
  private int size;

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
    Node<S> node = root;
    for (String segment : pattern.text().substring(1).split("/", -1)) {
      node = node.child(segment);
    }
    Subscription<S> subscription = new Subscription<>(subscriber, pattern, types, node);
    node.add(subscription);
    size++;
    return subscription;
  }

  /**
   * Removes a subscription.
   *
   * @param subscription one that was added and not yet removed
   */
  public void remove(Subscription<S> subscription) {
    subscription.node().remove(subscription);
    size--;
  }

  /**
   * Counts the subscriptions.
   *
   * @return their number
   */
  public int size() {
    return size;
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
    // Routers cut addresses after the first byte, which fails when that is a part of a character.
    if (size == 0 || (!address.isEmpty() && address.charAt(0) >= 0x80)) {
      return found;
    }
    walk(address);
    matches++;
    for (Node<S> node : here) {
      for (Subscription<S> subscription : node.ends()) {
        if (subscription.wants(address, signal) && subscription.subscriber().foundFirst(matches)) {
          found.add(subscription.subscriber());
        }
      }
    }
    return found;
  }

  /** Goes through all patterns at once, segment by segment; each node counts once in each step. */
  private void walk(String address) {
    here.clear();
    root.enter(++steps, here);
    int length = address.length();
    int start = Math.min(1, length);
    while (start <= length && !here.isEmpty()) {
      int slash = address.indexOf('/', start);
      int end = slash < 0 ? length : slash;
      String segment = address.substring(start, end);
      next.clear();
      steps++;
      for (Node<S> node : here) {
        node.advance(segment, steps, next);
      }
      List<Node<S>> done = here;
      here = next;
      next = done;
      start = end + 1;
    }
  }
}
