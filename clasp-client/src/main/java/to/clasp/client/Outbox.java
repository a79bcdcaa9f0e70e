package to.clasp.client;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.peer.Reliability;

/**
 * Frames that wait for a session, bounded in bytes. Streams give way, oldest first, for late
 * real-time data does harm. Guarded by the lock of its owner.
 */
final class Outbox {

  /** A frame and what to do when it has been sent, or not. */
  record Entry(Frame frame, SendOutcome outcome) {}

  private final int maxBytes;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private long bytes;
  private long droppedStreams;

  Outbox(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  long droppedStreams() {
    return droppedStreams;
  }

  /** Adds a frame; false when there is no room. Streams that gave way are failed. */
  boolean add(Frame frame, SendOutcome outcome) {
    while (bytes + frame.size() > maxBytes) {
      Entry stream = takeOldestStream();
      if (stream == null) {
        return false;
      }
      droppedStreams++;
      stream.outcome.failed(
          new BackpressureException(
              "a newer value took the place of this stream value while there was no session"));
    }
    entries.add(new Entry(frame, outcome));
    bytes += frame.size();
    return true;
  }

  private @Nullable Entry takeOldestStream() {
    for (Iterator<Entry> all = entries.iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      if (Reliability.of(entry.frame) == Reliability.UNRELIABLE) {
        all.remove();
        bytes -= entry.frame.size();
        return entry;
      }
    }
    return null;
  }

  @Nullable Entry first() {
    return entries.peek();
  }

  void removeFirst() {
    Entry entry = entries.remove();
    bytes -= entry.frame.size();
  }
}
