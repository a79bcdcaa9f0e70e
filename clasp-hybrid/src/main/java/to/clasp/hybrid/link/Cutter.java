package to.clasp.hybrid.link;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import to.clasp.core.codec.Frame;
import to.clasp.hybrid.link.LinkMessage.Barrier;
import to.clasp.hybrid.link.LinkMessage.Data;
import to.clasp.hybrid.link.LinkMessage.Header;
import to.clasp.hybrid.link.LinkMessage.Part;

/**
 * Cuts the frames of the window into messages, from a cursor that each change of path sets back to
 * the oldest frame that is not acknowledged. Guarded by the link's lock.
 */
final class Cutter {

  private final SendWindow window;
  private long cursor;
  private int offset;

  /** Everything below has been sent at least once. */
  private long sentBelow;

  // What the message that was cut last covers.
  private long cutNext;
  private int cutOffset;

  Cutter(SendWindow window) {
    this.window = window;
  }

  /** Everything that is not acknowledged is sent again. */
  void rewind() {
    cursor = window.first();
    offset = 0;
  }

  boolean hasMore() {
    skipAcknowledged();
    return cursor < window.next();
  }

  private void skipAcknowledged() {
    if (cursor < window.first()) {
      cursor = window.first();
      offset = 0;
    }
  }

  /** Number of the frame that goes next. */
  long cursor() {
    return cursor;
  }

  long sentBelow() {
    return sentBelow;
  }

  boolean isAtBarrier() {
    return window.get(cursor) == null;
  }

  /** Leaves a barrier out that travels another way. */
  void skipBarrier() {
    cursor++;
  }

  /**
   * Cuts the next message, without moving on; there must be more.
   *
   * @param header what it begins with
   * @param batchBytes how long a message with several frames may be
   * @param maxBytes how long any message may be
   */
  LinkMessage cut(Header header, int batchBytes, int maxBytes) {
    Frame frame = window.get(cursor);
    cutOffset = 0;
    if (frame == null) {
      cutNext = cursor + 1;
      return new Barrier(header, cursor);
    }
    if (LinkCodec.DATA_BYTES + frame.size() > maxBytes) {
      return part(header, frame, maxBytes);
    }
    boolean copied = window.isCopied(cursor);
    List<Frame> frames = new ArrayList<>();
    int size = LinkCodec.DATA_BYTES;
    long number = cursor;
    do {
      frames.add(frame);
      size += frame.size();
      number++;
      frame = number < window.next() ? window.get(number) : null;
    } while (frame != null
        && size + frame.size() <= Math.min(batchBytes, maxBytes)
        && window.isCopied(number) == copied);
    cutNext = number;
    return new Data(header, cursor, copied, frames);
  }

  private Part part(Header header, Frame frame, int maxBytes) {
    byte[] whole = frame.toByteArray();
    int end = Math.min(whole.length, offset + maxBytes - LinkCodec.PART_BYTES);
    boolean last = end == whole.length;
    cutNext = last ? cursor + 1 : cursor;
    cutOffset = last ? 0 : end;
    return new Part(header, cursor, offset, whole.length, Arrays.copyOfRange(whole, offset, end));
  }

  /**
   * The message that was cut last has been sent.
   *
   * @return how many frames it completes that had been sent before
   */
  int sent() {
    int again = isAtBarrier() ? 0 : (int) Math.max(0, Math.min(cutNext, sentBelow) - cursor);
    cursor = cutNext;
    offset = cutOffset;
    sentBelow = Math.max(sentBelow, cursor);
    return again;
  }

  /** Everything below a number has been sent, if by another way. */
  void sentTo(long below) {
    sentBelow = Math.max(sentBelow, below);
  }

  /**
   * Forgets frames that may or may not have arrived: those that were sent and not acknowledged.
   *
   * @return how many
   */
  long forgetSent() {
    long forgotten = window.countFrames(sentBelow);
    window.trim(sentBelow);
    rewind();
    return forgotten;
  }
}
