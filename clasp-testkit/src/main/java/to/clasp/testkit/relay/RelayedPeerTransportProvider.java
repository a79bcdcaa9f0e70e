package to.clasp.testkit.relay;

import org.jspecify.annotations.Nullable;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.IceServerError;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.Availability;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/**
 * Leads the links of another provider through a {@link UdpRelay}, by rewriting the candidates in
 * the signals that its transports emit. Both peers must use it, with the same relay, on this
 * machine.
 */
public final class RelayedPeerTransportProvider implements PeerTransportProvider {

  private final PeerTransportProvider links;
  private final UdpRelay.Side side;
  private final CandidateRewriter rewriter;

  /**
   * Decorates a provider.
   *
   * @param links makes the links
   * @param relay stands between the peers; closed by the caller, after the links
   */
  public RelayedPeerTransportProvider(PeerTransportProvider links, UdpRelay relay) {
    this.links = links;
    this.side = relay.newSide();
    this.rewriter = new CandidateRewriter(side::frontOf);
  }

  /**
   * Returns this provider's end of the path, to cut one direction only.
   *
   * @return the side that holds the ports of its transports
   */
  public UdpRelay.Side side() {
    return side;
  }

  @Override
  public String name() {
    return links.name() + " through a relay";
  }

  @Override
  public int priority() {
    return links.priority();
  }

  @Override
  public Availability availability() {
    return links.availability();
  }

  @Override
  public AutoCloseable warmUp(RtcConfig config) {
    return links.warmUp(config);
  }

  @Override
  public PeerTransport create(PeerTransportRequest request, TransportContext context) {
    return links.create(request.withObserver(new Rewriting(request.observer())), context);
  }

  private final class Rewriting implements PeerTransportObserver {
    private final PeerTransportObserver observer;

    Rewriting(PeerTransportObserver observer) {
      this.observer = observer;
    }

    @Override
    public void onSignal(Signal signal) {
      Signal rewritten = rewriter.rewrite(signal);
      if (rewritten != null) {
        observer.onSignal(rewritten);
      }
    }

    @Override
    public void onConnected() {
      observer.onConnected();
    }

    @Override
    public void onCandidatePair(CandidatePair pair) {
      observer.onCandidatePair(pair);
    }

    @Override
    public void onIceServerError(IceServerError error) {
      observer.onIceServerError(error);
    }

    @Override
    public void onConnectivity(Connectivity connectivity) {
      observer.onConnectivity(connectivity);
    }

    @Override
    public boolean onMessage(PeerChannel channel, byte[] message) {
      return observer.onMessage(channel, message);
    }

    @Override
    public void onDrained(PeerChannel channel) {
      observer.onDrained(channel);
    }

    @Override
    public void onChannel(PeerChannel channel, boolean byPeer) {
      observer.onChannel(channel, byPeer);
    }

    @Override
    public void onChannelClosed(String label, @Nullable PeerChannel channel) {
      observer.onChannelClosed(label, channel);
    }

    @Override
    public boolean onStalled() {
      return observer.onStalled();
    }

    @Override
    public void onRenewalDue(boolean overdue) {
      observer.onRenewalDue(overdue);
    }
  }
}
