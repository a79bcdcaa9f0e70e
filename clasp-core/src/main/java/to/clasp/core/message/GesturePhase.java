package to.clasp.core.message;

/** The phase of a gesture. */
public enum GesturePhase {
  /** The gesture begins. */
  START(0),
  /** The gesture moves; the router keeps only the newest move under way. */
  MOVE(1),
  /** The gesture ends. */
  END(2),
  /** The gesture is given up. */
  CANCEL(3);

  private final int code;

  GesturePhase(int code) {
    this.code = code;
  }

  /**
   * Returns the code on the wire.
   *
   * @return 0 to 3
   */
  public int code() {
    return code;
  }
}
