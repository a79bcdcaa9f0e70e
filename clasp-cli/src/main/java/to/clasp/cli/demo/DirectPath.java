package to.clasp.cli.demo;

import to.clasp.testkit.relay.RelayedPeerTransportProvider;
import to.clasp.testkit.relay.UdpRelay;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportProviders;

/**
 * The direct path between the clients of this process, and a way to cut it as one pulls a cable:
 * while it is open, all links of this process lead through a UDP relay on the loopback interface.
 */
public final class DirectPath implements AutoCloseable {

  private final TransportProviders providers = TransportProviders.shared();
  private final PeerTransportProvider links;
  private final RelayedPeerTransportProvider relayed;
  private final UdpRelay relay;

  /**
   * Takes the place of the provider of links.
   *
   * @throws to.clasp.transport.TransportException if links cannot be had; the message says why
   */
  public DirectPath() {
    links = providers.peer();
    relay = UdpRelay.start();
    relayed = new RelayedPeerTransportProvider(links, relay);
    providers.deregister(links);
    providers.register(relayed);
  }

  /** Drops every packet from now on. */
  public void cut() {
    relay.cut();
  }

  /** Lets packets through again. */
  public void restore() {
    relay.restore();
  }

  @Override
  public void close() {
    providers.deregister(relayed);
    providers.register(links);
    relay.close();
  }
}
