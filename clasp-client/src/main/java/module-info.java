/** The CLASP client. */
@org.jspecify.annotations.NullMarked
module to.clasp.client {
  requires static transitive org.jspecify;
  requires transitive to.clasp.transport;
  requires org.slf4j;

  exports to.clasp.client;
  exports to.clasp.client.doctor;
}
