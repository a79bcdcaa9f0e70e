package to.clasp.core.codec;

import java.io.Serial;

/**
 * Bytes that are no CLASP frame. It is the only exception that reading a frame throws, whatever the
 * bytes are. Drop the frame; the connection that it came on need not suffer.
 */
public final class MalformedFrameException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final String field;
  private final int offset;

  /**
   * Makes the exception.
   *
   * @param field the field that cannot be read, such as {@code SET.address}
   * @param offset where in the frame the fault was found, in bytes from its first
   * @param problem what is wrong
   */
  public MalformedFrameException(String field, int offset, String problem) {
    super(field + " at byte " + offset + ": " + problem);
    this.field = field;
    this.offset = offset;
  }

  /**
   * Returns the field that cannot be read.
   *
   * @return a name such as {@code SET.address} or {@code frame.length}
   */
  public String field() {
    return field;
  }

  /**
   * Returns where the fault was found.
   *
   * @return the offset in bytes from the start of the frame
   */
  public int offset() {
    return offset;
  }
}
