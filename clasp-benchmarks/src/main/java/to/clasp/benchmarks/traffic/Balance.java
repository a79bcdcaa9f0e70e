package to.clasp.benchmarks.traffic;

/**
 * What became of numbered values.
 *
 * @param sent how many were sent
 * @param received how many of them arrived, each counted once
 * @param lost how many did not
 * @param duplicated arrivals of values that had arrived before
 * @param reordered values that arrived after a later one
 */
public record Balance(long sent, long received, long lost, long duplicated, long reordered) {

  /** Before anything is sent. */
  public static final Balance ZERO = new Balance(0, 0, 0, 0, 0);

  /**
   * Tells whether each value arrived once, in order.
   *
   * @return true if so
   */
  public boolean isEven() {
    return lost == 0 && duplicated == 0 && reordered == 0;
  }

  /**
   * Adds another.
   *
   * @param other of other values
   * @return both
   */
  public Balance plus(Balance other) {
    return new Balance(
        sent + other.sent,
        received + other.received,
        lost + other.lost,
        duplicated + other.duplicated,
        reordered + other.reordered);
  }
}
