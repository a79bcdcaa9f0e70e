package to.clasp.transport.webrtc.natives;

import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCPeerConnection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The right to use the shared factory, until closed. It owns the connections that are made by it:
 * those still open are closed with it, and the native factory outlives them all.
 *
 * <p>Whoever holds one ends what it made in this order: unregister the observer of each data
 * channel, {@linkplain #close(RTCPeerConnection) close} the connection, dispose the data channels,
 * close the lease.
 */
public final class FactoryLease implements AutoCloseable {

  /** Hears that a lease should be given back, and another one taken. */
  @FunctionalInterface
  public interface RenewalListener {

    /**
     * The factory has received as many messages as the lease allows. Called on the rtc thread; must
     * not block.
     *
     * @param overdue false at the bound, true at twice the bound
     */
    void renewalDue(boolean overdue);
  }

  private final RtcThread rtc;
  private final FactoryGeneration generation;
  private final int maxMessages;
  private final RenewalListener renewal;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();

  /** Rtc thread only. */
  private final Set<RTCPeerConnection> connections =
      Collections.newSetFromMap(new IdentityHashMap<>());

  private boolean released;
  private int notices;

  /**
   * Takes a lease. On the rtc thread.
   *
   * @param maxMessages after how many messages of the factory the listener is told; 0 for never
   */
  FactoryLease(
      RtcThread rtc, FactoryGeneration generation, int maxMessages, RenewalListener renewal) {
    this.rtc = rtc;
    this.generation = generation;
    this.maxMessages = maxMessages;
    this.renewal = renewal;
    generation.retain(this);
  }

  /**
   * Creates a connection. To be called on the rtc thread.
   *
   * @param configuration how to connect
   * @param observer gets the events, on native threads; must not throw and must not call back into
   *     the native library
   * @return the connection
   * @throws IllegalStateException if the lease is closed, or the caller is not on the rtc thread
   */
  public RTCPeerConnection connect(
      RTCConfiguration configuration, PeerConnectionObserver observer) {
    rtc.checkCurrent();
    checkOpen();
    RTCPeerConnection connection = generation.connect(configuration, observer);
    connections.add(connection);
    return connection;
  }

  /**
   * Closes a connection of this lease, in bounded time. It must not be used afterwards. A second
   * call does nothing. To be called on the rtc thread.
   *
   * @param connection the connection
   * @throws IllegalStateException if the caller is not on the rtc thread
   */
  public void close(RTCPeerConnection connection) {
    rtc.checkCurrent();
    if (connections.remove(connection)) {
      generation.close(connection);
    }
  }

  /**
   * Counts a received native message: each leaks a little memory in the factory that received it.
   * To be called on any thread.
   */
  public void messageReceived() {
    generation.countReceived();
  }

  /** The factory has received so many: tells the listener if that is due. On the rtc thread. */
  void received(long messages) {
    while (messages >= nextNotice()) {
      notices++;
      renewal.renewalDue(notices == 2);
    }
  }

  /** At how many messages the listener is to be told next. */
  long nextNotice() {
    return maxMessages == 0 || notices == 2 ? Long.MAX_VALUE : (notices + 1L) * maxMessages;
  }

  /**
   * Gives the lease back, after closing its connections. To be called on any thread; does not wait.
   * Closing twice does nothing.
   */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      rtc.execute(this::release);
    }
  }

  /**
   * Returns the end of this lease.
   *
   * @return completes on the rtc thread when the lease is given back, and with it the factory
   *     disposed if it was the last
   */
  public CompletionStage<@Nullable Void> closed() {
    return closed;
  }

  private void release() {
    released = true;
    try {
      List.copyOf(connections).forEach(this::close);
      generation.release(this);
    } finally {
      closed.complete(null);
    }
  }

  private void checkOpen() {
    if (released) {
      throw new IllegalStateException("the lease of the peer connection factory is closed");
    }
  }
}
