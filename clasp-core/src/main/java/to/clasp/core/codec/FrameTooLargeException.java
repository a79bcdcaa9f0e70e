package to.clasp.core.codec;

import java.io.Serial;
import to.clasp.core.message.MessageType;

/** A message that does not fit into one frame. The protocol has no fragmentation. */
public final class FrameTooLargeException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final long payloadBytes;

  /**
   * Makes the exception.
   *
   * @param type the message that was to be encoded
   * @param payloadBytes how large its payload would be, in bytes
   */
  public FrameTooLargeException(MessageType type, long payloadBytes) {
    super(
        type
            + " takes "
            + payloadBytes
            + " bytes, more than the "
            + FrameFormat.MAX_PAYLOAD_BYTES
            + " that fit into one frame; split the value over several addresses or send a reference"
            + " to it");
    this.payloadBytes = payloadBytes;
  }

  /**
   * Returns the size that the payload would have.
   *
   * @return the size in bytes, without the frame header
   */
  public long payloadBytes() {
    return payloadBytes;
  }

  /**
   * Returns the limit.
   *
   * @return {@value FrameFormat#MAX_PAYLOAD_BYTES} bytes
   */
  public int limit() {
    return FrameFormat.MAX_PAYLOAD_BYTES;
  }
}
