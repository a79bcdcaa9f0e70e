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
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays UDP between ports of this machine and can cut the path, at once and without a word to
 * either end, as a pulled cable does. Needs no privileges; sends to addresses of this machine only.
 *
 * <p>Each real port has a front port. Whoever wants to reach the real port {@code x} is told its
 * front {@code f(x)}. A packet that comes to {@code f(x)} from the real port {@code y} goes on to
 * {@code x} with {@code f(y)} as its source, so neither end ever learns a real port of the other,
 * and ICE finds no way around the relay. Fronts that have not been used for a minute are closed.
 *
 * <p>Safe for use by any thread. One thread forwards; it ends with {@link #close()}.
 */
public final class UdpRelay implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UdpRelay.class);

  /** More ports than any test needs; what comes from further ones is dropped. */
  private static final int MAX_FRONTS = 4_096;

  private static final int MAX_PACKET_BYTES = 65_535;

  /** A front that nothing comes to or goes from for so long belongs to a port that is gone. */
  private static final long UNUSED_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** One end of the path: the real ports of one peer. */
  public final class Side {
    private volatile boolean cut;

    private Side() {}

    /**
     * Returns the port that stands for a real port of this side, opening it at first use.
     *
     * @param realPort a UDP port on 127.0.0.1
     * @return the front port on 127.0.0.1
     * @throws UncheckedIOException if no port can be opened
     * @throws IllegalStateException if the relay is closed, or has too many ports
     */
    public int frontOf(int realPort) {
      Front front = front(realPort, this, true);
      if (front == null) {
        throw new IllegalStateException(
            closed ? "the relay is closed" : "the relay has " + MAX_FRONTS + " ports already");
      }
      return front.port();
    }

    /** Drops every packet that this side sends from now on; what it receives goes on. */
    public void cut() {
      cut = true;
    }

    /** Lets the packets of this side through again. */
    public void restore() {
      cut = false;
    }
  }

  private static final class Front {
    private final DatagramChannel channel;
    private final int realPort;
    private volatile Side side;
    private volatile long lastUsed = System.nanoTime();
    private volatile InetAddress address;

    Front(DatagramChannel channel, int realPort, InetAddress address, Side side) {
      this.channel = channel;
      this.realPort = realPort;
      this.address = address;
      this.side = side;
    }

    int port() {
      try {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
      } catch (IOException e) {
        throw new UncheckedIOException("a port of the UDP relay is closed", e);
      }
    }
  }

  private final Selector selector;
  private final InetAddress loopback;
  private final LongAdder forwarded = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final Thread thread;

  /** Of ports that no peer has named, such as those that ICE finds out by itself. */
  private final Side unnamed = new Side();

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Map<Integer, Front> fronts = new HashMap<>();

  /** Real ports whose path is gone, until somebody names them again. */
  private final Set<Integer> lost = new HashSet<>();

  private volatile Impairment impairment = Impairment.NONE;
  private volatile boolean cut;
  private volatile boolean closed;

  // Below: the relay's thread only.
  private final HeldPackets held = new HeldPackets();
  private long lastSwept = System.nanoTime();
  private final ByteBuffer packet = ByteBuffer.allocateDirect(MAX_PACKET_BYTES);

  private UdpRelay(Selector selector) throws IOException {
    this.selector = selector;
    this.loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
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
   * Adds one end of the path.
   *
   * @return a side without ports
   */
  public Side newSide() {
    return new Side();
  }

  /**
   * Returns the port that stands for a real port, whatever side it is on, opening it at first use.
   *
   * @param realPort a UDP port on 127.0.0.1
   * @return the front port on 127.0.0.1
   * @throws UncheckedIOException if no port can be opened
   * @throws IllegalStateException if the relay is closed, or has too many ports
   */
  public int frontOf(int realPort) {
    return unnamed.frontOf(realPort);
  }

  /** Drops every packet from now on, in both directions. */
  public void cut() {
    cut = true;
  }

  /** Lets packets through again, but for sides that are cut. */
  public void restore() {
    cut = false;
  }

  /**
   * Takes the paths between all ports known so far away for good, as when a machine moves to
   * another network: their fronts are closed, and what these ports send is dropped. A port that is
   * named from now on gets a new front.
   */
  public void losePaths() {
    lock.lock();
    try {
      for (Front front : fronts.values()) {
        lost.add(front.realPort);
        closeQuietly(front.channel);
      }
      fronts.clear();
    } finally {
      lock.unlock();
    }
    selector.wakeup();
  }

  /**
   * Sets what becomes of packets from now on.
   *
   * @param impairment decides for each packet; {@link Impairment#NONE} to let everything through
   */
  public void impair(Impairment impairment) {
    this.impairment = Objects.requireNonNull(impairment, "impairment");
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

  /** Finds or opens the front of a port; a named side takes over a port that was unnamed. */
  private @Nullable Front front(int realPort, Side side, boolean named) {
    lock.lock();
    try {
      if (named) {
        lost.remove(realPort);
      } else if (lost.contains(realPort)) {
        return null;
      }
      Front front = fronts.get(realPort);
      if (front == null && !closed && fronts.size() < MAX_FRONTS) {
        front = open(realPort, side);
        fronts.put(realPort, front);
      } else if (front != null && side != unnamed) {
        front.side = side;
      }
      return front;
    } finally {
      lock.unlock();
    }
  }

  private Front open(int realPort, Side side) {
    try {
      DatagramChannel channel = DatagramChannel.open();
      try {
        Front front = new Front(channel, realPort, loopback, side);
        channel.bind(new InetSocketAddress(loopback, 0));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, front);
        selector.wakeup();
        return front;
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a port of the UDP relay", e);
    }
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::receiveAll, millisUntilNext());
        sendHeld();
        closeUnused();
      }
    } catch (IOException e) {
      LOG.error("the UDP relay ends", e);
    } finally {
      closeAll();
    }
  }

  /** Rounded up, so that nothing goes on early; 0 waits for the next packet only. */
  private long millisUntilNext() {
    long nanos = held.nanosUntilNext(System.nanoTime());
    return (nanos + 999_999) / TimeUnit.MILLISECONDS.toNanos(1);
  }

  /** Looks now and then, when there is something to do anyway. */
  private void closeUnused() {
    long now = System.nanoTime();
    if (now - lastSwept < UNUSED_NANOS / 4) {
      return;
    }
    lastSwept = now;
    lock.lock();
    try {
      fronts
          .values()
          .removeIf(
              front -> {
                boolean unused = now - front.lastUsed > UNUSED_NANOS;
                if (unused) {
                  closeQuietly(front.channel);
                }
                return unused;
              });
    } finally {
      lock.unlock();
    }
  }

  private void receiveAll(SelectionKey key) {
    Front front = (Front) key.attachment();
    try {
      packet.clear();
      InetSocketAddress source = (InetSocketAddress) front.channel.receive(packet);
      while (source != null) {
        front.lastUsed = System.nanoTime();
        noteAddress(source);
        received(source.getPort(), front.realPort, packet.flip());
        packet.clear();
        source = (InetSocketAddress) front.channel.receive(packet);
      }
    } catch (IOException e) {
      // A port unreachable comes back when a peer has gone: to UDP, a lost packet.
      LOG.debug("a packet to port {} was lost", front.realPort, e);
    }
  }

  /** Packets for the sender go to where it sends from; only this machine reaches the loopback. */
  private void noteAddress(InetSocketAddress source) {
    if (!source.getAddress().equals(loopback)) {
      Front front = front(source.getPort(), unnamed, false);
      if (front != null) {
        front.address = source.getAddress();
      }
    }
  }

  private InetAddress addressOf(int realPort) {
    lock.lock();
    try {
      Front front = fronts.get(realPort);
      return front == null ? loopback : front.address;
    } finally {
      lock.unlock();
    }
  }

  private void received(int fromPort, int toPort, ByteBuffer content) throws IOException {
    long[] copies = impairment.copies(content.remaining());
    if (copies.length == 0) {
      dropped.increment();
    }
    ByteBuffer copied = null;
    for (long delay : copies) {
      if (delay <= 0) {
        send(fromPort, toPort, content.duplicate());
        continue;
      }
      if (copied == null) {
        copied = ByteBuffer.allocate(content.remaining()).put(content.duplicate()).flip();
      }
      if (!held.add(System.nanoTime() + delay, fromPort, toPort, copied)) {
        dropped.increment();
      }
    }
  }

  private void sendHeld() {
    HeldPackets.Packet next = held.poll(System.nanoTime());
    while (next != null) {
      try {
        send(next.fromPort(), next.toPort(), next.content());
      } catch (IOException e) {
        LOG.debug("a packet to port {} was lost", next.toPort(), e);
      }
      next = held.poll(System.nanoTime());
    }
  }

  private void send(int fromPort, int toPort, ByteBuffer content) throws IOException {
    Front source = cut ? null : front(fromPort, unnamed, false);
    if (source == null || source.side.cut) {
      dropped.increment();
      return;
    }
    source.lastUsed = System.nanoTime();
    int size = content.remaining();
    // Counted first, so that whoever has received a packet finds it counted.
    forwarded.increment();
    boolean sent = false;
    try {
      // A short count means that the socket buffer is full: to UDP, a lost packet.
      sent = source.channel.send(content, new InetSocketAddress(addressOf(toPort), toPort)) == size;
    } finally {
      if (!sent) {
        forwarded.decrement();
        dropped.increment();
      }
    }
  }

  private void closeAll() {
    lock.lock();
    try {
      closed = true;
      for (Front front : fronts.values()) {
        closeQuietly(front.channel);
      }
      fronts.clear();
    } finally {
      lock.unlock();
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
