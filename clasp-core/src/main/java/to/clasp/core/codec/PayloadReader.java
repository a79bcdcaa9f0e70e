package to.clasp.core.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import to.clasp.core.internal.Utf8;

/**
 * A bounded cursor over the payload of a frame. Each read is checked against the end of the
 * payload; a length or count is believed only as far as the bytes that are left can bear it out.
 */
final class PayloadReader {

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int frameStart;
  private final int end;
  private int position;

  /**
   * Makes a reader.
   *
   * @param bytes the array that holds the frame
   * @param frameStart where the frame starts; offsets in errors count from here
   * @param position where to start reading
   * @param end where the payload ends, exclusive; within the array
   */
  PayloadReader(byte[] bytes, int frameStart, int position, int end) {
    this.bytes = bytes;
    this.frameStart = frameStart;
    this.position = position;
    this.end = end;
  }

  int remaining() {
    return end - position;
  }

  /** The offset from the start of the frame. */
  int offset() {
    return position - frameStart;
  }

  int u8(String field) {
    return bytes[advance(1, field)] & 0xFF;
  }

  int u16(String field) {
    return (short) SHORT.get(bytes, advance(2, field)) & 0xFFFF;
  }

  int i16(String field) {
    return (short) SHORT.get(bytes, advance(2, field));
  }

  int u32(String field) {
    return (int) INT.get(bytes, advance(4, field));
  }

  long u64(String field) {
    return (long) LONG.get(bytes, advance(8, field));
  }

  float f32(String field) {
    return Float.intBitsToFloat(u32(field));
  }

  double f64(String field) {
    return Double.longBitsToDouble(u64(field));
  }

  /** Reads a count of elements that take at least the given number of bytes each. */
  int count(int leastBytes, String field) {
    int at = offset();
    int count = u16(field);
    requireRoom(count, leastBytes, at, field);
    return count;
  }

  /** Refuses a count that the bytes left cannot hold, before anything is allocated for it. */
  void requireRoom(long count, int leastBytes, int at, String field) {
    if (count * leastBytes > remaining()) {
      throw new MalformedFrameException(
          field, at, count + " elements cannot be in the " + remaining() + " bytes left");
    }
  }

  /** Reads a string with its 16-bit length. */
  String string(String field) {
    return text(u16(field), field);
  }

  /** Reads an address, which is a string that tends to come again. */
  String address(String field) {
    int length = u16(field);
    int from = advance(length, field);
    return Utf8.isAscii(bytes, from, position)
        ? RecentAddresses.decodeAscii(bytes, from, position)
        : decode(from, field);
  }

  /** Reads strict UTF-8 of the given length in bytes. */
  String text(int length, String field) {
    int from = advance(length, field);
    return Utf8.isAscii(bytes, from, position)
        ? Utf8.decodeAscii(bytes, from, position)
        : decode(from, field);
  }

  /** Makes a string of what has been read over. */
  private String decode(int from, String field) {
    int invalid = Utf8.firstInvalid(bytes, from, position);
    if (invalid >= 0) {
      throw new MalformedFrameException(field, invalid - frameStart, "not UTF-8");
    }
    return Utf8.decode(bytes, from, position);
  }

  byte[] bytes(int length, String field) {
    int from = advance(length, field);
    return Arrays.copyOfRange(bytes, from, position);
  }

  /** Reads over a slice and returns a reader of it. */
  PayloadReader slice(int length, String field) {
    int from = advance(length, field);
    return new PayloadReader(bytes, frameStart, from, position);
  }

  MalformedFrameException malformed(String field, String problem) {
    return new MalformedFrameException(field, offset(), problem);
  }

  /** Moves on by a number of bytes and returns where they start. */
  private int advance(int length, String field) {
    int at = position;
    if (length > end - at || length < 0) {
      throw new MalformedFrameException(
          field,
          offset(),
          Integer.toUnsignedString(length) + " bytes wanted, " + remaining() + " left");
    }
    position = at + length;
    return at;
  }
}
