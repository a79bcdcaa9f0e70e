/** The CLASP protocol without I/O: values, messages, addresses, the frame codec and the clock. */
@org.jspecify.annotations.NullMarked
module to.clasp.core {
  requires static transitive org.jspecify;

  exports to.clasp.core.address;
  exports to.clasp.core.codec;
  exports to.clasp.core.message;
  exports to.clasp.core.time;
  exports to.clasp.core.value;
}
