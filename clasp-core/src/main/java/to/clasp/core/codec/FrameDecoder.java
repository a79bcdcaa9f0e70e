package to.clasp.core.codec;

import java.util.Objects;
import to.clasp.core.message.Message;

/**
 * Reads messages from bytes in one step, and finds frames in a run of bytes. Stateless; safe for
 * use by any thread.
 */
public final class FrameDecoder {

  private FrameDecoder() {}

  /**
   * Decodes the message of a frame.
   *
   * @param bytes the bytes of one frame; bytes after its end are ignored
   * @return the message
   * @throws MalformedFrameException if the bytes are no frame or their payload is no message
   */
  public static Message decode(byte[] bytes) {
    return Frame.wrap(bytes).message();
  }

  /**
   * Decodes the message of a frame in a range of bytes.
   *
   * @param bytes the array
   * @param offset where the frame starts
   * @param length how many bytes there are, at least those of the frame
   * @return the message
   * @throws MalformedFrameException if the bytes are no frame or their payload is no message
   * @throws IndexOutOfBoundsException if the range is not within the array
   */
  public static Message decode(byte[] bytes, int offset, int length) {
    return Frame.wrap(bytes, offset, length).message();
  }

  /**
   * Measures the frame at the start of a range, for transports that carry several frames in one run
   * of bytes.
   *
   * @param bytes the array
   * @param offset where the range starts
   * @param length how long it is, in bytes
   * @return the size of the frame in bytes if a whole one starts there, or 0 if its end is not in
   *     the range yet
   * @throws MalformedFrameException if the range starts with another byte than the magic one
   * @throws IndexOutOfBoundsException if the range is not within the array
   */
  public static int frameSize(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length > 0 && (bytes[offset] & 0xFF) != FrameFormat.MAGIC) {
      throw new MalformedFrameException(
          "frame.magic", 0, String.format("0x%02x is not 0x53", bytes[offset]));
    }
    if (length < FrameFormat.HEADER_BYTES) {
      return 0;
    }
    int size = FrameFormat.headerBytes(bytes[offset + 1]) + Frame.payloadLength(bytes, offset);
    return size <= length ? size : 0;
  }
}
