package to.clasp.hybrid.peer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;

/**
 * The timers of a link that is up: how long it may lie idle, how long it may be in doubt before ICE
 * is restarted, and how long ICE may say that it is disconnected. Confined to the loop.
 */
final class LinkTimers {

  /** Hears of them. */
  interface Expiry {

    /** When the link was last of use, by the loop's clock. */
    long lastUsed();

    void idle(Duration unused);

    /** Tells whether that has been dealt with; if not, it is asked again. */
    boolean doubtfulForLong();

    void disconnectedTooLong();
  }

  /** A link in doubt is not asked for more often, however short the delay of the first time. */
  private static final Duration LEAST_PAUSE = Duration.ofMillis(100);

  private final EventLoop loop;
  private final P2POptions options;
  private final Expiry expiry;
  private EventLoop.@Nullable Timer idle;
  private EventLoop.@Nullable Timer doubt;
  private EventLoop.@Nullable Timer grace;

  LinkTimers(Environment environment, Expiry expiry) {
    this.loop = environment.loop();
    this.options = environment.options();
    this.expiry = expiry;
  }

  /** A link has come up. */
  void start() {
    cancel();
    idle = loop.schedule(options.idleTimeout(), this::checkIdle);
  }

  private void checkIdle() {
    Duration unused = Duration.ofNanos(loop.nanoTime() - expiry.lastUsed());
    if (unused.compareTo(options.idleTimeout()) >= 0) {
      idle = null;
      expiry.idle(unused);
    } else {
      // Use costs no timer: the one that there is looks how long ago it was.
      idle = loop.schedule(options.idleTimeout().minus(unused), this::checkIdle);
    }
  }

  /** Packets seem not to get through. */
  void doubtful() {
    if (doubt == null) {
      doubt = loop.schedule(options.iceRestartDelay(), this::doubtfulForLong);
    }
  }

  private void doubtfulForLong() {
    if (!expiry.doubtfulForLong()) {
      Duration delay = options.iceRestartDelay();
      doubt =
          loop.schedule(
              delay.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : delay, this::doubtfulForLong);
    }
  }

  /** Packets get through. */
  void healthy() {
    cancel(doubt);
    doubt = null;
  }

  void disconnected() {
    grace = loop.schedule(options.disconnectGrace(), expiry::disconnectedTooLong);
  }

  void connected() {
    cancel(grace);
    grace = null;
  }

  /** The link is gone. */
  void cancel() {
    cancel(idle);
    cancel(doubt);
    cancel(grace);
    idle = null;
    doubt = null;
    grace = null;
  }

  private static void cancel(EventLoop.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
