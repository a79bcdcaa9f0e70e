package to.clasp.transport.webrtc.natives;

import java.io.Serial;

/** The native library cannot be used here; the message says why and what to do. */
final class NativeUnavailableException extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  NativeUnavailableException(String message) {
    super(message);
  }

  NativeUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
