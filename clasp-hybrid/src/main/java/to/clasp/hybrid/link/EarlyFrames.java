package to.clasp.hybrid.link;

import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;

/**
 * Numbered frames, and barriers, whose turn has not come yet, bounded in count and bytes. Their
 * numbers lie between the one that is expected and as many as there may be beyond it. Confined to
 * the loop.
 */
final class EarlyFrames {

  private static final Object BARRIER = new Object();

  private final int maxFrames;
  private final int maxBytes;

  /** A ring; its size is a power of two, and grows up to the bound. */
  private @Nullable Object[] ring = new Object[16];

  private int count;
  private long bytes;

  EarlyFrames(int maxFrames, int maxBytes) {
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
  }

  int count() {
    return count;
  }

  boolean isEmpty() {
    return count == 0;
  }

  boolean contains(long number, long expected) {
    return number - expected < ring.length && ring[index(number)] != null;
  }

  /** Keeps a copy of a frame, or a barrier for null; false when there is no room. */
  boolean keep(long number, long expected, @Nullable Frame frame) {
    int size = frame == null ? 0 : frame.size();
    if (number - expected > maxFrames || count >= maxFrames || bytes + size > maxBytes) {
      return false;
    }
    while (number - expected >= ring.length) {
      grow(expected);
    }
    // A copy, for the frame may be a small part of a large message.
    ring[index(number)] = frame == null ? BARRIER : Frame.wrap(frame.toByteArray());
    count++;
    bytes += size;
    return true;
  }

  private void grow(long expected) {
    @Nullable Object[] larger = new Object[ring.length * 2];
    for (long number = expected; number < expected + ring.length; number++) {
      larger[(int) (number & (larger.length - 1))] = ring[index(number)];
    }
    ring = larger;
  }

  private int index(long number) {
    return (int) (number & (ring.length - 1));
  }

  /** Whether the number that is expected is here. */
  boolean hasNext(long expected) {
    return ring[index(expected)] != null;
  }

  /** Takes out what has a number that {@link #hasNext}: a frame, or null for a barrier. */
  @Nullable Frame remove(long expected) {
    Object kept = ring[index(expected)];
    ring[index(expected)] = null;
    count--;
    if (!(kept instanceof Frame frame)) {
      return null;
    }
    bytes -= frame.size();
    return frame;
  }

  void clear() {
    ring = new Object[16];
    count = 0;
    bytes = 0;
  }
}
