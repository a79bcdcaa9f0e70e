package to.clasp.hybrid.link;

import java.time.Duration;

/**
 * Watches one data channel, which loses nothing and keeps order: every message that asks for it is
 * receipted by count. When a receipt is overdue, and none has come meanwhile, nothing gets through.
 * Guarded by the link's lock.
 *
 * <p>Overdue is a multiple of the measured round trip on top of a floor, for one lost packet costs
 * SCTP 400 ms (RFC 9260 recommends a least retransmission timeout of one second; libwebrtc has 400
 * ms) and a link that is only slow must not count as dead. Where receipts have been late lately, it
 * takes twice as long as the latest of them.
 */
final class PathMonitor {

  private static final int ROUND_TRIPS = 20;
  private static final long LATEST_KEPT = Duration.ofSeconds(15).toNanos();

  private final long floor;
  private final long ceiling;

  /** When each message that has no receipt was sent: a ring whose size is a power of two. */
  private long[] sentAt = new long[64];

  private int sent;
  private int receipted;

  /** Messages up to this one were sent before the channel began to carry again. */
  private int doubted;

  /** The channel became suspect, and has not been trusted again. */
  private boolean doubtful;

  private boolean proven;

  private long roundTrip = -1;
  private long latest;
  private long latestBefore;
  private long latestSince;
  private long forgiven;
  private long lastSent;
  private long lastReceipt;

  PathMonitor(Duration floor, Duration ceiling, long now) {
    this.floor = floor.toNanos();
    this.ceiling = ceiling.toNanos();
    this.latestSince = now;
    this.forgiven = now;
    this.lastSent = now;
    this.lastReceipt = now;
  }

  void sent(long now) {
    int open = sent - receipted;
    if (open == sentAt.length) {
      long[] larger = new long[open * 2];
      for (int number = receipted; number != sent; number++) {
        larger[number & (larger.length - 1)] = sentAt[number & (sentAt.length - 1)];
      }
      sentAt = larger;
    }
    sentAt[sent & (sentAt.length - 1)] = now;
    sent++;
    lastSent = now;
  }

  /** The other side has received so many; true if that is news. */
  boolean receipt(int count, long now) {
    int news = count - receipted;
    if (news <= 0 || news > sent - receipted) {
      return false;
    }
    if (!doubtful && count - doubted > 0) {
      sample(now - sentAt[(count - 1) & (sentAt.length - 1)], now);
    }
    receipted = count;
    proven = true;
    lastReceipt = now;
    return true;
  }

  private void sample(long took, long now) {
    roundTrip = roundTrip < 0 ? took : roundTrip + (took - roundTrip) / 8;
    if (now - latestSince > LATEST_KEPT) {
      latestBefore = latest;
      latest = 0;
      latestSince = now;
    }
    latest = Math.max(latest, took);
  }

  /**
   * The channel has become suspect: how long an outage held messages up tells nothing about how
   * long a receipt takes.
   */
  void doubt() {
    doubtful = true;
  }

  /** Something has come through; it matters where the channel was suspect. */
  void heals() {
    if (doubtful) {
      doubted = sent;
    }
  }

  /**
   * Whether a message that was sent since then has come through as well, so that all before it has.
   * SCTP begins anew with one packet, for which the receiver may keep its acknowledgement back (200
   * ms): what is sent meanwhile waits.
   */
  boolean hasHealed() {
    return !doubtful || receipted - doubted > 0;
  }

  /** The channel is trusted: how long receipts take counts for what is sent from now on. */
  void carries() {
    if (doubtful) {
      doubtful = false;
      doubted = sent;
    }
  }

  /** Whether anything has come through and back. */
  boolean isProven() {
    return proven;
  }

  boolean isWaiting() {
    return sent != receipted;
  }

  /** When a message that asks for a receipt was last sent. */
  long lastSent() {
    return lastSent;
  }

  /** The smoothed round trip in nanoseconds, or -1. It includes the delay of acknowledgements. */
  long roundTrip() {
    return roundTrip;
  }

  /** How late a receipt may be. */
  long limit() {
    long known = Math.max(roundTrip, 0);
    long late = 2 * Math.max(latest, latestBefore);
    return Math.min(ceiling, Math.max(floor + ROUND_TRIPS * known, late));
  }

  boolean isSilent(long now) {
    return nanosUntilSilent(now) <= 0;
  }

  /** How long until a receipt is overdue if none comes; never while none is waited for. */
  long nanosUntilSilent(long now) {
    return isWaiting() ? since() + limit() - now : Long.MAX_VALUE;
  }

  /** As long as receipts come, however late, a link is slow and not silent. */
  private long since() {
    long oldest = sentAt[receipted & (sentAt.length - 1)];
    return latest(latest(oldest, lastReceipt), forgiven);
  }

  private static long latest(long one, long other) {
    return one - other > 0 ? one : other;
  }

  /** This process has slept; receipts may be waiting to be read. */
  void forgive(long now) {
    forgiven = now;
  }
}
