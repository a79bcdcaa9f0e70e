package to.clasp.hybrid.link;

import java.time.Duration;
import java.util.function.Consumer;
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
  private final Consumer<Steps> look;
  private EventLoop.@Nullable Timer tick;

  /** Tells a timer that has been replaced while it waited for the lock. */
  private long number;

  private boolean often;
  private long due;
  private boolean ended;

  /**
   * Makes one that does not tick yet.
   *
   * @param context the link
   * @param look looks at it, on the loop, under the lock, and says when to look {@link #next}
   */
  Ticker(LinkContext context, Consumer<Steps> look) {
    this.context = context;
    this.look = look;
  }

  /** Something is under way; by any thread. */
  void arm() {
    if (tick == null || !often) {
      schedule(TICK, true);
    }
  }

  /** When to look next, unless that is known already; null when there is nothing to look at. */
  void next(@Nullable Duration delay) {
    if (tick == null && delay != null) {
      schedule(delay, delay.compareTo(TICK) <= 0);
    }
  }

  /** Whether this process stood still for a while before this tick. */
  boolean isLate(long now) {
    return now - due >= 2 * TICK.toNanos();
  }

  private void schedule(Duration delay, boolean soon) {
    if (ended) {
      return;
    }
    cancel();
    often = soon;
    due = context.now() + delay.toNanos();
    long own = number;
    tick =
        context
            .loop()
            .schedule(delay, () -> context.lock().runThenSteps(steps -> ticked(own, steps)));
  }

  private void ticked(long own, Steps steps) {
    if (own == number) {
      tick = null;
      look.accept(steps);
    }
  }

  private void cancel() {
    number++;
    if (tick != null) {
      tick.cancel();
      tick = null;
    }
  }

  void end() {
    ended = true;
    cancel();
  }
}
