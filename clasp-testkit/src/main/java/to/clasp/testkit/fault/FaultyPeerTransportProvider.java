package to.clasp.testkit.fault;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportListener;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/**
 * A provider of peer transports that something goes wrong with: with their frames, and with the
 * signals that they emit. Messages on {@link PeerTransport#channels()} pass unharmed.
 */
public final class FaultyPeerTransportProvider extends ForwardingPeerTransportProvider {

  private final List<Fault<Frame>> outbound;
  private final List<Fault<Frame>> inbound;
  private final List<Fault<Signal>> signals;
  private final Seed seed;
  private final AtomicInteger created = new AtomicInteger();

  /**
   * Decorates a provider.
   *
   * @param provider makes the transports
   * @param outbound what goes wrong with frames that are sent, the first one first
   * @param inbound what goes wrong with frames that are received, the first one first
   * @param signals what goes wrong with emitted signals; a disconnection ends the attempt
   * @param seed decides when
   */
  public FaultyPeerTransportProvider(
      PeerTransportProvider provider,
      List<Fault<Frame>> outbound,
      List<Fault<Frame>> inbound,
      List<Fault<Signal>> signals,
      Seed seed) {
    super(provider);
    this.outbound = List.copyOf(outbound);
    this.inbound = List.copyOf(inbound);
    this.signals = List.copyOf(signals);
    this.seed = seed;
  }

  @Override
  public String name() {
    return super.name() + " with faults of " + seed;
  }

  @Override
  public PeerTransport create(PeerTransportRequest request, TransportContext context) {
    // Each attempt has its own run of luck, and the same one when the test is repeated.
    Seed own = new Seed(seed.value() + 31L * created.getAndIncrement());
    FaultySignals faultySignals = new FaultySignals(request.observer(), own, context);
    PeerTransport transport = super.create(request.withObserver(faultySignals), context);
    FaultyPeer faulty =
        new FaultyPeer(
            transport, new FrameFaults(transport, SendResult.P2P, outbound, inbound, own, context));
    faultySignals.transport = faulty;
    return faulty;
  }

  private final class FaultySignals extends ForwardingPeerTransportObserver {
    private final FaultLine<Signal> line;
    private volatile @Nullable PeerTransport transport;

    FaultySignals(PeerTransportObserver observer, Seed seed, TransportContext context) {
      super(observer);
      this.line =
          new FaultLine<>(
              new ReentrantLock(),
              signals,
              seed.random("signals"),
              context.loop(),
              observer::onSignal,
              why -> {
                PeerTransport target = transport;
                if (target != null) {
                  target.close();
                }
              });
    }

    @Override
    public void onSignal(Signal signal) {
      line.pass(signal);
    }
  }

  private static final class FaultyPeer extends ForwardingPeerTransport {
    private final FrameFaults faults;

    FaultyPeer(PeerTransport transport, FrameFaults faults) {
      super(transport);
      this.faults = faults;
    }

    @Override
    public void start(TransportListener listener) {
      super.start(faults.wrap(listener));
    }

    @Override
    public SendResult send(Frame frame) {
      return faults.send(frame);
    }

    @Override
    public boolean isWritable() {
      return faults.isWritable();
    }
  }
}
