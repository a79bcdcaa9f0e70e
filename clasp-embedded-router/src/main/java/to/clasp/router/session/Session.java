package to.clasp.router.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import to.clasp.router.security.Scopes;
import to.clasp.router.subscription.Subscriber;
import to.clasp.router.subscription.Subscription;
import to.clasp.router.subscription.SubscriptionIndex;

/**
 * What a HELLO began. Confined to the event loop, but for what is final.
 *
 * <p>A session that is not registered is a zombie: its requests are answered, but nothing is
 * delivered to it.
 */
public final class Session extends Subscriber {

  private final String id;
  private final String name;
  private final Connection connection;
  private final Scopes scopes;
  private final RateLimit rateLimit;

  /** The latest of each id. An id that is used again leaves the earlier one to deliver. */
  private final Map<Integer, Subscription<Session>> byId = new HashMap<>();

  private final List<Subscription<Session>> subscriptions = new ArrayList<>();
  private boolean registered = true;
  private long lastDeliveryNanos;

  /**
   * Makes a session.
   *
   * @param id its id
   * @param name what the client calls itself
   * @param connection where it lives
   * @param scopes what it may do
   * @param rateLimit how fast it may send
   * @param nowNanos the monotonic clock
   */
  public Session(
      String id,
      String name,
      Connection connection,
      Scopes scopes,
      RateLimit rateLimit,
      long nowNanos) {
    this.id = id;
    this.name = name;
    this.connection = connection;
    this.scopes = scopes;
    this.rateLimit = rateLimit;
    this.lastDeliveryNanos = nowNanos;
  }

  /**
   * Returns the id.
   *
   * @return a UUID of version 4
   */
  public String id() {
    return id;
  }

  /**
   * Returns the name.
   *
   * @return what the client calls itself
   */
  public String name() {
    return name;
  }

  /**
   * Returns the connection.
   *
   * @return where the session lives
   */
  public Connection connection() {
    return connection;
  }

  /**
   * Returns the scopes.
   *
   * @return what the session may do
   */
  public Scopes scopes() {
    return scopes;
  }

  /**
   * Returns the rate limit.
   *
   * @return how fast the session may send
   */
  public RateLimit rateLimit() {
    return rateLimit;
  }

  /**
   * Tells whether deliveries reach the session.
   *
   * @return false if it is a zombie
   */
  public boolean registered() {
    return registered;
  }

  /**
   * Remembers a delivery: this, and nothing the client does, keeps a session from being idle.
   *
   * @param nowNanos the monotonic clock
   */
  public void delivered(long nowNanos) {
    lastDeliveryNanos = nowNanos;
  }

  /**
   * Tells how long nothing was delivered.
   *
   * @param nowNanos the monotonic clock
   * @return nanoseconds
   */
  public long idleNanos(long nowNanos) {
    return nowNanos - lastDeliveryNanos;
  }

  /**
   * Counts live subscriptions.
   *
   * @return their number
   */
  public int subscriptionCount() {
    return subscriptions.size();
  }

  /**
   * Adds a subscription.
   *
   * @param subscriptionId the client's id of it
   * @param subscription the subscription
   */
  public void subscribed(int subscriptionId, Subscription<Session> subscription) {
    byId.put(subscriptionId, subscription);
    subscriptions.add(subscription);
  }

  /**
   * Ends the latest subscription of an id; an unknown id does nothing.
   *
   * @param subscriptionId the client's id of it
   * @param index where it is
   */
  public void unsubscribe(int subscriptionId, SubscriptionIndex<Session> index) {
    Subscription<Session> subscription = byId.remove(subscriptionId);
    if (subscription != null) {
      subscriptions.remove(subscription);
      index.remove(subscription);
    }
  }

  /**
   * Ends all subscriptions; from now on nothing is delivered.
   *
   * @param index where they are
   */
  public void unregister(SubscriptionIndex<Session> index) {
    registered = false;
    subscriptions.forEach(index::remove);
    subscriptions.clear();
    byId.clear();
  }

  @Override
  public String toString() {
    return "session " + id + " (" + name + ")";
  }
}
