package to.clasp.hybrid;

import to.clasp.transport.Transport;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerAwareTransport;
import to.clasp.transport.spi.HybridTransportProvider;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/** Provides hybrid transports; found by {@link java.util.ServiceLoader}. */
public final class HybridProvider implements HybridTransportProvider {

  /** For {@link java.util.ServiceLoader}. */
  public HybridProvider() {}

  @Override
  public String name() {
    return "clasp-hybrid";
  }

  @Override
  public PeerAwareTransport create(
      Transport router, PeerTransportProvider peers, P2POptions options, TransportContext context) {
    return new HybridTransport(router, peers, options, context, HybridProvider::inBackground);
  }

  /**
   * Loading the native library takes some hundred milliseconds, which the loop must not wait for.
   */
  private static void inBackground(Runnable task) {
    Thread thread = new Thread(task, "clasp-p2p-warm-up");
    thread.setDaemon(true);
    thread.start();
  }
}
