package to.clasp.core.address;

import java.io.Serial;

/** An address or pattern that CLASP's grammar, or a router, refuses. */
public final class InvalidAddressException extends IllegalArgumentException {

  @Serial private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what is wrong and what to do
   */
  public InvalidAddressException(String message) {
    super(message);
  }
}
