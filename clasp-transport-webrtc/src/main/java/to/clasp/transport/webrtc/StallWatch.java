package to.clasp.transport.webrtc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;

/**
 * Notices when what was sent on a link does not leave. A link with nothing to send is looked at no
 * more often than one could stall. Confined to the loop.
 */
final class StallWatch {

  /** The link that is watched. */
  interface Host {

    /** For how long nothing may have left, in nanoseconds; zero when nothing waits. */
    long stalledNanos(long now);

    /** The same as far as it is known: what libwebrtc holds is not always asked for. */
    long knownStalledNanos(long now);

    /** Whether someone knows better: the other side has been heard meanwhile. */
    boolean isExcused();

    /** Finds out soon what libwebrtc holds. */
    void look();

    /** Nothing has left for too long. Called once. */
    void stalled();
  }

  private final EventLoop loop;
  private final long patience;
  private final Host host;
  private EventLoop.@Nullable Timer next;

  StallWatch(EventLoop loop, Duration patience, Host host) {
    this.loop = loop;
    this.patience = patience.toNanos();
    this.host = host;
  }

  /** The link is open. */
  void begin() {
    look();
  }

  private void look() {
    long now = loop.nanoTime();
    long stalled = host.stalledNanos(now);
    if (stalled >= patience && !host.isExcused()) {
      if (host.knownStalledNanos(now) >= patience) {
        host.stalled();
        return;
      }
      host.look();
    }
    long wait = Math.max(patience / 4, patience - stalled);
    next = loop.schedule(Duration.ofNanos(wait), this::look);
  }

  void end() {
    if (next != null) {
      next.cancel();
      next = null;
    }
  }
}
