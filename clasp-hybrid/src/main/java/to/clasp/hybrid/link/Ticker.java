package to.clasp.hybrid.link;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;

/**
 * Has a link looked at now and then: often while something is under way, seldom while it is idle,
 * never when there is nothing to look at. Guarded by the link's lock.
 */
final class Ticker {

  /** How often a link with something under way is looked at. */
  static final Duration TICK = Duration.ofMillis(50);

  private final LinkContext context;
  private final Runnable look;
  private EventLoop.@Nullable Timer tick;
  private boolean slow;
  private long due;
  private boolean ended;

  Ticker(LinkContext context, Runnable look) {
    this.context = context;
    this.look = look;
  }

  /** Something is under way. */
  void arm() {
    if (ended || (tick != null && !slow)) {
      return;
    }
    if (tick != null) {
      tick.cancel();
    }
    schedule(TICK, false);
  }

  /** The link is being looked at. */
  void ticked() {
    tick = null;
  }

  /** Whether this process stood still for a while before this tick. */
  boolean isLate(long now) {
    return now - due >= 2 * TICK.toNanos();
  }

  /** When to look next, unless something has begun meanwhile. */
  void next(boolean busy, boolean idle) {
    if (tick == null && busy) {
      schedule(TICK, false);
    } else if (tick == null && idle) {
      schedule(context.options().heartbeatInterval(), true);
    }
  }

  private void schedule(Duration delay, boolean slowly) {
    slow = slowly;
    due = context.now() + delay.toNanos();
    tick = context.loop().schedule(delay, look);
  }

  void end() {
    ended = true;
    if (tick != null) {
      tick.cancel();
      tick = null;
    }
  }
}
