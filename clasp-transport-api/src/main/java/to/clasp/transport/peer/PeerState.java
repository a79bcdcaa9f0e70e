package to.clasp.transport.peer;

/** The states of the relation to one peer, as the application sees them. */
public enum PeerState {
  /** No link, and none is being made. */
  IDLE,
  /** A link is being made. */
  CONNECTING,
  /** The link is up. */
  CONNECTED,
  /** The link was up and is not now; another attempt may follow. */
  DISCONNECTED,
  /** The last attempt failed; another follows when the circuit breaker lets it. */
  FAILED,
  /** Closed by the application, or with the transport. */
  CLOSED
}
