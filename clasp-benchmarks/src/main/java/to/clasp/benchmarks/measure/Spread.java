package to.clasp.benchmarks.measure;

import java.util.Arrays;

/**
 * How samples are spread. Percentiles are by nearest rank: each of them is a sample that occurred.
 *
 * @param count how many samples
 * @param min the smallest
 * @param median the middle one
 * @param p99 the one that 99 % do not exceed
 * @param max the largest
 */
public record Spread(int count, double min, double median, double p99, double max) {

  /**
   * Summarises samples.
   *
   * @param samples at least one, in any order; not changed
   * @return their spread
   * @throws IllegalArgumentException if there is none
   */
  public static Spread of(double... samples) {
    if (samples.length == 0) {
      throw new IllegalArgumentException("no samples");
    }
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    return new Spread(
        sorted.length,
        sorted[0],
        quantile(sorted, 0.5),
        quantile(sorted, 0.99),
        sorted[sorted.length - 1]);
  }

  private static double quantile(double[] sorted, double quantile) {
    return sorted[Math.max(0, (int) Math.ceil(quantile * sorted.length) - 1)];
  }

  /**
   * Converts to another unit.
   *
   * @param factor what each figure is multiplied with; positive
   * @return the spread in the other unit
   */
  public Spread times(double factor) {
    return new Spread(count, min * factor, median * factor, p99 * factor, max * factor);
  }
}
