package to.clasp.router.options;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What CLASP's own router does to its clients, or the network in front of it, and what a client
 * must survive. Each can be switched on and off, also while the router runs; with it off, the
 * router does what its description says instead.
 */
public enum BadManner {
  /**
   * After a refused token, a first message that is no HELLO, or no HELLO in time, the socket stays
   * open and nothing sent on it is read. Off: the router closes it, with status 1008.
   */
  MUTE_AFTER_REFUSAL,

  /**
   * When the router has as many sessions as it may, a HELLO is not answered and the socket stays
   * open. Off: the router closes it, with status 1013.
   */
  SILENT_WHEN_FULL,

  /**
   * A session that was idle for too long loses its subscriptions and its address, but the socket
   * stays open and requests on it are answered. Off: the router closes the socket, with status
   * 1001.
   */
  ZOMBIE_WHEN_IDLE,

  /**
   * A part of a snapshot that does not fit into a frame is not sent. Off: it is split until it
   * fits.
   */
  LOSES_LARGE_SNAPSHOTS,

  /**
   * What others send to a client that reads too slowly is dropped when its queue is full, and only
   * a rare ERROR 503 tells. Off: whoever sends to it waits until there is room.
   */
  DROPS_FOR_SLOW_CLIENTS,

  /**
   * With more than ten recipients, successive messages of one sender overtake each other now and
   * then.
   */
  REORDERS_LARGE_FAN_OUT,

  /** When a client closes its WebSocket, the TCP connection ends without an answer (1006). */
  CLOSES_WITHOUT_ANSWER,

  /**
   * Small frames wait for the acknowledgement of those before them: the sockets run with Nagle's
   * algorithm on and each frame is written by itself. Takes effect for connections made after it is
   * switched.
   */
  DELAYS_SMALL_FRAMES,

  /** No SNAPSHOT is sent at all, as if none had fitted. Not seen at the real router. */
  LOSES_ALL_SNAPSHOTS,

  /** No HELLO is answered, as if the router were full. Not seen at the real router by itself. */
  NEVER_ANSWERS_HELLO,

  /**
   * The answer to a client's close comes three seconds late. Not seen at the real router, but at
   * proxies.
   */
  ANSWERS_CLOSE_LATE;

  /**
   * What the embedded router does unless told otherwise: what CLASP's own router does as far as
   * messages can tell.
   *
   * @return an immutable set
   */
  public static Set<BadManner> defaults() {
    return Collections.unmodifiableSet(
        EnumSet.of(
            MUTE_AFTER_REFUSAL,
            SILENT_WHEN_FULL,
            ZOMBIE_WHEN_IDLE,
            LOSES_LARGE_SNAPSHOTS,
            DROPS_FOR_SLOW_CLIENTS));
  }

  /**
   * What CLASP's own router does: the defaults, and reordering, no answer to a close, and the delay
   * of small frames.
   *
   * @return an immutable set
   */
  public static Set<BadManner> ofRealRouter() {
    EnumSet<BadManner> manners = EnumSet.copyOf(defaults());
    manners.add(REORDERS_LARGE_FAN_OUT);
    manners.add(CLOSES_WITHOUT_ANSWER);
    manners.add(DELAYS_SMALL_FRAMES);
    return Collections.unmodifiableSet(manners);
  }
}
