package to.clasp.transport.ws;

import java.net.URI;
import java.util.Set;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Transport;
import to.clasp.transport.spi.Availability;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProvider;

/**
 * Creates transports over WebSocket for {@code ws} and {@code wss} URIs.
 *
 * <p>The router speaks plain TCP only, so {@code wss} needs a TLS-terminating proxy in front of it.
 * Without a port the standard ports 80 and 443 are meant; a CLASP router listens on 7330.
 */
public final class WebSocketProvider implements TransportProvider {

  /** Made by {@link java.util.ServiceLoader}. */
  public WebSocketProvider() {}

  @Override
  public String name() {
    return "clasp-transport-ws";
  }

  @Override
  public Set<String> schemes() {
    return RouterUri.SCHEMES;
  }

  @Override
  public Availability availability() {
    return Availability.AVAILABLE;
  }

  @Override
  public Transport create(URI uri, ConnectionOptions options, TransportContext context) {
    return new WebSocketTransport(RouterUri.requireValid(uri), options, context);
  }
}
