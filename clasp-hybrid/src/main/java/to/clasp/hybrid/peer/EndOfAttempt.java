package to.clasp.hybrid.peer;

import java.util.Set;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;

/** What the end of an attempt tells about the next one. */
enum EndOfAttempt {
  /** Nothing: it did not end for the path or the peer. */
  NEUTRAL,
  /** The next one may fail as well; some in a row open the circuit breaker. */
  FAILURE,
  /** The next one would end the same way: the circuit breaker opens at once. */
  HARD_FAILURE;

  private static final Set<Code> NEUTRAL_CODES =
      Set.of(
          Code.LOCAL_CLOSE,
          Code.GLARE_YIELDED,
          Code.REPLACED,
          Code.EVICTED,
          Code.IDLE,
          Code.RECONNECT_REQUESTED);

  private static final Set<Code> HARD_CODES =
      Set.of(
          Code.PEER_GONE,
          Code.SIGNAL_FORBIDDEN,
          Code.REJECTED,
          Code.IDENTITY_REFUSED,
          Code.UNAVAILABLE,
          Code.INTERNAL);

  /**
   * Judges an end.
   *
   * @param reason why it ended
   * @param byUs whether the relation ended it, and not its transport
   */
  static EndOfAttempt of(CloseReason reason, boolean byUs) {
    // What we call a lost connection is the router's.
    boolean routerLost = byUs && reason.code() == Code.CONNECTION_LOST;
    if (routerLost || NEUTRAL_CODES.contains(reason.code())) {
      return NEUTRAL;
    }
    return HARD_CODES.contains(reason.code()) ? HARD_FAILURE : FAILURE;
  }
}
