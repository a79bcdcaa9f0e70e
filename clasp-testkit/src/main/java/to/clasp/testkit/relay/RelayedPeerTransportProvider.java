package to.clasp.testkit.relay;

import to.clasp.testkit.fault.ForwardingPeerTransportObserver;
import to.clasp.testkit.fault.ForwardingPeerTransportProvider;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/**
 * Leads the links of another provider through a {@link UdpRelay}, by rewriting the candidates in
 * the signals that its transports emit. Both peers must use it, with the same relay, on this
 * machine.
 */
public final class RelayedPeerTransportProvider extends ForwardingPeerTransportProvider {

  private final UdpRelay.Side side;
  private final CandidateRewriter rewriter;

  /**
   * Decorates a provider.
   *
   * @param links makes the links
   * @param relay stands between the peers; closed by the caller, after the links
   */
  public RelayedPeerTransportProvider(PeerTransportProvider links, UdpRelay relay) {
    super(links);
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
    return super.name() + " through a relay";
  }

  @Override
  public PeerTransport create(PeerTransportRequest request, TransportContext context) {
    return super.create(request.withObserver(new Rewriting(request.observer())), context);
  }

  private final class Rewriting extends ForwardingPeerTransportObserver {

    Rewriting(PeerTransportObserver observer) {
      super(observer);
    }

    @Override
    public void onSignal(Signal signal) {
      Signal rewritten = rewriter.rewrite(signal);
      if (rewritten != null) {
        super.onSignal(rewritten);
      }
    }
  }
}
