package to.clasp.hybrid.peer;

import java.time.Duration;
import to.clasp.transport.loop.EventLoop;

/**
 * A token bucket of offers: a minute's worth at once, then as many a minute as are allowed.
 * Confined to the loop.
 */
final class OfferLimit {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final int perMinute;
  private final EventLoop loop;
  private double tokens;
  private long last;

  OfferLimit(int perMinute, EventLoop loop) {
    this.perMinute = perMinute;
    this.loop = loop;
    this.tokens = perMinute;
    this.last = loop.nanoTime();
  }

  /** Takes one; false if there is none. */
  boolean permits() {
    long now = loop.nanoTime();
    tokens = Math.min(perMinute, tokens + (double) (now - last) * perMinute / MINUTE);
    last = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
