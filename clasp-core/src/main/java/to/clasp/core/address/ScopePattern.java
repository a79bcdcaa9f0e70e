package to.clasp.core.address;

import org.jspecify.annotations.Nullable;

/**
 * A pattern with the rule that routers apply to the scopes of tokens (CLASP wire format, "Four
 * matchers that do not agree", "compiled pattern"): equality without a {@code *}, {@link
 * GlobPattern} with one.
 *
 * <p>Immutable and safe for use by any thread.
 */
public final class ScopePattern {

  private final String text;
  private final @Nullable GlobPattern glob;

  private ScopePattern(String text, @Nullable GlobPattern glob) {
    this.text = text;
    this.glob = glob;
  }

  /**
   * Reads a pattern.
   *
   * @param text the pattern
   * @return the pattern
   * @throws InvalidAddressException as {@link AddressPattern#parse}
   */
  public static ScopePattern parse(String text) {
    boolean literal = AddressPattern.parse(text).isLiteral();
    return new ScopePattern(text, literal ? null : GlobPattern.compile(text));
  }

  /**
   * Matches an address.
   *
   * @param address the address; any string
   * @return true if the scope covers it
   */
  public boolean matches(String address) {
    return glob == null ? text.equals(address) : glob.matches(address);
  }

  /**
   * Returns the pattern as it was read.
   *
   * @return the text
   */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScopePattern that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
