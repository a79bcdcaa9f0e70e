/** WebSocket transport to a CLASP router, on OkHttp. Found by {@link java.util.ServiceLoader}. */
@org.jspecify.annotations.NullMarked
module to.clasp.transport.ws {
  requires static transitive org.jspecify;
  requires transitive to.clasp.transport;
  requires jdk.net;
  requires kotlin.stdlib;
  requires okhttp3;
  requires okio;
  requires org.slf4j;

  exports to.clasp.transport.ws;

  provides to.clasp.transport.spi.TransportProvider with
      to.clasp.transport.ws.WebSocketProvider;
}
