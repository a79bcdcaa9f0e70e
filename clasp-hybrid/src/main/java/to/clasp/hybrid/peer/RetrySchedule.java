package to.clasp.hybrid.peer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;

/**
 * When the next attempt to link with one peer is due: not before the circuit breaker lets it, and
 * after setbacks in a row later each time. Confined to the loop.
 */
final class RetrySchedule {

  private final Environment environment;
  private final P2POptions options;
  private final PeerBreaker breaker;
  private final Runnable due;
  private EventLoop.@Nullable Timer timer;
  private int setbacks;

  RetrySchedule(Environment environment, PeerBreaker breaker, Runnable due) {
    this.environment = environment;
    this.options = environment.options();
    this.breaker = breaker;
    this.due = due;
  }

  /** An attempt failed, or a link ended against our will. */
  void setback() {
    setbacks++;
  }

  /** A link has lasted: the setbacks before it do not count any more. */
  void forgive() {
    setbacks = 0;
  }

  /** Tries again when it is time to. */
  void later() {
    Duration closedFor = breaker.untilHalfOpen();
    in(
        closedFor.isZero()
            ? options.backoff().delay(setbacks, environment.context().random())
            : closedFor);
  }

  void in(Duration delay) {
    cancel();
    timer =
        environment
            .loop()
            .schedule(
                delay,
                () -> {
                  timer = null;
                  due.run();
                });
  }

  boolean isPending() {
    return timer != null;
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
