/**
 * The service provider interface of CLASP transports: what a transport promises, how one is found,
 * and what peers and the hybrid share with the client.
 */
@org.jspecify.annotations.NullMarked
module to.clasp.transport {
  requires static transitive org.jspecify;
  requires transitive to.clasp.core;
  requires com.google.gson;
  requires org.slf4j;

  exports to.clasp.transport;
  exports to.clasp.transport.identity;
  exports to.clasp.transport.loop;
  exports to.clasp.transport.pace;
  exports to.clasp.transport.peer;
  exports to.clasp.transport.spi;

  uses to.clasp.transport.spi.TransportProvider;
  uses to.clasp.transport.spi.PeerTransportProvider;
  uses to.clasp.transport.spi.HybridTransportProvider;
}
