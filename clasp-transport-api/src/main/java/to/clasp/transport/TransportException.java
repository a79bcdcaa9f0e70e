package to.clasp.transport;

import java.io.Serial;

/** A transport could not do what it was asked to; {@link #reason()} says why. */
public class TransportException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient CloseReason reason;

  /**
   * Makes the exception.
   *
   * @param reason why
   */
  public TransportException(CloseReason reason) {
    super(reason.message(), reason.cause());
    this.reason = reason;
  }

  /**
   * Returns the reason.
   *
   * @return the reason
   */
  public CloseReason reason() {
    return reason;
  }
}
