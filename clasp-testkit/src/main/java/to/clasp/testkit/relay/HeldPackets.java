package to.clasp.testkit.relay;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Packets that a relay holds back, by the time at which they go on. For one thread. */
final class HeldPackets {

  /** A router would have dropped long before. */
  private static final long MAX_BYTES = 64L << 20;

  /** One of them; the number keeps the order of those that go on at the same time. */
  record Packet(long due, long number, int fromPort, int toPort, ByteBuffer content) {}

  private final PriorityQueue<Packet> packets =
      new PriorityQueue<>(Comparator.comparingLong(Packet::due).thenComparingLong(Packet::number));
  private long bytes;
  private long numbers;

  /** Holds a packet; false when there are too many. */
  boolean add(long due, int fromPort, int toPort, ByteBuffer content) {
    if (bytes + content.remaining() > MAX_BYTES) {
      return false;
    }
    bytes += content.remaining();
    packets.add(new Packet(due, numbers++, fromPort, toPort, content.duplicate()));
    return true;
  }

  /** Takes the next packet that is due, or returns null when none is. */
  @Nullable Packet poll(long now) {
    Packet first = packets.peek();
    if (first == null || first.due() - now > 0) {
      return null;
    }
    bytes -= first.content().remaining();
    return packets.poll();
  }

  /** How long until the next is due, at least 1; 0 when there is none. */
  long nanosUntilNext(long now) {
    Packet first = packets.peek();
    return first == null ? 0 : Math.max(1, first.due() - now);
  }
}
