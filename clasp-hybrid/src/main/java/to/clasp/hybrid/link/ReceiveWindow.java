package to.clasp.hybrid.link;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;

/**
 * Puts numbered frames, which may come twice and out of order, into order: each is delivered once.
 * What comes early is kept, bounded in count and bytes, and so is everything while it is held.
 * Confined to the loop.
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

  private final EarlyFrames early;

  /** Written by the loop only. */
  private volatile long expected;

  /** Nothing is delivered now: what comes is kept, in order or not. */
  private boolean held;

  // The frame that is being put together.
  private long partNumber = -1;
  private byte @Nullable [] parts;
  private int partsEnd;

  ReceiveWindow(int maxFrames, int maxBytes) {
    this.early = new EarlyFrames(maxFrames, maxBytes);
  }

  /** The number that is expected next; may be read by any thread. */
  long expected() {
    return expected;
  }

  boolean isKept(long number) {
    return number >= expected && early.contains(number, expected);
  }

  int keptFrames() {
    return early.count();
  }

  /**
   * Takes a frame, or null for a barrier.
   *
   * @param deliver called for each frame whose turn has come, in order
   */
  Verdict take(long number, @Nullable Frame frame, Consumer<Frame> deliver) {
    if (number == expected && !held) {
      // Counting and delivering are one decision: what throws is not repeated.
      next();
      if (frame != null) {
        deliver.accept(frame);
      }
      deliverEarly(deliver);
      return Verdict.DELIVERED;
    }
    if (number < expected || early.contains(number, expected)) {
      return Verdict.REPEATED;
    }
    return early.keep(number, expected, frame) ? Verdict.KEPT : Verdict.REFUSED;
  }

  /** From now on nothing is delivered, and the number that is expected stays the same. */
  void hold() {
    held = true;
  }

  /** Delivers what has come in order, and what comes from now on. */
  void release(Consumer<Frame> deliver) {
    held = false;
    deliverEarly(deliver);
  }

  private void deliverEarly(Consumer<Frame> deliver) {
    while (!held && early.hasNext(expected)) {
      deliverNext(deliver);
    }
  }

  private void deliverNext(Consumer<Frame> deliver) {
    Frame frame = early.remove(expected);
    next();
    if (frame != null) {
      deliver.accept(frame);
    }
  }

  /** Delivers what has come in order, held or not: no more will come that could wait its turn. */
  void deliverAll(Consumer<Frame> deliver) {
    while (early.hasNext(expected)) {
      deliverNext(deliver);
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
      if (early.hasNext(expected)) {
        deliverNext(deliver);
      } else if (early.isEmpty()) {
        missing += first - expected;
        expected = first;
      } else {
        missing++;
        next();
      }
    }
    deliverEarly(deliver);
    return missing;
  }

  /** Another life of the peer begins: numbers start anew. */
  void restart(long first) {
    early.clear();
    parts = null;
    expected = first;
  }
}
