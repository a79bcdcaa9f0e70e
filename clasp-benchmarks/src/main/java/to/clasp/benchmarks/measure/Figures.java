package to.clasp.benchmarks.measure;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** How numbers are written. */
final class Figures {

  /** More digits than this would be noise. */
  private static final MathContext DIGITS = new MathContext(4);

  private Figures() {}

  static String text(double figure) {
    if (!Double.isFinite(figure)) {
      return String.valueOf(figure);
    }
    if (Math.abs(figure) >= 1_000) {
      return String.format(Locale.ROOT, "%,d", rounded(figure).longValue());
    }
    return rounded(figure).stripTrailingZeros().toPlainString();
  }

  static BigDecimal rounded(double figure) {
    return new BigDecimal(figure).round(DIGITS);
  }
}
