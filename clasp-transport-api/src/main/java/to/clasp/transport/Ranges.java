package to.clasp.transport;

import java.time.Duration;

/** Range checks of options: each error names the option, its range and the value given. */
public final class Ranges {

  private Ranges() {}

  /**
   * Checks a number against a range.
   *
   * @param option name of the option
   * @param value the value given
   * @param min smallest allowed
   * @param max largest allowed
   * @return the value
   * @throws IllegalArgumentException if out of range
   */
  public static int between(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + " must be " + min + " to " + max + ", not " + value);
    }
    return value;
  }

  /**
   * Checks a number against a lower bound.
   *
   * @param option name of the option
   * @param value the value given
   * @param min smallest allowed
   * @return the value
   * @throws IllegalArgumentException if too small
   */
  public static int atLeast(String option, int value, int min) {
    if (value < min) {
      throw new IllegalArgumentException(option + " must be at least " + min + ", not " + value);
    }
    return value;
  }

  /**
   * Checks a duration against a range.
   *
   * @param option name of the option
   * @param value the value given
   * @param minMillis shortest allowed, in milliseconds
   * @param maxMillis longest allowed, in milliseconds
   * @return the value
   * @throws IllegalArgumentException if out of range
   */
  public static Duration duration(String option, Duration value, long minMillis, long maxMillis) {
    if (value.compareTo(Duration.ofMillis(minMillis)) < 0
        || value.compareTo(Duration.ofMillis(maxMillis)) > 0) {
      throw new IllegalArgumentException(
          option + " must be " + minMillis + " to " + maxMillis + " ms, not " + value);
    }
    return value;
  }
}
