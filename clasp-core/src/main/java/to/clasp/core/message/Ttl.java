package to.clasp.core.message;

/**
 * The lifetime of a parameter, in SET.
 *
 * @param mode what the seconds count from
 * @param seconds 0 to 2 147 483 647; 0 for {@link Mode#NEVER}
 */
public record Ttl(Mode mode, int seconds) {

  /** What a lifetime counts from. */
  public enum Mode {
    /** Never expires. */
    NEVER,
    /** Counts from the last write. Reads do not extend it, whatever CLASP's documentation says. */
    SLIDING,
    /** Counts from the write that set it. */
    ABSOLUTE
  }

  /** Checks the range. */
  public Ttl {
    if (seconds < 0) {
      throw new IllegalArgumentException("ttl seconds must be 0 to 2147483647, not " + seconds);
    }
    if (mode == Mode.NEVER && seconds != 0) {
      throw new IllegalArgumentException("a lifetime without end has no seconds, not " + seconds);
    }
    if (mode == Mode.SLIDING && seconds == 0) {
      throw new IllegalArgumentException(
          "a sliding lifetime of 0 s cannot be written: it reads back as never; use never()");
    }
  }

  /**
   * A lifetime without end.
   *
   * @return the lifetime
   */
  public static Ttl never() {
    return new Ttl(Mode.NEVER, 0);
  }

  /**
   * A lifetime that each write extends.
   *
   * @param seconds at least 1
   * @return the lifetime
   */
  public static Ttl sliding(int seconds) {
    return new Ttl(Mode.SLIDING, seconds);
  }

  /**
   * A fixed lifetime.
   *
   * @param seconds 0 or more
   * @return the lifetime
   */
  public static Ttl absolute(int seconds) {
    return new Ttl(Mode.ABSOLUTE, seconds);
  }
}
