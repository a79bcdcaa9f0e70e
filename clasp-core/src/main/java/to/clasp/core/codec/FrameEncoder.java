package to.clasp.core.codec;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.Message;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.QoS;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;

/**
 * Writes frames into a buffer that it keeps, for senders of many frames: the hot messages, SET and
 * PUBLISH of one value, are written without any object in between.
 *
 * <p>Each {@code set}, {@code publish} or {@code encode} replaces the frame before it; take it with
 * {@link #toFrame}, {@link #toByteArray} or {@link #copyTo(byte[], int)}. Addresses are written as
 * they are; check those of an application with {@link to.clasp.core.address.Address#requireValid}.
 *
 * <p>All writing methods throw {@link FrameTooLargeException} when the message does not fit into a
 * frame, {@link NestingTooDeepException} when a value is nested deeper than {@link Value#MAX_DEPTH}
 * and {@link IllegalArgumentException} when a text has an unpaired surrogate, which has no UTF-8
 * form. The encoder stays usable, without a frame in it.
 *
 * <p>Not thread-safe: one encoder for each thread.
 */
public final class FrameEncoder {

  private static final int INITIAL_CAPACITY = 512;

  private static final int VALUE_PRESENT = 1;

  private final PayloadWriter out;

  /** Makes an encoder with a small buffer that grows up to {@link FrameFormat#MAX_FRAME_BYTES}. */
  public FrameEncoder() {
    this(INITIAL_CAPACITY);
  }

  private FrameEncoder(int capacity) {
    out = new PayloadWriter(capacity);
  }

  /**
   * Makes an encoder for one SET or PUBLISH, to be taken with {@link #release}.
   *
   * @param rest how many bytes follow the address
   */
  static FrameEncoder forOne(String address, int rest) {
    return new FrameEncoder(SizeGuess.of(address, rest));
  }

  /** Takes the frame without a copy, if it is as large as was guessed. The encoder is used up. */
  Frame release(String address) {
    return Frame.trusted(out.release(), address);
  }

  /**
   * Encodes a message once, into an array of its own.
   *
   * @return an array of exactly the size of the frame
   */
  static byte[] encodeOnce(Message message, QoS qos, @Nullable Long timestamp) {
    PayloadWriter writer = new PayloadWriter(SizeGuess.of(message, timestamp != null));
    writer.begin(qos, timestamp);
    MessageWriter.write(writer, message);
    writer.end(message.type());
    return writer.release();
  }

  /**
   * Writes a message with its default QoS and without frame timestamp.
   *
   * @param message the message
   * @return this
   */
  public FrameEncoder encode(Message message) {
    return encode(message, message.defaultQos(), null);
  }

  /**
   * Writes a message.
   *
   * @param message the message
   * @param qos the label in the frame header
   * @param timestamp frame timestamp, unsigned microseconds since 1970, or null for none; routers
   *     drop it on forwarding
   * @return this
   */
  public FrameEncoder encode(Message message, QoS qos, @Nullable Long timestamp) {
    out.begin(qos, timestamp);
    MessageWriter.write(out, message);
    return end(message.type());
  }

  /**
   * Writes a SET of a floating point number.
   *
   * @param address the address
   * @param value the number
   * @return this
   */
  public FrameEncoder set(String address, double value) {
    beginSet(address, Codes.FLOAT64);
    out.f64(value);
    return end(MessageType.SET);
  }

  /**
   * Writes a SET of an integer.
   *
   * @param address the address
   * @param value the integer
   * @return this
   */
  public FrameEncoder set(String address, long value) {
    beginSet(address, Codes.INT64);
    out.u64(value);
    return end(MessageType.SET);
  }

  /**
   * Writes a SET of a boolean.
   *
   * @param address the address
   * @param value the boolean
   * @return this
   */
  public FrameEncoder set(String address, boolean value) {
    beginSet(address, Codes.BOOL);
    out.u8(value ? 1 : 0);
    return end(MessageType.SET);
  }

  /**
   * Writes a SET of a string.
   *
   * @param address the address
   * @param value the text
   * @return this
   */
  public FrameEncoder set(String address, String value) {
    beginSet(address, Codes.TEXT);
    out.string(value, "SET.value");
    return end(MessageType.SET);
  }

  /**
   * Writes a SET of any value.
   *
   * @param address the address
   * @param value the value
   * @return this
   */
  public FrameEncoder set(String address, Value value) {
    beginSet(address, ValueWriter.code(value));
    ValueWriter.writeData(out, value, "SET.value");
    return end(MessageType.SET);
  }

  /**
   * Writes a PUBLISH of a floating point number, with the default QoS of its signal type.
   *
   * @param address the address
   * @param signal the kind of data
   * @param value the number
   * @return this
   */
  public FrameEncoder publish(String address, SignalType signal, double value) {
    beginPublish(address, signal, Codes.FLOAT64);
    out.f64(value);
    return end(MessageType.PUBLISH);
  }

  /**
   * Writes a PUBLISH of an integer, with the default QoS of its signal type.
   *
   * @param address the address
   * @param signal the kind of data
   * @param value the integer
   * @return this
   */
  public FrameEncoder publish(String address, SignalType signal, long value) {
    beginPublish(address, signal, Codes.INT64);
    out.u64(value);
    return end(MessageType.PUBLISH);
  }

  /**
   * Writes a PUBLISH of a boolean, with the default QoS of its signal type.
   *
   * @param address the address
   * @param signal the kind of data
   * @param value the boolean
   * @return this
   */
  public FrameEncoder publish(String address, SignalType signal, boolean value) {
    beginPublish(address, signal, Codes.BOOL);
    out.u8(value ? 1 : 0);
    return end(MessageType.PUBLISH);
  }

  /**
   * Writes a PUBLISH of a string, with the default QoS of its signal type.
   *
   * @param address the address
   * @param signal the kind of data
   * @param value the text
   * @return this
   */
  public FrameEncoder publish(String address, SignalType signal, String value) {
    beginPublish(address, signal, Codes.TEXT);
    out.string(value, "PUBLISH.value");
    return end(MessageType.PUBLISH);
  }

  /**
   * Writes a PUBLISH of any value, with the default QoS of its signal type.
   *
   * @param address the address
   * @param signal the kind of data
   * @param value the value
   * @return this
   */
  public FrameEncoder publish(String address, SignalType signal, Value value) {
    beginPublish(address, signal, ValueWriter.code(value));
    ValueWriter.writeData(out, value, "PUBLISH.value");
    return end(MessageType.PUBLISH);
  }

  /**
   * Returns the size of the frame written last.
   *
   * @return the size in bytes; 0 when there is none
   */
  public int size() {
    return out.frameSize();
  }

  /**
   * Copies the frame written last.
   *
   * @return an array of exactly its size
   * @throws IllegalStateException if there is none
   */
  public byte[] toByteArray() {
    requireFrame();
    return out.copy();
  }

  /**
   * Copies the frame written last.
   *
   * @return a frame that does not depend on this encoder
   * @throws IllegalStateException if there is none
   */
  public Frame toFrame() {
    return Frame.trusted(toByteArray(), null);
  }

  /**
   * Copies the frame written last into an array.
   *
   * @param target the array
   * @param offset where in the array the frame goes
   * @throws IllegalStateException if there is none
   * @throws IndexOutOfBoundsException if the array has no room for {@link #size} bytes there
   */
  public void copyTo(byte[] target, int offset) {
    requireFrame();
    Objects.checkFromIndexSize(offset, out.frameSize(), target.length);
    System.arraycopy(out.buffer(), 0, target, offset, out.frameSize());
  }

  /**
   * Copies the frame written last into a buffer, at its position.
   *
   * @param target the buffer; its position moves behind the frame
   * @throws IllegalStateException if there is none
   * @throws BufferOverflowException if fewer than {@link #size} bytes remain; nothing is copied
   */
  public void copyTo(ByteBuffer target) {
    requireFrame();
    target.put(out.buffer(), 0, out.frameSize());
  }

  private void beginSet(String address, int valueCode) {
    out.begin(QoS.CONFIRM, null);
    MessageWriter.setHead(out, valueCode, address);
  }

  private void beginPublish(String address, SignalType signal, int valueCode) {
    out.begin(signal.defaultQos(), null);
    MessageWriter.publishHead(out, signal, GesturePhase.START, 0, address);
    out.u8(VALUE_PRESENT);
    out.u8(valueCode);
  }

  private FrameEncoder end(MessageType type) {
    out.end(type);
    return this;
  }

  private void requireFrame() {
    if (out.frameSize() == 0) {
      throw new IllegalStateException(
          "no frame has been written; call set, publish or encode first");
    }
  }
}
