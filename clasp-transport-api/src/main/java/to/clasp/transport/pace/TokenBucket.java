package to.clasp.transport.pace;

import java.util.concurrent.TimeUnit;

/**
 * Permits messages so that no second, wherever it begins, holds more than a limit.
 *
 * <p>A bucket that holds {@code b} tokens and gains {@code r} a second lets at most {@code r + b}
 * through in any second. Here {@code r} is 90 % of the limit and {@code b} 5 % (at least one), so
 * at most 95 % of the limit leave in a second. The rest is for the network: the router counts the
 * arrivals within each second of its own clock, and a delay that shrinks by up to 50 ms between two
 * messages brings as many more into one of its seconds.
 *
 * <p>Not safe for use by several threads at once.
 */
final class TokenBucket {

  private static final double RATE_SHARE = 0.9;
  private static final double BURST_SHARE = 0.05;
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private double limit;
  private double tokens;
  private long filledAt;

  TokenBucket(double limit, long now) {
    this.limit = limit;
    reset(now);
  }

  /** Fills the bucket: what went out before does not count any more. */
  void reset(long now) {
    tokens = burst();
    filledAt = now;
  }

  /** Empties the bucket; it begins to fill again at a time to come. */
  void pauseUntil(long time) {
    tokens = 0;
    filledAt = time;
  }

  void limit(double messagesPerSecond, long now) {
    fill(now);
    limit = messagesPerSecond;
    tokens = Math.min(tokens, burst());
  }

  boolean tryTake(long now) {
    fill(now);
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }

  /** Returns a token that was taken for nothing. */
  void giveBack() {
    tokens = Math.min(burst(), tokens + 1);
  }

  /** How long until a token is there; zero when one is. */
  long nanosUntilToken(long now) {
    fill(now);
    if (tokens >= 1) {
      return 0;
    }
    long pause = Math.max(0, filledAt - now);
    return pause + (long) Math.ceil((1 - tokens) / rate() * NANOS_PER_SECOND);
  }

  private void fill(long now) {
    long elapsed = now - filledAt;
    if (elapsed > 0) {
      tokens = Math.min(burst(), tokens + elapsed / NANOS_PER_SECOND * rate());
      filledAt = now;
    }
  }

  private double rate() {
    return limit * RATE_SHARE;
  }

  private double burst() {
    return Math.max(1, Math.floor(limit * BURST_SHARE));
  }
}
