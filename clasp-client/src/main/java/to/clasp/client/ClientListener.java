package to.clasp.client;

import java.time.Duration;
import to.clasp.transport.CloseReason;

/** Hears of the client itself. Called on the dispatcher, one call at a time, in order. */
public interface ClientListener {

  /**
   * A session stands; after the first one, all subscriptions have been made again.
   *
   * @param session the new session
   */
  default void onConnected(SessionInfo session) {}

  /**
   * The session is lost and another one will be made.
   *
   * @param reason why
   * @param attempt number of the attempt that follows, counted from 1
   * @param delay how long the client waits before it
   */
  default void onInterrupted(CloseReason reason, int attempt, Duration delay) {}

  /** There is room again after a {@link BackpressureException}. */
  default void onWritable() {}

  /**
   * The router refused something that no caller waits for: a subscription, an event, a new session
   * after the first one. Or it drops messages: ours, for there are too many (told once a second),
   * or those for us, for we read too slowly; the client then reads the state again.
   *
   * @param error what the router said
   */
  default void onRouterError(ClaspException error) {}

  /**
   * A subscription's callback threw. Told once for each subscription.
   *
   * @param subscription whose callback
   * @param failure what it threw
   */
  default void onCallbackFailure(Subscription subscription, Throwable failure) {}

  /**
   * A subscription's callback is slower than updates come, and updates are being dropped. Told once
   * until the callback has caught up.
   *
   * @param subscription whose callback
   */
  default void onSlowCallback(Subscription subscription) {}

  /**
   * Direct links cannot be had; everything goes through the router.
   *
   * @param reason what is missing and what to add
   */
  default void onP2PUnavailable(String reason) {}

  /**
   * The client is closed for good.
   *
   * @param reason why
   */
  default void onClosed(CloseReason reason) {}
}
