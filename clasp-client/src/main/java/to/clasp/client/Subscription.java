package to.clasp.client;

/** A subscription that lasts, over all reconnections, until it is closed. Safe for any thread. */
public interface Subscription extends AutoCloseable {

  /**
   * Returns the pattern.
   *
   * @return the pattern subscribed to
   */
  String pattern();

  /**
   * Returns how many updates were dropped because the callback was slower than they came.
   *
   * @return the count since the start
   */
  long dropped();

  /** Ends the subscription. The callback may still run for what was queued. Twice does nothing. */
  @Override
  void close();
}
