package to.clasp.testkit.fault;

import java.util.function.UnaryOperator;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportProviders;

/** Has the direct links of this process made by another provider, until it is closed. */
public final class SubstitutedLinks implements AutoCloseable {

  private final TransportProviders providers = TransportProviders.shared();
  private final PeerTransportProvider original = providers.peer();
  private final PeerTransportProvider substitute;

  private SubstitutedLinks(UnaryOperator<PeerTransportProvider> substitution) {
    substitute = substitution.apply(original);
  }

  /**
   * Puts a provider in the place of the one that this process uses. Links that there are stay.
   *
   * @param substitution makes the other provider, to which it gives the one that was used
   * @return puts that one back when it is closed
   * @throws to.clasp.transport.TransportException if links cannot be had; the message says why
   */
  public static SubstitutedLinks by(UnaryOperator<PeerTransportProvider> substitution) {
    SubstitutedLinks made = new SubstitutedLinks(substitution);
    made.providers.deregister(made.original);
    made.providers.register(made.substitute);
    return made;
  }

  @Override
  public void close() {
    providers.deregister(substitute);
    providers.register(original);
  }
}
