package to.clasp.testkit.memory;

import java.net.URI;
import java.util.Objects;
import java.util.Set;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Transport;
import to.clasp.transport.spi.Availability;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProvider;

/** Serves {@code memory://name} with an {@link InMemoryNetwork}. */
public final class InMemoryTransportProvider implements TransportProvider {

  /** The URI scheme. */
  public static final String SCHEME = "memory";

  private final InMemoryNetwork network;

  /**
   * Makes a provider.
   *
   * @param network where the names are
   */
  public InMemoryTransportProvider(InMemoryNetwork network) {
    this.network = Objects.requireNonNull(network, "network");
  }

  @Override
  public String name() {
    return "clasp-testkit";
  }

  @Override
  public Set<String> schemes() {
    return Set.of(SCHEME);
  }

  @Override
  public Availability availability() {
    return Availability.AVAILABLE;
  }

  @Override
  public Transport create(URI uri, ConnectionOptions options, TransportContext context) {
    String name = uri.getAuthority();
    if (!SCHEME.equals(uri.getScheme()) || name == null) {
      throw new IllegalArgumentException("\"" + uri + "\" is no name; write memory://name");
    }
    return network.connectTo(name, options, context);
  }
}
