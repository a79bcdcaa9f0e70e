import to.clasp.hybrid.HybridProvider;
import to.clasp.transport.spi.HybridTransportProvider;

/** A transport that takes, per address, the direct link to a peer or the router. */
@org.jspecify.annotations.NullMarked
module to.clasp.hybrid {
  requires static transitive org.jspecify;
  requires transitive to.clasp.transport;
  requires io.github.resilience4j.circuitbreaker;
  requires io.github.resilience4j.core;
  requires org.slf4j;

  exports to.clasp.hybrid;

  provides HybridTransportProvider with
      HybridProvider;
}
