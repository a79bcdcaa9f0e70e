package to.clasp.hybrid.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.Path;

/**
 * Frames that wait for a link because the router may not serve. Bounded in bytes. Not safe for use
 * by several threads: the relation's lock guards it.
 */
final class DeferredFrames {

  /** A frame that waits. */
  record Deferred(Frame frame, long deadline, CompletableFuture<Path> outcome) {}

  private final int maxBytes;
  private final Deque<Deferred> frames = new ArrayDeque<>();
  private long bytes;

  DeferredFrames(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes a frame in, or returns null when there is no room. */
  @Nullable CompletableFuture<Path> add(Frame frame, long deadline) {
    if (bytes + frame.size() > maxBytes) {
      return null;
    }
    Deferred deferred = new Deferred(frame, deadline, new CompletableFuture<>());
    frames.add(deferred);
    bytes += frame.size();
    return deferred.outcome();
  }

  @Nullable Deferred peek() {
    return frames.peek();
  }

  Deferred remove() {
    Deferred first = frames.remove();
    bytes -= first.frame().size();
    return first;
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  List<Deferred> takeExpired(long now) {
    List<Deferred> expired = new ArrayList<>();
    while (!frames.isEmpty() && frames.element().deadline() - now <= 0) {
      expired.add(remove());
    }
    return expired;
  }

  List<Deferred> takeAll() {
    List<Deferred> all = new ArrayList<>(frames);
    frames.clear();
    bytes = 0;
    return all;
  }
}
