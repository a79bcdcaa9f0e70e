package to.clasp.client;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Something that was asked of the client failed; {@link #code()} says what kind of failure it is.
 */
public class ClaspException extends RuntimeException {

  /** The closed set of failures. */
  public enum Code {
    /** The router cannot be reached, or the connection was lost for good. */
    NOT_CONNECTED,
    /** No transport serves the URL: its scheme is wrong, or the module for it is missing. */
    NO_TRANSPORT,
    /** The router did not answer HELLO in time; it may be full, or no CLASP router. */
    HANDSHAKE_TIMEOUT,
    /** The router refused the token. */
    UNAUTHORIZED,
    /** The token does not permit this (301, 403). */
    FORBIDDEN,
    /** The pattern was refused (202). */
    BAD_PATTERN,
    /** The parameter has another revision than expected. */
    REVISION_CONFLICT,
    /** Another session holds the lock. */
    LOCKED,
    /** The router refused for another reason; the message is the router's. */
    REFUSED,
    /** The router drops messages, or refuses subscriptions, for there are too many (429). */
    RATE_LIMITED,
    /** No answer in time. For a get: the address may not exist. */
    TIMEOUT,
    /** A buffer is full; wait for writability. */
    BACKPRESSURE,
    /** The value does not fit into a frame. */
    TOO_LARGE,
    /**
     * The peer cannot be reached, and the router may not serve; or a signal went to a session that
     * is gone (404).
     */
    PEER_UNREACHABLE,
    /** The peer does not let this side link with it. */
    REJECTED,
    /** The peer does not have the value. */
    NOT_FOUND,
    /** Direct links cannot be had: a module or library is missing, or they are not enabled. */
    P2P_UNAVAILABLE,
    /** The client is closing or closed. */
    CLOSED
  }

  @Serial private static final long serialVersionUID = 1L;

  private final Code code;

  /**
   * Makes the exception.
   *
   * @param code the kind of failure
   * @param message what is wrong and what to do
   * @param cause the underlying exception, or null
   */
  public ClaspException(Code code, @Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /**
   * Returns the kind of failure.
   *
   * @return the code
   */
  public Code code() {
    return code;
  }
}
