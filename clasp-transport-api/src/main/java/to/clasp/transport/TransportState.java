package to.clasp.transport;

/** The states of a transport. {@link #CLOSED} is final. */
public enum TransportState {
  /** Created, not started. */
  NEW,
  /** Connecting for the first time, or again. */
  CONNECTING,
  /** Connected: frames flow. */
  OPEN,
  /** The connection is lost; the transport waits before it connects again. */
  INTERRUPTED,
  /** Closing: what was accepted is being drained, nothing more is accepted. */
  CLOSING,
  /** Closed for good. */
  CLOSED
}
