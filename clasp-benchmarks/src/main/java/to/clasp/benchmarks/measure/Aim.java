package to.clasp.benchmarks.measure;

import java.util.Locale;

/**
 * A bound that a figure should keep.
 *
 * @param bound the bound, in the unit of the figure
 * @param atLeast whether the figure should reach it; else it should not exceed it
 */
public record Aim(double bound, boolean atLeast) {

  /**
   * The more, the better.
   *
   * @param bound what should be reached
   * @return the aim
   */
  public static Aim atLeast(double bound) {
    return new Aim(bound, true);
  }

  /**
   * The less, the better.
   *
   * @param bound what should not be exceeded
   * @return the aim
   */
  public static Aim atMost(double bound) {
    return new Aim(bound, false);
  }

  boolean isMetBy(double figure) {
    return atLeast ? figure >= bound : figure <= bound;
  }

  String text() {
    return String.format(Locale.ROOT, "%s %s", atLeast ? ">=" : "<=", Figures.text(bound));
  }
}
