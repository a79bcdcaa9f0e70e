package to.clasp.testkit.memory;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.Availability;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/**
 * One side's provider of in-memory peers. They really exchange offer and answer through their
 * observers, and are joined in this JVM once both sides have both. {@link #behaviour()} and {@link
 * #transports()} let a test make them fail in every way.
 *
 * <p>Safe for use by any thread.
 */
public final class InMemoryPeerTransportProvider implements PeerTransportProvider {

  private final InMemoryPeerNetwork network;
  private final PeerBehaviour behaviour = new PeerBehaviour();
  private final List<InMemoryPeerTransport> transports = new CopyOnWriteArrayList<>();
  private final AtomicInteger warm = new AtomicInteger();
  private volatile @Nullable String unavailable;

  /**
   * Makes a provider.
   *
   * @param network where its peers find those of other providers
   */
  public InMemoryPeerTransportProvider(InMemoryPeerNetwork network) {
    this.network = Objects.requireNonNull(network, "network");
  }

  /**
   * Sets whether this provider can work.
   *
   * @param reason why not, or null when it can
   */
  public void unavailable(@Nullable String reason) {
    unavailable = reason;
  }

  /**
   * Returns the switches for attempts to come.
   *
   * @return the switches of this side
   */
  public PeerBehaviour behaviour() {
    return behaviour;
  }

  /**
   * Returns all transports that were created, the closed ones too.
   *
   * @return in the order of creation
   */
  public List<InMemoryPeerTransport> transports() {
    return List.copyOf(transports);
  }

  /**
   * Returns the transport created last.
   *
   * @return the newest one
   * @throws IllegalStateException if none was created
   */
  public InMemoryPeerTransport newest() {
    List<InMemoryPeerTransport> all = transports();
    if (all.isEmpty()) {
      throw new IllegalStateException("no transport was created");
    }
    return all.get(all.size() - 1);
  }

  /**
   * Counts uses of {@link #warmUp} that have not been ended.
   *
   * @return the number of open handles
   */
  public int openWarmUps() {
    return warm.get();
  }

  @Override
  public String name() {
    return "clasp-testkit";
  }

  @Override
  public Availability availability() {
    String reason = unavailable;
    return reason == null ? Availability.AVAILABLE : Availability.unavailable(reason);
  }

  @Override
  public AutoCloseable warmUp(RtcConfig config) {
    checkAvailable();
    warm.incrementAndGet();
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        warm.decrementAndGet();
      }
    };
  }

  @Override
  public PeerTransport create(PeerTransportRequest request, TransportContext context) {
    checkAvailable();
    InMemoryPeerTransport transport =
        new InMemoryPeerTransport(network, behaviour, request, context);
    transports.add(transport);
    return transport;
  }

  private void checkAvailable() {
    String reason = unavailable;
    if (reason != null) {
      throw CloseReason.of(CloseReason.Code.UNAVAILABLE, reason).toException();
    }
  }
}
