package to.clasp.hybrid.link;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * The way through the router, in envelopes. Each is acknowledged by the peer, and only a few are
 * under way at once: that clocks them to whatever rate the router allows, and keeps a peer that
 * reads slowly from holding up our connection. One that is not acknowledged in time counts as lost.
 * Guarded by the link's lock.
 */
final class RelayPath {

  private static final int ROUND_TRIPS = 4;
  private static final int MAX_DOUBLINGS = 5;

  private record Envelope(long next, long sentAt) {}

  private final int maxInFlight;
  private final long minTimeout;
  private final ArrayDeque<Envelope> inFlight = new ArrayDeque<>();
  private boolean up;
  private long roundTrip;
  private int timeouts;

  RelayPath(int maxInFlight, Duration minTimeout) {
    this.maxInFlight = maxInFlight;
    this.minTimeout = minTimeout.toNanos();
  }

  boolean isUp() {
    return up;
  }

  void up(boolean now) {
    up = now;
    timeouts = 0;
  }

  boolean hasRoom() {
    return up && inFlight.size() < maxInFlight;
  }

  boolean isWaiting() {
    return !inFlight.isEmpty();
  }

  /** An envelope with everything below a number has been sent. */
  void sent(long next, long now) {
    inFlight.add(new Envelope(next, now));
  }

  void acknowledged(long below, long now) {
    Envelope oldest = inFlight.peek();
    while (oldest != null && oldest.next() <= below) {
      long took = now - oldest.sentAt();
      roundTrip = roundTrip == 0 ? took : roundTrip + (took - roundTrip) / 8;
      timeouts = 0;
      inFlight.remove();
      oldest = inFlight.peek();
    }
  }

  private long timeout() {
    return Math.max(minTimeout, ROUND_TRIPS * roundTrip) << Math.min(timeouts, MAX_DOUBLINGS);
  }

  boolean isOverdue(long now) {
    Envelope oldest = inFlight.peek();
    return oldest != null && now - oldest.sentAt() >= timeout();
  }

  /** Counts what is under way as lost, because it is overdue. */
  void timedOut() {
    timeouts++;
    inFlight.clear();
  }

  /** Forgets what is under way, because everything is sent again or goes another way. */
  void clear() {
    inFlight.clear();
  }
}
