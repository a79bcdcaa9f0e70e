package to.clasp.benchmarks.measure;

import java.util.Arrays;

/**
 * Collects samples, such as durations of round trips, with room taken beforehand: adding one
 * allocates nothing. For one thread at a time.
 */
public final class Sample {

  private final double[] values;
  private int count;

  /**
   * Makes an empty sample.
   *
   * @param capacity the most samples
   */
  public Sample(int capacity) {
    values = new double[capacity];
  }

  /**
   * Adds one.
   *
   * @param value the sample
   * @throws ArrayIndexOutOfBoundsException if there is no room
   */
  public void add(double value) {
    values[count++] = value;
  }

  /**
   * Tells how many there are.
   *
   * @return the count
   */
  public int count() {
    return count;
  }

  /** Starts afresh. */
  public void clear() {
    count = 0;
  }

  /**
   * Summarises.
   *
   * @return the spread of what was added
   * @throws IllegalArgumentException if that is nothing
   */
  public Spread spread() {
    return Spread.of(Arrays.copyOf(values, count));
  }
}
