package to.clasp.hybrid.link;

import java.util.List;
import to.clasp.core.codec.Frame;

/**
 * One message of the link layer, as it travels in a data channel message or in an envelope through
 * the router. {@link LinkCodec} gives the layout.
 */
sealed interface LinkMessage {

  /**
   * What every message begins with.
   *
   * @param from epoch of the sender
   * @param to epoch of the receiver as the sender knows it, or 0
   * @param ack the number that the sender expects next: everything below has been delivered
   * @param receipt how many messages that ask for a receipt the sender has received on this channel
   */
  record Header(long from, long to, long ack, int receipt) {}

  /**
   * Returns what the message begins with.
   *
   * @return the header
   */
  Header header();

  /** Whether the receiver counts the message in its receipts, and so has to answer soon. */
  default boolean asksForReceipt() {
    return true;
  }

  /**
   * Opens the link, or answers that.
   *
   * @param header the header
   * @param first the oldest number that is not acknowledged
   * @param maxFrames how many frames the sender keeps that came out of order
   * @param maxBytes how many bytes of them
   * @param answer true if it answers another
   */
  record Hello(Header header, long first, int maxFrames, int maxBytes, boolean answer)
      implements LinkMessage {}

  /**
   * Frames with successive numbers.
   *
   * @param header the header
   * @param first number of the first frame
   * @param copied whether each will also travel as a plain frame through the router
   * @param frames at least one; must not be changed
   */
  record Data(Header header, long first, boolean copied, List<Frame> frames)
      implements LinkMessage {}

  /**
   * A part of a frame that is larger than a message may be. Parts of a frame come in order.
   *
   * @param header the header
   * @param number number of the frame
   * @param offset where the part begins
   * @param total size of the frame
   * @param bytes the part; must not be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Part(Header header, long number, int offset, int total, byte[] bytes)
      implements LinkMessage {}

  /**
   * Has a number, as a frame has, and nothing to deliver: it closes the way of the plain frames
   * that went before it.
   *
   * @param header the header
   * @param number its number
   */
  record Barrier(Header header, long number) implements LinkMessage {}

  /**
   * Tells what has been received, and nothing else.
   *
   * @param header the header
   */
  record Ack(Header header) implements LinkMessage {
    @Override
    public boolean asksForReceipt() {
      return false;
    }
  }

  /**
   * Asks whether the other side is there.
   *
   * @param header the header
   */
  record Ping(Header header) implements LinkMessage {}

  /**
   * The sender's side of the link has ended for good.
   *
   * @param header the header
   */
  record Bye(Header header) implements LinkMessage {
    @Override
    public boolean asksForReceipt() {
      return false;
    }
  }
}
