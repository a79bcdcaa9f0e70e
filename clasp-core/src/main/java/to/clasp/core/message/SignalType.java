package to.clasp.core.message;

/** What kind of data an address carries (CLASP wire format, "Enumerations"). */
public enum SignalType {
  /** A value with state, kept by the router. */
  PARAM,
  /** Something that happens once. */
  EVENT,
  /** High-rate data in which only the newest matters. */
  STREAM,
  /** Input with phases, such as a touch. */
  GESTURE,
  /** Keyframes over time. */
  TIMELINE;

  /**
   * Returns the code on the wire, which is also the bit number in the type masks of SUBSCRIBE and
   * REPLAY.
   *
   * @return 0 to 4
   */
  public int code() {
    return ordinal();
  }
}
