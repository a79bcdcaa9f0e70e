package to.clasp.core.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import to.clasp.core.internal.Utf8;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.QoS;

/**
 * The buffer that one frame is written into. It grows as needed up to the largest frame; past that
 * it only counts, so that the error can tell how large the message would have been, without memory
 * for it.
 */
final class PayloadWriter {

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] buffer;
  private int headerBytes;
  private int size;
  private boolean ended;

  PayloadWriter(int capacity) {
    buffer = new byte[capacity];
  }

  /** Starts a frame; whatever was written before is gone. */
  void begin(QoS qos, @Nullable Long timestamp) {
    size = 0;
    ended = false;
    int flags = qos.code() << FrameFormat.QOS_SHIFT | FrameFormat.ENCODING_COMPACT;
    if (timestamp == null) {
      headerBytes = FrameFormat.HEADER_BYTES;
    } else {
      flags |= FrameFormat.FLAG_TIMESTAMP;
      headerBytes = FrameFormat.HEADER_BYTES + FrameFormat.TIMESTAMP_BYTES;
    }
    u8(FrameFormat.MAGIC);
    u8(flags);
    u16(0);
    if (timestamp != null) {
      u64(timestamp);
    }
  }

  /** Ends the frame: fills in its length. */
  void end(MessageType type) {
    int payload = size - headerBytes;
    if (payload > FrameFormat.MAX_PAYLOAD_BYTES) {
      throw new FrameTooLargeException(type, payload);
    }
    SHORT.set(buffer, 2, (short) payload);
    ended = true;
  }

  /** The size of the frame, or 0 when none has been written to its end. */
  int frameSize() {
    return ended ? size : 0;
  }

  byte[] buffer() {
    return buffer;
  }

  byte[] copy() {
    return Arrays.copyOf(buffer, size);
  }

  /** Returns the bytes without a copy when the capacity was guessed well. Use it once, at last. */
  byte[] release() {
    return buffer.length == size ? buffer : copy();
  }

  void u8(int value) {
    int at = claim(1);
    if (at >= 0) {
      buffer[at] = (byte) value;
    }
  }

  void u16(int value) {
    int at = claim(2);
    if (at >= 0) {
      SHORT.set(buffer, at, (short) value);
    }
  }

  void u32(int value) {
    int at = claim(4);
    if (at >= 0) {
      INT.set(buffer, at, value);
    }
  }

  void u64(long value) {
    int at = claim(8);
    if (at >= 0) {
      LONG.set(buffer, at, value);
    }
  }

  void f64(double value) {
    u64(Double.doubleToRawLongBits(value));
  }

  void string(String text, String field) {
    int chars = text.length();
    if (chars > FrameFormat.MAX_PAYLOAD_BYTES) {
      skip(2 + Utf8.encodedLength(text));
      return;
    }
    int at = claim(2 + chars);
    if (at < 0) {
      skip(Utf8.encodedLength(text) - chars);
    } else {
      int ascii = Utf8.encodeAscii(text, buffer, at + 2);
      if (ascii == chars) {
        SHORT.set(buffer, at, (short) chars);
      } else {
        rest(text, field, at, ascii);
      }
    }
  }

  /** Claims room for raw bytes; returns where they go, or -1 when only counting. */
  int raw(int length) {
    return claim(length);
  }

  /** Leaves room for a length; returns what {@link #fillLength} wants. */
  int openLength() {
    return claim(2);
  }

  void fillLength(int slot) {
    int length = size - slot - 2;
    if (slot >= 0 && length <= FrameFormat.MAX_PAYLOAD_BYTES) {
      SHORT.set(buffer, slot, (short) length);
    }
  }

  /** Writes a string that is not all ASCII, from its first other character on. */
  private void rest(String text, String field, int at, int ascii) {
    int unpaired = Utf8.unpairedSurrogate(text);
    if (unpaired >= 0) {
      throw new IllegalArgumentException(
          field
              + " has an unpaired surrogate at index "
              + unpaired
              + ", which has no UTF-8 form; send binary data as bytes");
    }
    long length = Utf8.encodedLength(text);
    if (claim((int) (length - text.length())) >= 0) {
      SHORT.set(buffer, at, (short) length);
      Utf8.encode(text, ascii, buffer, at + 2 + ascii);
    }
  }

  private int claim(int bytes) {
    int at = size;
    if (bytes <= buffer.length - at) {
      size = at + bytes;
      return at;
    }
    return claimMore(at, bytes);
  }

  private int claimMore(int at, int bytes) {
    skip(bytes);
    int limit = headerBytes + FrameFormat.MAX_PAYLOAD_BYTES;
    if (size > limit) {
      return -1;
    }
    buffer = Arrays.copyOf(buffer, Math.min(limit, Math.max(size, 2 * buffer.length)));
    return at;
  }

  private void skip(long bytes) {
    size = (int) Math.min(Integer.MAX_VALUE, size + bytes);
  }
}
