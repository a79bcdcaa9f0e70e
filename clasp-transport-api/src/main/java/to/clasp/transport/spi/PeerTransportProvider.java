package to.clasp.transport.spi;

import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.RtcConfig;

/**
 * Creates transports to peers. Found by {@link java.util.ServiceLoader} or registered by hand
 * ({@link TransportProviders}). The rules of {@link TransportProvider} hold.
 */
public interface PeerTransportProvider {

  /**
   * Returns the name, for messages and logs.
   *
   * @return the artifact's name, such as {@code clasp-transport-webrtc}
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
   * Tells whether this provider can work here. The first call may load a native library and take
   * some hundred milliseconds; the verdict is remembered.
   *
   * @return a verdict with the reason
   */
  Availability availability();

  /**
   * Prepares what is expensive to start, so that the first link opens fast. Blocks; call it from a
   * background thread. Each use is ended by closing the handle.
   *
   * @param config how links will be made
   * @return keeps the prepared parts alive until closed; closing twice does nothing
   * @throws to.clasp.transport.TransportException if the provider is not available
   */
  AutoCloseable warmUp(RtcConfig config);

  /**
   * Creates a transport for one attempt to link with a peer. Does not begin to negotiate.
   *
   * @param request whom to link with and how
   * @param context loop and randomness
   * @return a transport that has not been started
   * @throws to.clasp.transport.TransportException if the provider is not available
   */
  PeerTransport create(PeerTransportRequest request, TransportContext context);
}
