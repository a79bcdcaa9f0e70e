package to.clasp.core.message;

/** The phase of a gesture. */
public enum GesturePhase {
  /** The gesture begins. */
  START,
  /** The gesture moves; the router keeps only the newest move under way. */
  MOVE,
  /** The gesture ends. */
  END,
  /** The gesture is given up. */
  CANCEL;

  /**
   * Returns the code on the wire.
   *
   * @return 0 to 3
   */
  public int code() {
    return ordinal();
  }
}
