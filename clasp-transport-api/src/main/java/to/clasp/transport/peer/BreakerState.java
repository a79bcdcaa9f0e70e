package to.clasp.transport.peer;

/** What the circuit breaker of a peer says. */
public enum BreakerState {
  /** Direct links are made when wanted. */
  CLOSED,
  /** No attempt now: the router serves. */
  OPEN,
  /** One attempt is allowed, beside the router. */
  HALF_OPEN
}
