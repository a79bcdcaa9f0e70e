package to.clasp.client;

import java.io.Serial;

/**
 * A buffer is full, so nothing was sent. Wait until {@link Clasp#isWritable()} or {@link
 * ClientListener#onWritable()}, and send again.
 */
public final class BackpressureException extends ClaspException {

  @Serial private static final long serialVersionUID = 1L;

  BackpressureException(String message) {
    super(Code.BACKPRESSURE, message, null);
  }
}
