package to.clasp.hybrid;

import to.clasp.transport.Transport;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.pace.PaceOptions;
import to.clasp.transport.pace.PacedTransport;

/**
 * Allows plain copies of frames that travel in envelopes, as far as a share of the router's message
 * rate goes. Confined to the loop.
 */
final class CopyBudget {

  /** Saved up for so long at most. */
  private static final double BURST_SECONDS = 0.1;

  private static final double NANOS = 1e9;

  /** What receivers expect is bounded, and what they have forgotten would be delivered twice. */
  private static final double MAX_PER_SECOND = 400;

  private final Transport router;
  private final EventLoop loop;
  private final double share;
  private double copies;
  private long filledAt;

  CopyBudget(Transport router, EventLoop loop, int percent) {
    this.router = router;
    this.loop = loop;
    this.share = percent / 100.0;
    this.filledAt = loop.nanoTime();
    this.copies = Math.max(1, rate() * BURST_SECONDS);
  }

  boolean take() {
    long now = loop.nanoTime();
    double rate = rate();
    copies =
        Math.min(
            Math.max(1, rate * BURST_SECONDS), copies + rate * (double) (now - filledAt) / NANOS);
    filledAt = now;
    if (share == 0 || copies < 1) {
      return false;
    }
    copies--;
    return true;
  }

  private double rate() {
    double limit =
        router instanceof PacedTransport paced
            ? paced.messagesPerSecond()
            : PaceOptions.DEFAULT_MESSAGES_PER_SECOND;
    return Math.min(limit * share, MAX_PER_SECOND);
  }
}
