package to.clasp.benchmarks.paths;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import to.clasp.testkit.fault.ForwardingPeerTransport;
import to.clasp.testkit.fault.ForwardingPeerTransportProvider;
import to.clasp.testkit.fault.SubstitutedLinks;
import to.clasp.testkit.relay.RelayedPeerTransportProvider;
import to.clasp.testkit.relay.UdpRelay;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProviders;

/**
 * Takes the place of the provider of direct links while it is open: links lead through a UDP relay
 * that can be cut, and can be closed without a word of the application.
 */
public final class KillableLinks extends ForwardingPeerTransportProvider implements AutoCloseable {

  private record Live(Link link, PeerTransportObserver observer, TransportContext context) {}

  private static final class Link extends ForwardingPeerTransport {
    Link(PeerTransport link) {
      super(link);
    }
  }

  private final UdpRelay relay = UdpRelay.start();
  private final String leftId;
  private final RelayedPeerTransportProvider left;
  private final RelayedPeerTransportProvider right;
  private final List<Live> live = new CopyOnWriteArrayList<>();
  private final SubstitutedLinks substituted;

  /**
   * Takes over.
   *
   * @param leftId peer id of the client on the left side
   */
  public KillableLinks(String leftId) {
    this(leftId, TransportProviders.shared().peer());
  }

  private KillableLinks(String leftId, PeerTransportProvider links) {
    super(links);
    this.leftId = leftId;
    left = new RelayedPeerTransportProvider(links, relay);
    right = new RelayedPeerTransportProvider(links, relay);
    substituted = SubstitutedLinks.by(original -> this);
  }

  /**
   * Returns the relay that all packets go through.
   *
   * @return the relay
   */
  public UdpRelay relay() {
    return relay;
  }

  UdpRelay.Side left() {
    return left.side();
  }

  UdpRelay.Side right() {
    return right.side();
  }

  /** Closes every link, as one of the two sides sees it fail. */
  void closeLinks() {
    for (Live one : live) {
      if (one.link.state() == TransportState.OPEN) {
        one.link.reconnect("killed by the benchmark");
      }
    }
  }

  /** Says what ICE would say after a time. */
  void reportConnectivity(Connectivity connectivity) {
    for (Live one : live) {
      one.context
          .loop()
          .execute(
              () -> {
                if (one.link.state() == TransportState.OPEN) {
                  one.observer.onConnectivity(connectivity);
                }
              });
    }
  }

  @Override
  public String name() {
    return super.name() + ", to be killed";
  }

  @Override
  public PeerTransport create(PeerTransportRequest request, TransportContext context) {
    RelayedPeerTransportProvider side = request.peerId().equals(leftId) ? right : left;
    Link link = new Link(side.create(request, context));
    live.removeIf(one -> one.link.state() == TransportState.CLOSED);
    live.add(new Live(link, request.observer(), context));
    return link;
  }

  @Override
  public void close() {
    substituted.close();
    relay.close();
  }
}
