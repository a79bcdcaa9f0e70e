/** A small CLASP router for demos, development and tests. */
@org.jspecify.annotations.NullMarked
module to.clasp.router {
  requires static transitive org.jspecify;
  requires transitive to.clasp.core;
  requires transitive to.clasp.transport;
  requires org.eclipse.jetty.http;
  requires org.eclipse.jetty.io;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.util;
  requires org.eclipse.jetty.websocket.core.common;
  requires org.eclipse.jetty.websocket.core.server;
  requires org.slf4j;

  exports to.clasp.router;
  exports to.clasp.router.options;
}
