package to.clasp.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;

/**
 * Slows peers down that send faster than a callback works: they are held back until it has caught
 * up. A callback that has stalled gets nothing done by that, and must not hold up what the peer
 * sends to others, so it is waited for a while only. Confined to the loop.
 */
final class PeerBrake {

  /** Holds back a peer, or lets it go. */
  @FunctionalInterface
  interface Hold {
    void peer(String peerId, boolean hold);
  }

  private final EventLoop loop;
  private final Duration patience;
  private final Hold hold;

  /** How many callbacks are waited for, by peer. */
  private final Map<String, Integer> held = new HashMap<>();

  /**
   * Makes one that holds nobody back.
   *
   * @param patience how long a callback that does nothing is waited for
   */
  PeerBrake(EventLoop loop, Duration patience, Hold hold) {
    this.loop = loop;
    this.patience = patience;
    this.hold = hold;
  }

  /**
   * Makes what one callback slows peers down with.
   *
   * @param handled how many updates the callback has been given; by any thread
   */
  Pedal pedal(LongSupplier handled) {
    return new Pedal(handled);
  }

  /** Of one callback. */
  final class Pedal {

    private final LongSupplier handled;
    private final Set<String> peers = new HashSet<>();
    private EventLoop.@Nullable Timer watch;

    /** The callback has stalled: nobody is held back for it before it has caught up. */
    private boolean stalled;

    private Pedal(LongSupplier handled) {
      this.handled = handled;
    }

    /** Too much waits for the callback: a peer is to wait. */
    void press(String peer) {
      if (stalled || !peers.add(peer)) {
        return;
      }
      if (held.merge(peer, 1, Integer::sum) == 1) {
        hold.peer(peer, true);
      }
      if (watch == null) {
        watch(handled.getAsLong());
      }
    }

    private void watch(long before) {
      watch =
          loop.schedule(
              patience,
              () -> {
                long now = handled.getAsLong();
                if (now == before) {
                  letGo();
                  stalled = true;
                } else {
                  watch(now);
                }
              });
    }

    /** The callback has caught up, or is not called any more. */
    void release() {
      stalled = false;
      letGo();
    }

    private void letGo() {
      if (watch != null) {
        watch.cancel();
        watch = null;
      }
      for (String peer : peers) {
        if (held.merge(peer, -1, Integer::sum) == 0) {
          held.remove(peer);
          hold.peer(peer, false);
        }
      }
      peers.clear();
    }
  }
}
