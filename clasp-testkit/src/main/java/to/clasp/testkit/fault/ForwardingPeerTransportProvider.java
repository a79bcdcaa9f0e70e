package to.clasp.testkit.fault;

import java.util.Objects;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.Availability;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/**
 * Hands every call on to another provider of peer transports. For decorators, which override what
 * they change.
 */
public abstract class ForwardingPeerTransportProvider implements PeerTransportProvider {

  private final PeerTransportProvider provider;

  /**
   * Decorates a provider.
   *
   * @param provider gets the calls
   */
  protected ForwardingPeerTransportProvider(PeerTransportProvider provider) {
    this.provider = Objects.requireNonNull(provider, "provider");
  }

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public int priority() {
    return provider.priority();
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
    return provider.create(request, context);
  }
}
