package to.clasp.core.message;

/** What a client or router says it can do, in HELLO and WELCOME. */
public enum Feature {
  /** Parameters. */
  PARAM(0x80),
  /** Events. */
  EVENT(0x40),
  /** Streams. */
  STREAM(0x20),
  /** Gestures. */
  GESTURE(0x10),
  /** Timelines. */
  TIMELINE(0x08),
  /** Router federation; a client never sets it. */
  FEDERATION(0x04);

  private final int bit;

  Feature(int bit) {
    this.bit = bit;
  }

  /**
   * Returns the bit in the feature mask.
   *
   * @return a mask with one bit set
   */
  public int bit() {
    return bit;
  }
}
