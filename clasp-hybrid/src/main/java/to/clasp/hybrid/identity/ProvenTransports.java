package to.clasp.hybrid.identity;

import java.util.HashMap;
import java.util.Map;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.Availability;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/** Makes transports that open when the peer has proven who it is. */
public final class ProvenTransports implements PeerTransportProvider {

  private final PeerTransportProvider provider;
  private final PeerTrust trust;
  private final IdentityListener listener;

  /**
   * Decorates a provider.
   *
   * @param provider makes the transports
   * @param trust signs and judges
   * @param listener hears what comes of it
   */
  public ProvenTransports(
      PeerTransportProvider provider, PeerTrust trust, IdentityListener listener) {
    this.provider = provider;
    this.trust = trust;
    this.listener = listener;
  }

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public Availability availability() {
    return provider.availability();
  }

  @Override
  public AutoCloseable warmUp(RtcConfig config) {
    return provider.warmUp(config);
  }

  @Override
  public PeerTransport create(PeerTransportRequest request, TransportContext context) {
    Map<String, String> extensions = new HashMap<>(request.extensions());
    extensions.put(ProvenTransport.EXTENSION, ProvenTransport.VERSION);
    ProvenTransport proven = new ProvenTransport(request, context, trust, listener);
    proven.around(
        provider.create(
            new PeerTransportRequest(
                request.peerId(),
                request.correlationId(),
                request.role(),
                request.config(),
                request.connectTimeout(),
                request.drainTimeout(),
                request.stallTimeout(),
                extensions,
                proven.observer()),
            context));
    return proven;
  }
}
