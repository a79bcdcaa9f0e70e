package to.clasp.core.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import to.clasp.core.message.Message;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.QoS;
import to.clasp.core.message.SignalType;

/**
 * One whole encoded CLASP frame: its bytes, and what routing needs to know of them.
 *
 * <p>Everything is read from the bytes when it is asked for, so a frame can be made from bytes
 * alone at no cost. {@link #messageType}, {@link #address} and {@link #signal} do not decode the
 * value; only for legacy MessagePack payloads, whose fields have no fixed place, they decode the
 * message.
 *
 * <p>Reading throws {@link MalformedFrameException} when the bytes are not what they should be, and
 * nothing else. Numbers called unsigned are Java's signed types with the same bits.
 *
 * <p>Immutable and safe for use by any thread.
 */
public final class Frame {

  private static final int FLAGS = 1;
  private static final int LENGTH = 2;

  /** What stands before the value of a PUBLISH: that it is there, and its type. */
  private static final int PUBLISH_TYPES = 2;

  private final byte[] bytes;
  private final int start;
  private final int payload;
  private final int end;

  /** Cached; a race only decodes it twice, for strings are safe to publish by a race. */
  private @Nullable String address;

  private Frame(byte[] bytes, int start, int payload, int end, @Nullable String address) {
    this.bytes = bytes;
    this.start = start;
    this.payload = payload;
    this.end = end;
    this.address = address;
  }

  /**
   * Encodes a message with its default QoS and without frame timestamp.
   *
   * @param message the message
   * @return the frame
   * @throws FrameTooLargeException if the message does not fit into a frame
   * @throws NestingTooDeepException if a value is nested deeper than {@link
   *     to.clasp.core.value.Value#MAX_DEPTH}, or bundles deeper than {@link
   *     FrameFormat#MAX_BUNDLE_DEPTH}
   * @throws IllegalArgumentException if a text has an unpaired surrogate, which has no UTF-8 form
   */
  public static Frame of(Message message) {
    return of(message, message.defaultQos(), null);
  }

  /**
   * Encodes a message without frame timestamp.
   *
   * @param message the message
   * @param qos the label in the header
   * @return the frame
   * @throws FrameTooLargeException as {@link #of(Message)}
   * @throws NestingTooDeepException as {@link #of(Message)}
   * @throws IllegalArgumentException as {@link #of(Message)}
   */
  public static Frame of(Message message, QoS qos) {
    return of(message, qos, null);
  }

  /**
   * Encodes a message.
   *
   * @param message the message
   * @param qos the label in the header
   * @param timestampMicros frame timestamp, unsigned microseconds since 1970, or null for none;
   *     routers drop it on forwarding
   * @return the frame
   * @throws FrameTooLargeException as {@link #of(Message)}
   * @throws NestingTooDeepException as {@link #of(Message)}
   * @throws IllegalArgumentException as {@link #of(Message)}
   */
  public static Frame of(Message message, QoS qos, @Nullable Long timestampMicros) {
    return trusted(
        FrameEncoder.encodeOnce(message, qos, timestampMicros), Routing.address(message));
  }

  /**
   * Encodes a plain SET of a floating point number, without any object but the frame.
   *
   * @param address the address
   * @param value the number
   * @return the frame
   * @throws FrameTooLargeException as {@link #of(Message)}
   * @throws IllegalArgumentException as {@link #of(Message)}
   */
  public static Frame set(String address, double value) {
    return FrameEncoder.forOne(address, Double.BYTES).set(address, value).release(address);
  }

  /**
   * Encodes a plain SET of an integer, as {@link #set(String, double)}.
   *
   * @param address the address
   * @param value the integer
   * @return the frame
   */
  public static Frame set(String address, long value) {
    return FrameEncoder.forOne(address, Long.BYTES).set(address, value).release(address);
  }

  /**
   * Encodes a plain SET of a boolean, as {@link #set(String, double)}.
   *
   * @param address the address
   * @param value the boolean
   * @return the frame
   */
  public static Frame set(String address, boolean value) {
    return FrameEncoder.forOne(address, 1).set(address, value).release(address);
  }

  /**
   * Encodes a PUBLISH of a floating point number with the default QoS of its signal type, as {@link
   * #set(String, double)}.
   *
   * @param address the address
   * @param signal the kind of data
   * @param value the number
   * @return the frame
   */
  public static Frame publish(String address, SignalType signal, double value) {
    return FrameEncoder.forOne(address, PUBLISH_TYPES + Double.BYTES)
        .publish(address, signal, value)
        .release(address);
  }

  /**
   * Encodes a PUBLISH of an integer with the default QoS of its signal type, as {@link #set(String,
   * double)}.
   *
   * @param address the address
   * @param signal the kind of data
   * @param value the integer
   * @return the frame
   */
  public static Frame publish(String address, SignalType signal, long value) {
    return FrameEncoder.forOne(address, PUBLISH_TYPES + Long.BYTES)
        .publish(address, signal, value)
        .release(address);
  }

  /**
   * Encodes a PUBLISH of a boolean with the default QoS of its signal type, as {@link #set(String,
   * double)}.
   *
   * @param address the address
   * @param signal the kind of data
   * @param value the boolean
   * @return the frame
   */
  public static Frame publish(String address, SignalType signal, boolean value) {
    return FrameEncoder.forOne(address, PUBLISH_TYPES + 1)
        .publish(address, signal, value)
        .release(address);
  }

  /**
   * Makes a frame of received bytes. Only the header is checked: magic byte and length. Bytes after
   * the end of the frame are left out, as the router does.
   *
   * @param bytes the bytes; the frame takes the array over, so do not change it afterwards
   * @return the frame
   * @throws MalformedFrameException if the header is bad or the frame is cut off
   */
  public static Frame wrap(byte[] bytes) {
    return wrap(bytes, 0, bytes.length);
  }

  /**
   * Makes a frame of a range of received bytes, as {@link #wrap(byte[])}. The frame keeps the whole
   * array alive; copy the range first when it is a small part of an array that should be freed.
   *
   * @param bytes the array; the frame takes the range over, so do not change it afterwards
   * @param offset where the frame starts
   * @param length how many bytes there are, at least those of the frame
   * @return the frame
   * @throws MalformedFrameException if the header is bad or the frame is cut off
   * @throws IndexOutOfBoundsException if the range is not within the array
   */
  public static Frame wrap(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length < FrameFormat.HEADER_BYTES) {
      throw new MalformedFrameException(
          "frame.header", length, "a frame has at least 4 bytes, not " + length);
    }
    if ((bytes[offset] & 0xFF) != FrameFormat.MAGIC) {
      throw new MalformedFrameException(
          "frame.magic", 0, String.format("0x%02x is not 0x53", bytes[offset]));
    }
    int header = FrameFormat.headerBytes(bytes[offset + FLAGS]);
    int size = header + payloadLength(bytes, offset);
    if (length < size) {
      throw new MalformedFrameException(
          "frame.length",
          LENGTH,
          "the frame has " + size + " bytes, of which " + length + " are here");
    }
    return new Frame(bytes, offset, offset + header, offset + size, null);
  }

  /**
   * Makes a frame of bytes that the encoder has just written.
   *
   * @param address the one that is in the bytes, or null if it is unknown or there is none
   */
  static Frame trusted(byte[] bytes, @Nullable String address) {
    return new Frame(bytes, 0, FrameFormat.headerBytes(bytes[FLAGS]), bytes.length, address);
  }

  static int payloadLength(byte[] bytes, int frameStart) {
    return (bytes[frameStart + LENGTH] & 0xFF) << 8 | (bytes[frameStart + LENGTH + 1] & 0xFF);
  }

  /**
   * Reads the type of the message.
   *
   * @return the type
   * @throws MalformedFrameException if the payload is empty or starts with an unassigned code
   */
  public MessageType messageType() {
    if (isLegacy()) {
      return message().type();
    }
    return MessageReader.type(reader());
  }

  /**
   * Reads the address of the message, without decoding what follows it. It is not checked against
   * the grammar: routers forward any string.
   *
   * @return the address of a SET, PUBLISH or GET, the optional one of an ACK or ERROR, otherwise
   *     null
   * @throws MalformedFrameException if the message is malformed up to the end of its address
   */
  public @Nullable String address() {
    String known = address;
    if (known == null) {
      known = isLegacy() ? Routing.address(message()) : Routing.address(reader());
      address = known;
    }
    return known;
  }

  /**
   * Tells whether the address starts with the given bytes, without making a string of it.
   *
   * @param prefix UTF-8 bytes
   * @return true if the message is a SET, PUBLISH or GET and its address starts with the prefix;
   *     false for everything else, malformed and legacy frames included
   */
  public boolean addressStartsWith(byte[] prefix) {
    int from = Routing.addressStart(bytes, payload, end);
    return from >= 0
        && prefix.length <= end - from
        && prefix.length <= Routing.addressLength(bytes, from)
        && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
  }

  /**
   * Reads what kind of data the message carries.
   *
   * @return {@link SignalType#PARAM} for SET, a PUBLISH's own, otherwise null
   * @throws MalformedFrameException if the message is malformed up to its flags
   */
  public @Nullable SignalType signal() {
    return isLegacy() ? Routing.signal(message()) : Routing.signal(reader());
  }

  /**
   * Reads the QoS label of the header.
   *
   * @return the label; the reserved code 3 reads as {@link QoS#FIRE}, as the router does
   */
  public QoS qos() {
    return Codes.qos((bytes[start + FLAGS] & 0xFF) >> FrameFormat.QOS_SHIFT);
  }

  /**
   * Reads the timestamp of the header.
   *
   * @return unsigned microseconds since 1970, or null when there is none
   */
  public @Nullable Long timestamp() {
    if (payload - start == FrameFormat.HEADER_BYTES) {
      return null;
    }
    return new PayloadReader(bytes, start, start + FrameFormat.HEADER_BYTES, payload)
        .u64("frame.timestamp");
  }

  /**
   * Decodes the message, anew with each call.
   *
   * @return the message
   * @throws MalformedFrameException if the payload is no message
   */
  public Message message() {
    return isLegacy() ? LegacyReader.read(reader()) : MessageReader.read(reader());
  }

  /**
   * Returns the size of the frame, header included.
   *
   * @return the size in bytes
   */
  public int size() {
    return end - start;
  }

  /**
   * Copies the frame.
   *
   * @return a fresh array of {@link #size} bytes
   */
  public byte[] toByteArray() {
    return Arrays.copyOfRange(bytes, start, end);
  }

  /**
   * Shows the bytes without copying them.
   *
   * @return a fresh read-only buffer with {@link #size} bytes remaining
   */
  public ByteBuffer asReadOnlyBuffer() {
    return ByteBuffer.wrap(bytes, start, end - start).slice().asReadOnlyBuffer();
  }

  /**
   * Copies the frame into an array.
   *
   * @param target the array
   * @param offset where in the array the frame goes
   * @throws IndexOutOfBoundsException if the array has no room for {@link #size} bytes there
   */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, start, target, offset, end - start);
  }

  /** Two frames are equal when their bytes are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Frame that
        && Arrays.equals(bytes, start, end, that.bytes, that.start, that.end);
  }

  @Override
  public int hashCode() {
    return ByteBuffer.wrap(bytes, start, end - start).hashCode();
  }

  /** Type, address and size; never the content, which may hold credentials. */
  @Override
  public String toString() {
    try {
      String known = address();
      return messageType() + (known == null ? "" : " " + known) + ", " + size() + " bytes";
    } catch (MalformedFrameException e) {
      return "malformed frame, " + size() + " bytes";
    }
  }

  private boolean isLegacy() {
    return payload < end && FrameFormat.isLegacy(bytes[payload] & 0xFF);
  }

  private PayloadReader reader() {
    return new PayloadReader(bytes, start, payload, end);
  }
}
