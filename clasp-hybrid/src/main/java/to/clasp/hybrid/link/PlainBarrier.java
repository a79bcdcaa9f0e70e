package to.clasp.hybrid.link;

import java.time.Duration;

/**
 * Keeps numbered frames from being delivered before the plain ones that went through the router
 * before them: a barrier has the number before theirs, and follows the plain frames through the
 * router. When that takes too long it is given up, and travels with the frames. Guarded by the
 * link's lock.
 */
final class PlainBarrier {

  private static final long NONE = -1;

  private final Duration timeout;
  private final Duration resend;
  private boolean plainSent;
  private long lastPlain;
  private long number = NONE;
  private long since;
  private long sentAt;

  PlainBarrier(Duration timeout, Duration resend) {
    this.timeout = timeout;
    this.resend = resend;
  }

  /** A frame has been sent plainly. */
  void plainSent(long now) {
    plainSent = true;
    lastPlain = now;
  }

  /** Frames are numbered from now on: whether plain ones may still be on their way. */
  boolean isNeeded(long now) {
    boolean recent = plainSent && now - lastPlain < timeout.toNanos();
    plainSent = false;
    return recent;
  }

  void raise(long at, long now) {
    number = at;
    since = now;
  }

  void forget() {
    number = NONE;
  }

  long number() {
    return number;
  }

  /** Whether the peer has not said that it has it. */
  boolean isUp(long firstUnacknowledged) {
    return number != NONE && number >= firstUnacknowledged;
  }

  /** Whether a number is the barrier's, and it goes through the router while frames do not. */
  boolean goesApart(long at, boolean relayUp, long now) {
    return at == number && !isExpired(relayUp, now);
  }

  boolean isExpired(boolean relayUp, long now) {
    return !relayUp || now - since >= timeout.toNanos();
  }

  void sent(long now) {
    sentAt = now;
  }

  /** Whether it may have been lost on its way. */
  boolean isOverdue(long now) {
    return now - sentAt >= resend.toNanos();
  }
}
