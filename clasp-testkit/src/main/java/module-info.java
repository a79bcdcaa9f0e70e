/** The contract of a transport as tests, transports for tests, faults, and golden vectors. */
@org.jspecify.annotations.NullMarked
module to.clasp.testkit {
  requires static transitive org.jspecify;
  requires static org.junit.jupiter.api;
  requires transitive to.clasp.transport;
  requires com.google.gson;
  requires org.slf4j;

  exports to.clasp.testkit.relay;
}
