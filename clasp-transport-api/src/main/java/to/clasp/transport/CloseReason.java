package to.clasp.transport;

import org.jspecify.annotations.Nullable;

/**
 * Why a connection, a link or an attempt ended.
 *
 * @param code what happened, from a closed set
 * @param message what is wrong and what to check, in one or two sentences for people
 * @param cause the underlying exception, or null
 */
public record CloseReason(Code code, String message, @Nullable Throwable cause) {

  /** The closed set of reasons. */
  public enum Code {
    /** {@code close} was called on this side. */
    LOCAL_CLOSE(false),
    /** The other side closed in an orderly way. */
    REMOTE_CLOSE(true),
    /** Nothing listens at the address. */
    CONNECTION_REFUSED(true),
    /** The host name does not resolve, or no route leads there. */
    HOST_UNREACHABLE(true),
    /** No answer within the connect timeout. */
    CONNECT_TIMEOUT(true),
    /** An established connection broke. */
    CONNECTION_LOST(true),
    /** The other side fell silent: pings or data stay unanswered. */
    SILENT(true),
    /** The upgrade was answered with 401. */
    UNAUTHORIZED(false),
    /** The upgrade was answered with 403. */
    FORBIDDEN(false),
    /** The TLS handshake failed. */
    TLS_FAILED(false),
    /** The server chose another sub-protocol, or none. */
    WRONG_SUBPROTOCOL(false),
    /** The server answered, but is no CLASP router. */
    NOT_A_ROUTER(false),
    /** The other side broke the protocol. */
    PROTOCOL_ERROR(true),
    /** A received frame was larger than the protocol allows. */
    FRAME_TOO_LARGE(true),
    /** Frames arrived faster than the listener took them, beyond the bound of the buffer. */
    INBOUND_OVERFLOW(true),
    /** The application, or the client, asked for a new connection. */
    RECONNECT_REQUESTED(true),
    /** ICE found no working pair of candidates, or lost it. */
    ICE_FAILED(true),
    /**
     * The STUN and TURN servers could not be had from their supplier, or none gave a candidate that
     * the policy allows.
     */
    ICE_SERVERS_FAILED(true),
    /** The DTLS handshake failed. */
    DTLS_FAILED(true),
    /** A data channel closed that nobody here closed. */
    CHANNEL_CLOSED(true),
    /** Offer and answer could not be agreed on, or a description was refused. */
    NEGOTIATION_FAILED(true),
    /** The peer, or the application, refused the connection. */
    REJECTED(false),
    /** The peer is not the one whose name it uses, or has not proven to be. */
    IDENTITY_REFUSED(false),
    /** Both sides offered at once, and this side's attempt yielded. */
    GLARE_YIELDED(true),
    /** The router says that the peer's session does not exist. */
    PEER_GONE(true),
    /** The peer has been started anew under the same id. */
    PEER_RESTARTED(true),
    /** The router refuses signals to this peer (301, 403). */
    SIGNAL_FORBIDDEN(false),
    /** The router drops signals, for there are too many (429). */
    SIGNAL_RATE_LIMITED(true),
    /** The other side has replaced this connection by a newer one. */
    REPLACED(true),
    /** The link was idle and has been put away. */
    IDLE(true),
    /** The link has used up what only a new one gives back, and is being made anew. */
    RENEWED(true),
    /** The link gave way to another, for the number of links is limited. */
    EVICTED(true),
    /** The transport cannot work on this machine; the message says what is missing. */
    UNAVAILABLE(false),
    /** A defect in this library. */
    INTERNAL(false);

    private final boolean retryable;

    Code(boolean retryable) {
      this.retryable = retryable;
    }

    /**
     * Tells whether trying again may help without a change of configuration.
     *
     * @return true if it may
     */
    public boolean retryable() {
      return retryable;
    }
  }

  /**
   * Makes a reason without an exception behind it.
   *
   * @param code what happened
   * @param message what is wrong and what to check
   * @return the reason
   */
  public static CloseReason of(Code code, String message) {
    return new CloseReason(code, message, null);
  }

  /**
   * Turns this reason into an exception.
   *
   * @return a fresh exception
   */
  public TransportException toException() {
    return new TransportException(this);
  }

  @Override
  public String toString() {
    return code + ": " + message;
  }
}
