package to.clasp.core.message;

/** What kind of data an address carries (CLASP wire format, "Enumerations"). */
public enum SignalType {
  /** A value with state, kept by the router. */
  PARAM(0),
  /** Something that happens once. */
  EVENT(1),
  /** High-rate data in which only the newest matters. */
  STREAM(2),
  /** Input with phases, such as a touch. */
  GESTURE(3),
  /** Keyframes over time. */
  TIMELINE(4);

  private final int code;

  SignalType(int code) {
    this.code = code;
  }

  /**
   * Returns the code on the wire, which is also the bit number in the type masks of SUBSCRIBE and
   * REPLAY.
   *
   * @return 0 to 4
   */
  public int code() {
    return code;
  }

  /**
   * Returns the QoS label that a PUBLISH of this kind gets when the caller does not choose one.
   *
   * @return the default of the Rust router
   */
  public QoS defaultQos() {
    return switch (this) {
      case PARAM, EVENT -> QoS.CONFIRM;
      case STREAM, GESTURE -> QoS.FIRE;
      case TIMELINE -> QoS.COMMIT;
    };
  }
}
