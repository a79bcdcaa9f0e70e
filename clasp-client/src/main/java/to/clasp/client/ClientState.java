package to.clasp.client;

/** The states of a client. {@link #CLOSED} is final. */
public enum ClientState {
  /** Making the first session, or a new one. */
  CONNECTING,
  /** A session stands. */
  CONNECTED,
  /** The session is lost; sends are queued, and another session is being made. */
  INTERRUPTED,
  /** Closing: what was accepted is being sent. */
  CLOSING,
  /** Closed for good. */
  CLOSED
}
