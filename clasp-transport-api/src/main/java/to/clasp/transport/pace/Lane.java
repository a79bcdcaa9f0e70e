package to.clasp.transport.pace;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;

/**
 * A bounded queue of accepted frames. Once full it takes nothing until it is half empty, so that a
 * sender that waits for room gets more than one place. Not safe for use by several threads at once.
 */
final class Lane {

  private final int maxFrames;
  private final int maxBytes;
  private final ArrayDeque<Frame> frames = new ArrayDeque<>();
  private long bytes;
  private boolean full;

  Lane(int maxFrames, int maxBytes) {
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  boolean isFull() {
    return full;
  }

  int frames() {
    return frames.size();
  }

  long bytes() {
    return bytes;
  }

  @Nullable Frame first() {
    return frames.peekFirst();
  }

  /** Adds a frame at the end; false when there is no room. */
  boolean add(Frame frame) {
    if (full) {
      return false;
    }
    frames.addLast(frame);
    added(frame);
    return true;
  }

  /** Adds a frame ahead of all others; for one that cannot wait, so the bound does not hold. */
  void addFirst(Frame frame) {
    frames.addFirst(frame);
    added(frame);
  }

  /** Removes the first frame; true when the lane was full and takes frames again. */
  boolean removeFirst() {
    bytes -= frames.removeFirst().size();
    return checkRoom();
  }

  /** Removes all frames; returns how many. */
  int clear() {
    int count = frames.size();
    frames.clear();
    bytes = 0;
    full = false;
    return count;
  }

  private void added(Frame frame) {
    bytes += frame.size();
    full |= frames.size() >= maxFrames || bytes >= maxBytes;
  }

  private boolean checkRoom() {
    if (full && frames.size() <= maxFrames / 2 && bytes <= maxBytes / 2) {
      full = false;
      return true;
    }
    return false;
  }
}
