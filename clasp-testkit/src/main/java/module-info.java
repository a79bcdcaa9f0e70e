/**
 * What tests of CLASP transports need: the contract of a transport as tests, a clock that stands
 * still, recorders, in-memory transports and peers, faults, a relay that cuts the path between two
 * peers, and golden vectors.
 */
@org.jspecify.annotations.NullMarked
module to.clasp.testkit {
  requires static transitive org.jspecify;
  requires static org.junit.jupiter.api;
  requires transitive to.clasp.transport;
  requires transitive com.google.gson;
  requires org.slf4j;

  exports to.clasp.testkit.contract;
  exports to.clasp.testkit.fault;
  exports to.clasp.testkit.loop;
  exports to.clasp.testkit.memory;
  exports to.clasp.testkit.record;
  exports to.clasp.testkit.relay;
  exports to.clasp.testkit.vectors;
}
