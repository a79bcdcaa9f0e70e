package to.clasp.client;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.peer.Reliability;

/**
 * Frames that wait for a session, bounded in bytes. When there is no room those go first that
 * nobody waits for, then streams, oldest first, for late real-time data does harm. Guarded by the
 * lock of its owner.
 */
final class Outbox {

  /** A frame, the peer that it is for, if any, and who hears what becomes of it. */
  record Entry(Frame frame, @Nullable String peer, SendOutcome outcome) {}

  private final int maxBytes;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final Map<String, Integer> waitingByPeer = new HashMap<>();
  private long bytes;
  private long droppedStreams;

  Outbox(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Whether frames for a peer wait. */
  boolean holdsFor(String peer) {
    return waitingByPeer.containsKey(peer);
  }

  long droppedStreams() {
    return droppedStreams;
  }

  /**
   * Adds a frame.
   *
   * @param gaveWay gets each entry that was removed to make room
   * @return false when there is no room
   */
  boolean add(Entry entry, Consumer<Entry> gaveWay) {
    int size = entry.frame.size();
    if (size > maxBytes) {
      return false;
    }
    if (bytes + size > maxBytes) {
      removeUntilFits(size, waiting -> waiting.outcome.isWithdrawn(), gaveWay);
      droppedStreams += removeUntilFits(size, Outbox::isStream, gaveWay);
    }
    if (bytes + size > maxBytes) {
      return false;
    }
    entries.add(entry);
    bytes += size;
    if (entry.peer != null) {
      waitingByPeer.merge(entry.peer, 1, Integer::sum);
    }
    return true;
  }

  private int removeUntilFits(int size, Predicate<Entry> mayGo, Consumer<Entry> gaveWay) {
    int removed = 0;
    Iterator<Entry> all = entries.iterator();
    while (bytes + size > maxBytes && all.hasNext()) {
      Entry entry = all.next();
      if (mayGo.test(entry)) {
        all.remove();
        removed(entry);
        removed++;
        gaveWay.accept(entry);
      }
    }
    return removed;
  }

  private static boolean isStream(Entry entry) {
    return Reliability.of(entry.frame) == Reliability.UNRELIABLE;
  }

  @Nullable Entry first() {
    return entries.peek();
  }

  void removeFirst() {
    removed(entries.remove());
  }

  /** Removes the frames for a peer, oldest first, for as long as they can be passed on. */
  void drainTo(String peer, Predicate<Entry> pass) {
    Iterator<Entry> all = entries.iterator();
    while (holdsFor(peer) && all.hasNext()) {
      Entry entry = all.next();
      if (peer.equals(entry.peer)) {
        if (!pass.test(entry)) {
          return;
        }
        all.remove();
        removed(entry);
      }
    }
  }

  private void removed(Entry entry) {
    bytes -= entry.frame.size();
    if (entry.peer != null) {
      int left = Objects.requireNonNull(waitingByPeer.get(entry.peer)) - 1;
      if (left == 0) {
        waitingByPeer.remove(entry.peer);
      } else {
        waitingByPeer.put(entry.peer, left);
      }
    }
  }
}
