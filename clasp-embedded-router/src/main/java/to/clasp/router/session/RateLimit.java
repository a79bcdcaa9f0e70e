package to.clasp.router.session;

/**
 * Counts the messages of one session in each calendar second of the router's clock (CLASP router
 * behaviour, "Rate limit").
 */
public final class RateLimit {

  private final int perSecond;
  private long second = Long.MIN_VALUE;
  private int count;

  /**
   * Makes a limit.
   *
   * @param perSecond messages allowed in a second; 0 for no limit
   */
  public RateLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * Counts a message.
   *
   * @param nowSecond the second it came in
   * @return false if it is over the limit
   */
  public boolean admits(long nowSecond) {
    if (perSecond == 0) {
      return true;
    }
    if (second != nowSecond) {
      second = nowSecond;
      count = 0;
    }
    if (count == perSecond) {
      return false;
    }
    count++;
    return true;
  }
}
