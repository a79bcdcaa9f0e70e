/** Metrics of CLASP clients for Micrometer. */
@org.jspecify.annotations.NullMarked
module to.clasp.micrometer {
  requires static transitive org.jspecify;
  requires transitive micrometer.core;
  requires transitive to.clasp.client;

  exports to.clasp.micrometer;
}
