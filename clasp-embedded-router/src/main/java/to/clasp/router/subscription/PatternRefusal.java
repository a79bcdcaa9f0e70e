package to.clasp.router.subscription;

/** Says why a pattern is refused, in the words of CLASP's own router. */
public final class PatternRefusal {

  private PatternRefusal() {}

  /**
   * Words the reason.
   *
   * @param pattern a pattern that {@link to.clasp.core.address.AddressPattern#parse} refuses
   * @param reason why it does
   * @return the text of ERROR 202
   */
  public static String textFor(String pattern, String reason) {
    if (pattern.isEmpty()) {
      return "invalid address: empty address";
    }
    if (pattern.charAt(0) != '/') {
      return "invalid address: address must start with '/': " + pattern;
    }
    if (pattern.contains("//")) {
      return "invalid address: empty segment in address: " + pattern;
    }
    if (pattern.indexOf('{') >= 0) {
      return "invalid pattern: expected decimal number, but found no digits";
    }
    return "invalid pattern: " + reason;
  }
}
