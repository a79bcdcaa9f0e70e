package to.clasp.transport.webrtc.network;

import java.net.BindException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.peer.RtcConfig.PortRange;

/**
 * A UDP port that was free a moment ago, and that no other attempt in this process is given until
 * it is released. Another process may still take it before libwebrtc binds it.
 */
final class UdpPort {

  private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();
  private static final int ATTEMPTS = 100;

  private final int number;

  private UdpPort(int number) {
    this.number = number;
  }

  /**
   * Finds a free port.
   *
   * @param range where to look; null for where the system looks
   * @throws to.clasp.transport.TransportException if none is free
   */
  static UdpPort take(@Nullable PortRange range) {
    return range == null ? takeAny() : takeFrom(range);
  }

  private static UdpPort takeAny() {
    for (int i = 0; i < ATTEMPTS; i++) {
      int number = probe(0);
      if (number > 0 && TAKEN.add(number)) {
        return new UdpPort(number);
      }
    }
    throw CloseReason.of(CloseReason.Code.ICE_FAILED, "no UDP port is free").toException();
  }

  private static UdpPort takeFrom(PortRange range) {
    int size = range.max() - range.min() + 1;
    // Two processes with the same range should not try the same port at the same time.
    int first = ThreadLocalRandom.current().nextInt(size);
    for (int i = 0; i < size; i++) {
      int number = range.min() + (first + i) % size;
      if (TAKEN.add(number)) {
        if (probe(number) == number) {
          return new UdpPort(number);
        }
        TAKEN.remove(number);
      }
    }
    throw CloseReason.of(
            CloseReason.Code.ICE_FAILED,
            "no UDP port from " + range.min() + " to " + range.max() + " is free; widen portRange")
        .toException();
  }

  /** Binds a port of all addresses and lets it go; returns it, or -1 if it is taken. */
  private static int probe(int number) {
    try (DatagramSocket socket = new DatagramSocket(number)) {
      return socket.getLocalPort();
    } catch (BindException e) {
      return -1;
    } catch (SocketException e) {
      throw new CloseReason(
              CloseReason.Code.ICE_FAILED, "a UDP socket cannot be made (" + e + ")", e)
          .toException();
    }
  }

  int number() {
    return number;
  }

  boolean isBound() {
    return probe(number) < 0;
  }

  void release() {
    TAKEN.remove(number);
  }
}
