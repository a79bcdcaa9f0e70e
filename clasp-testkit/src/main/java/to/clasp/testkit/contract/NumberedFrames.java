package to.clasp.testkit.contract;

import java.util.List;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QoS;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;

/** Frames that tell their sender and number, so that loss, repetition and disorder show. */
public final class NumberedFrames {

  private static final String ADDRESS = "/contract/";

  private NumberedFrames() {}

  /**
   * Makes a small frame that must not be lost.
   *
   * @param sender who sends it
   * @param number its number
   * @return the frame
   */
  public static Frame small(int sender, int number) {
    return Frame.of(PublishMessage.of(ADDRESS + sender, SignalType.EVENT, Value.of((long) number)));
  }

  /**
   * Makes a small frame of the kind that may be lost.
   *
   * @param sender who sends it
   * @param number its number
   * @return the frame
   */
  public static Frame lossy(int sender, int number) {
    return Frame.of(
        PublishMessage.of(ADDRESS + sender, SignalType.STREAM, Value.of((long) number)));
  }

  /**
   * Reads the number of a small frame.
   *
   * @param frame the frame
   * @return its number
   */
  public static int number(Frame frame) {
    if (frame.message() instanceof PublishMessage publish
        && publish.value() instanceof Value.Int64 number) {
      return Math.toIntExact(number.value());
    }
    throw new AssertionError("not a numbered frame: " + frame);
  }

  /**
   * Reads the sender of a small frame.
   *
   * @param frame the frame
   * @return its sender
   */
  public static int sender(Frame frame) {
    String address = frame.address();
    if (address == null || !address.startsWith(ADDRESS)) {
      throw new AssertionError("not a numbered frame: " + frame);
    }
    return Integer.parseInt(address.substring(ADDRESS.length()));
  }

  /**
   * Returns the size of the smallest frame that {@link #sized} makes.
   *
   * @return the size, in bytes
   */
  public static int minSize() {
    return sized("/s", 0, false).size();
  }

  /**
   * Makes a frame of an exact size. Those of almost the largest size carry a frame timestamp.
   *
   * @param size the size, {@link #minSize()} to 65 547 bytes
   * @return the frame
   */
  public static Frame sized(int size) {
    boolean timestamp = size > FrameFormat.MAX_FRAME_BYTES - FrameFormat.TIMESTAMP_BYTES;
    int overhead = sized("/s", 0, timestamp).size();
    Frame frame = sized("/s", size - overhead, timestamp);
    if (frame.size() != size) {
      throw new AssertionError("made a frame of " + frame.size() + " bytes instead of " + size);
    }
    return frame;
  }

  private static Frame sized(String address, int blob, boolean timestamp) {
    byte[] content = new byte[blob];
    for (int i = 0; i < blob; i++) {
      content[i] = (byte) (i * 31 + blob);
    }
    return Frame.of(
        PublishMessage.of(address, SignalType.EVENT, Value.Bytes.copyOf(content)),
        QoS.CONFIRM,
        timestamp ? 1_700_000_000_000_000L : null);
  }

  /**
   * Checks that the frames of one sender are exactly those numbered from 0, in order.
   *
   * @param sender the sender
   * @param count how many
   * @param frames frames of any senders
   * @throws AssertionError if one is missing, repeated or out of order
   */
  public static void assertComplete(int sender, int count, List<Frame> frames) {
    int expected = 0;
    for (Frame frame : frames) {
      if (sender(frame) == sender) {
        int number = number(frame);
        if (number != expected) {
          throw new AssertionError(
              "sender " + sender + ": frame " + number + " came where " + expected + " was due");
        }
        expected++;
      }
    }
    if (expected != count) {
      throw new AssertionError(
          "sender " + sender + ": " + expected + " frames came, " + count + " were accepted");
    }
  }
}
