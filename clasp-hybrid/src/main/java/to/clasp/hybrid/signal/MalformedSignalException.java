package to.clasp.hybrid.signal;

import java.io.Serial;

/** The payload of a signal or an announcement makes no sense. */
final class MalformedSignalException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  MalformedSignalException(String message) {
    super(message);
  }
}
