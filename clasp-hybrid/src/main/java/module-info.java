/** A transport that takes, per address, the direct link to a peer or the router. */
@org.jspecify.annotations.NullMarked
module to.clasp.hybrid {
  requires static transitive org.jspecify;
  requires transitive to.clasp.transport;
  requires io.github.resilience4j.circuitbreaker;
  requires org.slf4j;
}
