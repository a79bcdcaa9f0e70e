package to.clasp.hybrid.link;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;

/**
 * Puts numbered frames, which may come twice and out of order, into order: each is delivered once.
 * What comes early is kept, bounded in count and bytes. Confined to the loop.
 */
final class ReceiveWindow {

  /** What became of a frame. */
  enum Verdict {
    /** Delivered, and what had waited for it too. */
    DELIVERED,
    /** Kept until what is missing before it has come. */
    KEPT,
    /** Had come before. */
    REPEATED,
    /** No room: the peer has to send it again. */
    REFUSED
  }

  private final int maxFrames;
  private final int maxBytes;

  /** Empty stands for a barrier. */
  private final Map<Long, Optional<Frame>> early = new HashMap<>();

  /** Written by the loop only. */
  private volatile long expected;

  private long bytes;

  // The frame that is being put together.
  private long partNumber = -1;
  private byte @Nullable [] parts;
  private int partsEnd;

  ReceiveWindow(int maxFrames, int maxBytes) {
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
  }

  /** The number that is expected next; may be read by any thread. */
  long expected() {
    return expected;
  }

  boolean isKept(long number) {
    return early.containsKey(number);
  }

  int keptFrames() {
    return early.size();
  }

  /**
   * Takes a frame, or null for a barrier.
   *
   * @param deliver called for each frame whose turn has come, in order
   */
  Verdict take(long number, @Nullable Frame frame, Consumer<Frame> deliver) {
    if (number < expected || early.containsKey(number)) {
      return Verdict.REPEATED;
    }
    if (number > expected) {
      int size = frame == null ? 0 : frame.size();
      if (number - expected > maxFrames || early.size() >= maxFrames || bytes + size > maxBytes) {
        return Verdict.REFUSED;
      }
      // A copy, for the frame may be a small part of a large message.
      early.put(number, Optional.ofNullable(frame).map(ReceiveWindow::copy));
      bytes += size;
      return Verdict.KEPT;
    }
    // Counting and delivering are one decision: what throws is not repeated.
    next();
    if (frame != null) {
      deliver.accept(frame);
    }
    deliverEarly(deliver);
    return Verdict.DELIVERED;
  }

  private static Frame copy(Frame frame) {
    return Frame.wrap(frame.toByteArray());
  }

  private void deliverEarly(Consumer<Frame> deliver) {
    while (!early.isEmpty()) {
      Optional<Frame> kept = early.remove(expected);
      if (kept == null) {
        return;
      }
      next();
      bytes -= kept.map(Frame::size).orElse(0);
      kept.ifPresent(deliver);
    }
  }

  private void next() {
    long now = expected;
    expected = now + 1;
  }

  /**
   * Takes a part of a frame.
   *
   * @return the frame's bytes when it is whole, otherwise null
   */
  byte @Nullable [] join(LinkMessage.Part part) {
    if (part.number() < expected) {
      return null;
    }
    if (part.offset() == 0) {
      partNumber = part.number();
      parts = new byte[part.total()];
      partsEnd = 0;
    }
    byte[] whole = parts;
    if (whole == null
        || part.number() != partNumber
        || part.offset() != partsEnd
        || part.total() != whole.length) {
      return null;
    }
    System.arraycopy(part.bytes(), 0, whole, partsEnd, part.bytes().length);
    partsEnd += part.bytes().length;
    if (partsEnd < whole.length) {
      return null;
    }
    parts = null;
    return whole;
  }

  /**
   * The peer's oldest number is this; what lies before it will never come.
   *
   * @param deliver called for what had waited
   * @return how many are missing for ever
   */
  long skipTo(long first, Consumer<Frame> deliver) {
    long missing = 0;
    while (expected < first) {
      Optional<Frame> kept = early.remove(expected);
      if (kept == null) {
        if (early.isEmpty()) {
          missing += first - expected;
          expected = first;
          break;
        }
        missing++;
        next();
      } else {
        next();
        bytes -= kept.map(Frame::size).orElse(0);
        kept.ifPresent(deliver);
      }
    }
    deliverEarly(deliver);
    return missing;
  }

  /** Another life of the peer begins: numbers start anew. */
  void restart(long first) {
    early.clear();
    bytes = 0;
    parts = null;
    expected = first;
  }
}
