package to.clasp.hybrid.link;

import java.time.Duration;
import java.time.Instant;
import to.clasp.testkit.loop.ForwardingEventLoop;
import to.clasp.transport.loop.EventLoop;

/** A loop whose wall clock somebody has set to another time. */
final class MovedClock extends ForwardingEventLoop {

  private final Duration by;

  MovedClock(EventLoop loop, Duration by) {
    super(loop);
    this.by = by;
  }

  @Override
  public Instant now() {
    return super.now().plus(by);
  }
}
