package to.clasp.core.message;

import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;

/**
 * More about the values of a signal.
 *
 * @param unit unit of measure, or null
 * @param range smallest and largest value, or null
 * @param defaultValue value before any is set, or null
 * @param description text for people, or null
 */
public record SignalMeta(
    @Nullable String unit,
    @Nullable Range range,
    @Nullable Value defaultValue,
    @Nullable String description) {

  /**
   * The range of a number.
   *
   * @param min the smallest value
   * @param max the largest value
   */
  public record Range(double min, double max) {}
}
