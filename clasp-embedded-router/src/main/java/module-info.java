/** A small CLASP router for demos, development and tests. */
@org.jspecify.annotations.NullMarked
module to.clasp.router {
  requires static transitive org.jspecify;
  requires transitive to.clasp.core;
  requires org.eclipse.jetty.websocket.server;
  requires org.slf4j;
}
