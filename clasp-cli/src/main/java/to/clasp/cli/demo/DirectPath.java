package to.clasp.cli.demo;

import to.clasp.testkit.fault.SubstitutedLinks;
import to.clasp.testkit.relay.RelayedPeerTransportProvider;
import to.clasp.testkit.relay.UdpRelay;

/**
 * The direct path between the clients of this process, and a way to cut it as one pulls a cable:
 * while it is open, all links of this process lead through a UDP relay on the loopback interface.
 */
public final class DirectPath implements AutoCloseable {

  private final UdpRelay relay = UdpRelay.start();
  private final SubstitutedLinks links;

  /**
   * Takes the place of the provider of links.
   *
   * @throws to.clasp.transport.TransportException if links cannot be had; the message says why
   */
  public DirectPath() {
    try {
      links = SubstitutedLinks.by(direct -> new RelayedPeerTransportProvider(direct, relay));
    } catch (RuntimeException e) {
      relay.close();
      throw e;
    }
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
    links.close();
    relay.close();
  }
}
