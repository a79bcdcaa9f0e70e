package to.clasp.testkit.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays UDP between ports of this machine and can cut the path, at once and without a word to
 * either end, as a pulled cable does. Needs no privileges; sends to 127.0.0.1 only.
 *
 * <p>Each real port has a front port. Whoever wants to reach the real port {@code x} is told its
 * front {@code f(x)}. A packet that comes to {@code f(x)} from the real port {@code y} goes on to
 * {@code x} with {@code f(y)} as its source, so neither end ever learns a real port of the other,
 * and ICE finds no way around the relay.
 *
 * <p>Safe for use by any thread. One thread forwards; it ends with {@link #close()}.
 */
public final class UdpRelay implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UdpRelay.class);

  /** More ports than any test needs; what comes from further ones is dropped. */
  private static final int MAX_FRONTS = 4_096;

  private static final int MAX_PACKET_BYTES = 65_535;

  private final Selector selector;
  private final Map<Integer, DatagramChannel> fronts = new HashMap<>();
  private final AtomicBoolean cut = new AtomicBoolean();
  private final LongAdder forwarded = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final Thread thread;
  private volatile boolean closed;

  private UdpRelay(Selector selector) {
    this.selector = selector;
    this.thread = new Thread(this::run, "clasp-udp-relay");
    thread.setDaemon(true);
  }

  /**
   * Starts a relay that lets everything through.
   *
   * @return a running relay
   * @throws UncheckedIOException if the machine gives no selector
   */
  public static UdpRelay start() {
    try {
      UdpRelay relay = new UdpRelay(Selector.open());
      relay.thread.start();
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a UDP relay", e);
    }
  }

  /**
   * Returns the port that stands for a real port, opening it at first use.
   *
   * @param realPort a UDP port on 127.0.0.1
   * @return the front port on 127.0.0.1
   * @throws UncheckedIOException if no port can be opened
   * @throws IllegalStateException if the relay is closed, or has too many ports
   */
  public int frontOf(int realPort) {
    DatagramChannel front = front(realPort);
    if (front == null) {
      throw new IllegalStateException(
          closed ? "the relay is closed" : "the relay has " + MAX_FRONTS + " ports already");
    }
    return port(front);
  }

  /** Drops every packet from now on, in both directions. */
  public void cut() {
    cut.set(true);
  }

  /** Lets packets through again. */
  public void restore() {
    cut.set(false);
  }

  /**
   * Returns how many packets were forwarded.
   *
   * @return the count since the start
   */
  public long forwarded() {
    return forwarded.sum();
  }

  /**
   * Returns how many packets were dropped.
   *
   * @return the count since the start
   */
  public long dropped() {
    return dropped.sum();
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    if (Thread.currentThread() != thread) {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private @Nullable DatagramChannel front(int realPort) {
    synchronized (fronts) {
      DatagramChannel front = fronts.get(realPort);
      if (front == null && !closed && fronts.size() < MAX_FRONTS) {
        front = open(realPort);
        fronts.put(realPort, front);
      }
      return front;
    }
  }

  private DatagramChannel open(int realPort) {
    try {
      DatagramChannel channel = DatagramChannel.open();
      channel.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, realPort);
      selector.wakeup();
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a port of the UDP relay", e);
    }
  }

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private static int port(DatagramChannel channel) {
    try {
      return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    } catch (IOException e) {
      throw new UncheckedIOException("a port of the UDP relay is closed", e);
    }
  }

  private void run() {
    ByteBuffer packet = ByteBuffer.allocateDirect(MAX_PACKET_BYTES);
    try {
      while (!closed) {
        selector.select(key -> forwardAll(key, packet));
      }
    } catch (IOException e) {
      LOG.error("the UDP relay ends", e);
    } finally {
      closeAll();
    }
  }

  private void forwardAll(SelectionKey key, ByteBuffer packet) {
    DatagramChannel front = (DatagramChannel) key.channel();
    int realPort = (Integer) key.attachment();
    try {
      packet.clear();
      InetSocketAddress source = (InetSocketAddress) front.receive(packet);
      while (source != null) {
        forward(source.getPort(), realPort, packet.flip());
        packet.clear();
        source = (InetSocketAddress) front.receive(packet);
      }
    } catch (IOException e) {
      // A port unreachable comes back when a peer has gone: to UDP, a lost packet.
      dropped.increment();
      LOG.debug("a packet to port {} was lost", realPort, e);
    }
  }

  private void forward(int fromPort, int toPort, ByteBuffer packet) throws IOException {
    DatagramChannel source = cut.get() ? null : front(fromPort);
    if (source == null) {
      dropped.increment();
      return;
    }
    InetSocketAddress target = new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), toPort);
    // Zero bytes sent means that the socket buffer is full: to UDP, a lost packet.
    if (source.send(packet, target) > 0) {
      forwarded.increment();
    } else {
      dropped.increment();
    }
  }

  private void closeAll() {
    synchronized (fronts) {
      closed = true;
      for (DatagramChannel front : fronts.values()) {
        closeQuietly(front);
      }
      fronts.clear();
    }
    closeQuietly(selector);
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.warn("cannot close {}", resource, e);
    }
  }
}
