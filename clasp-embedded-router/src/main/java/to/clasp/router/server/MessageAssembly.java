package to.clasp.router.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.exception.MessageTooLargeException;
import org.jspecify.annotations.Nullable;

/** Puts fragmented binary messages together, and leaves out text messages. */
final class MessageAssembly {

  private enum State {
    BETWEEN_MESSAGES,
    IN_BINARY,
    IN_TEXT
  }

  private final int maxBytes;
  private final ByteArrayOutputStream fragments = new ByteArrayOutputStream(0);
  private State state = State.BETWEEN_MESSAGES;

  MessageAssembly(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Takes a data frame.
   *
   * @return the message that it completes, or null
   */
  byte @Nullable [] accept(Frame frame) {
    if (state == State.BETWEEN_MESSAGES) {
      state = frame.getOpCode() == OpCode.TEXT ? State.IN_TEXT : State.IN_BINARY;
      if (state == State.IN_BINARY && frame.isFin()) {
        state = State.BETWEEN_MESSAGES;
        return BufferUtil.toArray(frame.getPayload());
      }
    }
    if (state == State.IN_BINARY) {
      add(frame.getPayload());
    }
    if (!frame.isFin()) {
      return null;
    }
    boolean binary = state == State.IN_BINARY;
    state = State.BETWEEN_MESSAGES;
    return binary ? take() : null;
  }

  private void add(@Nullable ByteBuffer payload) {
    byte[] bytes = BufferUtil.toArray(payload);
    if (bytes == null) {
      return;
    }
    if (fragments.size() + bytes.length > maxBytes) {
      throw new MessageTooLargeException("message has more than " + maxBytes + " bytes");
    }
    fragments.writeBytes(bytes);
  }

  private byte[] take() {
    byte[] message = fragments.toByteArray();
    fragments.reset();
    return message;
  }
}
