package to.clasp.transport.webrtc.network;

import java.net.BindException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.peer.RtcConfig.PortRange;

/**
 * A UDP port that was free a moment ago, and that no other attempt in this process is given until
 * it is released. Another process may still take it before libwebrtc binds it.
 *
 * <p>libwebrtc gets the few ports behind it too, for when ICE is restarted it binds another one
 * while the first is still bound: the lowest that is free.
 */
final class UdpPort {

  private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();
  private static final int ATTEMPTS = 100;

  /**
   * How many ports libwebrtc is given. A restart binds two, one for IPv6, and those of the times
   * before are let go half a minute later.
   */
  private static final int WINDOW = 32;

  private static final int HIGHEST = 65_535;

  private final int first;
  private final int last;

  // Below: guarded by this.
  private final Set<Integer> own = new HashSet<>();
  private Set<Integer> boundBefore = Set.of();
  private int number;

  private UdpPort(int number, int highest) {
    this.first = number;
    this.last = Math.min(number + WINDOW - 1, highest);
    this.number = number;
    own.add(number);
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
        return new UdpPort(number, HIGHEST);
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
          return new UdpPort(number, range.max());
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

  /** The first port that libwebrtc may bind. */
  int first() {
    return first;
  }

  /** The last port that libwebrtc may bind. */
  int last() {
    return last;
  }

  /** The port that is bound, or is about to be. */
  synchronized int number() {
    return number;
  }

  synchronized boolean isBound() {
    return probe(number) < 0;
  }

  /** Notes which ports are bound before libwebrtc binds another one. */
  synchronized void expectAnother() {
    boundBefore = bound();
  }

  /**
   * Finds the port that libwebrtc has bound since {@link #expectAnother}.
   *
   * @return false if there is none yet, or none was left
   */
  synchronized boolean findAnother() {
    for (int candidate : bound()) {
      if (!boundBefore.contains(candidate) && (own.contains(candidate) || TAKEN.add(candidate))) {
        own.add(candidate);
        number = candidate;
        return true;
      }
    }
    return false;
  }

  private Set<Integer> bound() {
    Set<Integer> bound = new TreeSet<>();
    for (int candidate = first; candidate <= last; candidate++) {
      // A port of another attempt must not be bound by us in the moment when that needs it.
      boolean ours = own.contains(candidate) || !TAKEN.contains(candidate);
      if (ours && probe(candidate) < 0) {
        bound.add(candidate);
      }
    }
    return bound;
  }

  synchronized void release() {
    TAKEN.removeAll(own);
    own.clear();
  }
}
