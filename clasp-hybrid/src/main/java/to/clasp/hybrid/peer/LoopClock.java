package to.clasp.hybrid.peer;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import to.clasp.transport.loop.EventLoop;

/** The monotonic clock of a loop as a {@link Clock}: a breaker must not care for corrected time. */
final class LoopClock extends Clock {

  private final EventLoop loop;
  private final long origin;

  LoopClock(EventLoop loop) {
    this.loop = loop;
    this.origin = loop.nanoTime();
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(loop.nanoTime() - origin);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    if (zone.equals(ZoneOffset.UTC)) {
      return this;
    }
    throw new UnsupportedOperationException("this clock tells no time of day");
  }
}
