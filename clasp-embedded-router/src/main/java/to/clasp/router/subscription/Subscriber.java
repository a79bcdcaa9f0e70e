package to.clasp.router.subscription;

/** Someone who subscribes. Confined to one thread, as the index is. */
public abstract class Subscriber {

  /** The last match that found this subscriber: each match finds it once. */
  private long lastMatch;

  /** Makes a subscriber that no match has found. */
  protected Subscriber() {}

  boolean foundFirst(long match) {
    if (lastMatch == match) {
      return false;
    }
    lastMatch = match;
    return true;
  }
}
