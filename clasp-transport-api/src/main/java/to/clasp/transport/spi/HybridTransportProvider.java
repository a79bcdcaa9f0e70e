package to.clasp.transport.spi;

import to.clasp.transport.Transport;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerAwareTransport;

/**
 * Creates the transport that joins a router transport and peer transports. Found by {@link
 * java.util.ServiceLoader} or registered by hand ({@link TransportProviders}). The rules of {@link
 * TransportProvider} hold.
 */
public interface HybridTransportProvider {

  /**
   * Returns the name, for messages and logs.
   *
   * @return the artifact's name, such as {@code clasp-hybrid}
   */
  String name();

  /**
   * Returns how much this provider wants to be chosen.
   *
   * @return 0 to 10; 5 is normal, the highest wins
   */
  default int priority() {
    return 5;
  }

  /**
   * Creates a hybrid transport. Does not connect.
   *
   * @param router carries what does not go to a peer directly; the hybrid starts and closes it
   * @param peers makes the links
   * @param options how
   * @param context loop and randomness; the same that the router transport has
   * @return a transport that has not been started
   */
  PeerAwareTransport create(
      Transport router, PeerTransportProvider peers, P2POptions options, TransportContext context);
}
