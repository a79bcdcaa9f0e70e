package to.clasp.hybrid;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.value.Value;
import to.clasp.transport.loop.EventLoop;

/**
 * Plain copies of frames that a peer link has delivered, which are on their way through the router
 * for others to see, and must not be delivered again. Each is recognised by its content once, for a
 * router tells nothing else of it. Bounded in number, bytes and time. Confined to the loop.
 */
final class ExpectedCopies {

  private static final int MAX_COPIES = 16_384;
  private static final long MAX_BYTES = 16 << 20;
  private static final int MAX_ADDRESSES = 4_096;
  private static final Duration EXPIRY = Duration.ofSeconds(10);

  private static final class Expected {
    private final Message content;
    private final int size;
    private final long at;
    private boolean come;

    Expected(Message content, int size, long at) {
      this.content = content;
      this.size = size;
      this.at = at;
    }
  }

  private final EventLoop loop;

  /** By content, oldest first; none that has come. */
  private final Map<Message, ArrayDeque<Expected>> byContent = new HashMap<>();

  /** By age; those that have come are removed when it is their turn. */
  private final ArrayDeque<Expected> byAge = new ArrayDeque<>();

  /**
   * The hash of the latest value that came as a copy, which may be large itself, by address. The
   * address that was longest quiet is forgotten first.
   */
  private final LinkedHashMap<String, Integer> latest = new LinkedHashMap<>();

  /** The size of all frames in {@link #byAge}. */
  private long bytes;

  ExpectedCopies(EventLoop loop) {
    this.loop = loop;
  }

  void expect(Frame frame) {
    forgetOld();
    Message content = contentOf(frame);
    if (content != null) {
      Expected expected = new Expected(content, frame.size(), loop.nanoTime());
      byContent.computeIfAbsent(content, key -> new ArrayDeque<>(1)).add(expected);
      byAge.add(expected);
      bytes += expected.size;
    }
  }

  /** Whether a frame of the router is such a copy; it is expected no longer then. */
  boolean isCopy(Frame frame) {
    if (byContent.isEmpty()) {
      return false;
    }
    forgetOld();
    Message content = contentOf(frame);
    ArrayDeque<Expected> expected = content == null ? null : byContent.get(content);
    if (expected == null) {
      return false;
    }
    remove(expected.element());
    if (content instanceof SetMessage set) {
      noteCopy(set.address(), set.value());
    }
    return true;
  }

  private void noteCopy(String address, Value value) {
    latest.remove(address);
    latest.put(address, value.hashCode());
    if (latest.size() > MAX_ADDRESSES) {
      latest.remove(latest.keySet().iterator().next());
    }
  }

  /**
   * Whether what a router has for an address is the latest copy that came, or one that is expected.
   */
  boolean isStoredCopy(String address, Value value) {
    forgetOld();
    Integer copy = latest.get(address);
    // What is expected stays so: should it also come by itself, it is dropped then.
    return (copy != null && copy == value.hashCode())
        || byContent.containsKey(SetMessage.of(address, value));
  }

  private void remove(Expected oldest) {
    ArrayDeque<Expected> same = byContent.get(oldest.content);
    if (same != null) {
      same.remove();
      oldest.come = true;
      if (same.isEmpty()) {
        byContent.remove(oldest.content);
      }
    }
  }

  private void forgetOld() {
    long now = loop.nanoTime();
    for (Expected oldest = byAge.peek(); oldest != null; oldest = byAge.peek()) {
      if (!oldest.come) {
        if (byAge.size() <= MAX_COPIES
            && bytes <= MAX_BYTES
            && now - oldest.at < EXPIRY.toNanos()) {
          return;
        }
        remove(oldest);
      }
      byAge.remove();
      bytes -= oldest.size;
    }
  }

  /** What a router forwards unchanged; null when it is nothing that is copied. */
  private static @Nullable Message contentOf(Frame frame) {
    try {
      return switch (frame.messageType()) {
        case SET ->
            frame.message() instanceof SetMessage set
                ? new SetMessage(
                    set.address(), set.value(), null, set.lock(), set.unlock(), set.ttl())
                : null;
        case PUBLISH -> frame.message() instanceof PublishMessage publish ? publish : null;
        default -> null;
      };
    } catch (MalformedFrameException e) {
      return null;
    }
  }
}
