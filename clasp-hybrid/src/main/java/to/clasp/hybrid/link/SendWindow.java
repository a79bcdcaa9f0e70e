package to.clasp.hybrid.link;

import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;

/**
 * Numbered frames that the peer has not acknowledged, bounded in count and bytes. Only the peer's
 * acknowledgement trims it. Not safe for use by several threads: the link's lock guards it.
 */
final class SendWindow {

  private final int maxFrames;
  private final int maxBytes;

  /** The bounds of the peer, once known. */
  private int peerFrames = Integer.MAX_VALUE;

  private int peerBytes = Integer.MAX_VALUE;

  /** A ring; its size is a power of two, and grows up to the bound. Null stands for a barrier. */
  private @Nullable Frame[] ring = new Frame[64];

  /** Of the same size: which frames will also travel plainly through the router. */
  private boolean[] copied = new boolean[64];

  private long first;
  private long next;
  private long bytes;

  SendWindow(int maxFrames, int maxBytes) {
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
  }

  /** What the peer keeps out of order; more is not on its way at once. */
  void peerKeeps(int frames, int bytes) {
    peerFrames = frames;
    peerBytes = bytes;
  }

  /** Number of the oldest frame that is not acknowledged. */
  long first() {
    return first;
  }

  /** Number that the next frame gets. */
  long next() {
    return next;
  }

  boolean isEmpty() {
    return first == next;
  }

  int size() {
    return (int) (next - first);
  }

  /** How many frames there are below a number, without the barriers. */
  long countFrames(long below) {
    long frames = 0;
    for (long number = first; number < Math.min(below, next); number++) {
      frames += ring[index(number)] == null ? 0 : 1;
    }
    return frames;
  }

  long bytes() {
    return bytes;
  }

  /** Whether a frame fits. An empty window takes any. */
  boolean hasRoom(int size) {
    return isEmpty()
        || (size() < Math.min(maxFrames, peerFrames)
            && bytes + size <= Math.min(maxBytes, peerBytes));
  }

  /** Whether there is room for a good deal more, so that senders who wait should come back. */
  boolean isRoomy() {
    return size() <= Math.min(maxFrames, peerFrames) / 2
        && bytes <= Math.min(maxBytes, peerBytes) / 2;
  }

  void add(Frame frame) {
    put(frame);
    bytes += frame.size();
  }

  void addBarrier() {
    put(null);
  }

  private void put(@Nullable Frame frame) {
    if (size() == ring.length) {
      grow();
    }
    ring[index(next)] = frame;
    copied[index(next)] = false;
    next++;
  }

  private void grow() {
    @Nullable Frame[] larger = new Frame[ring.length * 2];
    boolean[] largerCopied = new boolean[larger.length];
    for (long number = first; number < next; number++) {
      int at = (int) (number & (larger.length - 1));
      larger[at] = ring[index(number)];
      largerCopied[at] = copied[index(number)];
    }
    ring = larger;
    copied = largerCopied;
  }

  private int index(long number) {
    return (int) (number & (ring.length - 1));
  }

  /** Returns a frame that is in the window, or null for a barrier. */
  @Nullable Frame get(long number) {
    return ring[index(number)];
  }

  boolean isCopied(long number) {
    return copied[index(number)];
  }

  /** From now on each transmission says that a plain copy follows. */
  void markCopied(long number) {
    copied[index(number)] = true;
  }

  /** Forgets what lies below a number. */
  void trim(long below) {
    long until = Math.min(below, next);
    while (first < until) {
      Frame frame = ring[index(first)];
      ring[index(first)] = null;
      bytes -= frame == null ? 0 : frame.size();
      first++;
    }
  }
}
