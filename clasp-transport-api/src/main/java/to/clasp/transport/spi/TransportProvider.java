package to.clasp.transport.spi;

import java.net.URI;
import java.util.Set;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Transport;

/**
 * Creates transports to a router. Found by {@link java.util.ServiceLoader} or registered by hand
 * ({@link TransportProviders}).
 *
 * <p>Providers are cheap to load, never throw from any method but {@link #create}, and load no
 * native library before that.
 */
public interface TransportProvider {

  /**
   * Returns the name, for messages and logs.
   *
   * @return the artifact's name, such as {@code clasp-transport-ws}
   */
  String name();

  /**
   * Returns how much this provider wants to be chosen among those that serve a scheme.
   *
   * @return 0 to 10; 5 is normal, the highest wins
   */
  default int priority() {
    return 5;
  }

  /**
   * Returns the URI schemes served.
   *
   * @return lower-case schemes, such as {@code ws}
   */
  Set<String> schemes();

  /**
   * Tells whether this provider can work here.
   *
   * @return a verdict with the reason
   */
  Availability availability();

  /**
   * Creates a transport. Does not connect.
   *
   * @param uri where to connect to, of one of the {@link #schemes()}
   * @param options how
   * @param context loop and randomness
   * @return a transport that has not been started
   * @throws IllegalArgumentException if the URI is unusable; the message says what to change
   */
  Transport create(URI uri, ConnectionOptions options, TransportContext context);
}
