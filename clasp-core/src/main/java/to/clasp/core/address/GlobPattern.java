package to.clasp.core.address;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The glob rule, by which a router chooses what the SNAPSHOT after a SUBSCRIBE holds and what a
 * QUERY finds (CLASP wire format, "Four matchers that do not agree"). For live delivery see {@link
 * AddressPattern}.
 *
 * <p>{@code *} stands for any characters but {@code /}, {@code **} as a whole segment or at the end
 * for any characters, {@code ?} for one byte but {@code /}, {@code [a-z]} and {@code [!a-z]} for
 * one byte of a set, {@code {a,b}} for one of several texts; a backslash takes the meaning of what
 * follows, and {@code !} at the start turns the answer around. {@code /a/**} does not match {@code
 * /a}.
 *
 * <p>The rule is that of the glob-match crate 0.2 which routers use, with its corners: matching is
 * by bytes, not characters, and once a literal character has matched after {@code **}, a {@code *}
 * after it can no longer make {@code **} take more across a {@code /}. Braces differ in two
 * corners: here an alternative may be empty at the end of an address, and each alternative is
 * tried, not only the longest that fits.
 *
 * <p>Immutable and safe for use by any thread. Matching takes time proportional to the product of
 * both lengths at worst, for each combination of alternatives; a pattern with more than {@value
 * #MAX_ALTERNATIVES} combinations matches nothing, like any other invalid one.
 */
public final class GlobPattern {

  /** The most combinations of alternatives in braces that a pattern may have. */
  public static final int MAX_ALTERNATIVES = 256;

  private final String text;
  private final boolean negated;
  private final List<GlobProgram> alternatives;

  private GlobPattern(String text, boolean negated, List<GlobProgram> alternatives) {
    this.text = text;
    this.negated = negated;
    this.alternatives = alternatives;
  }

  /**
   * Compiles a pattern.
   *
   * @param text the pattern; any string: an invalid one matches nothing
   * @return the pattern
   */
  public static GlobPattern compile(String text) {
    byte[] glob = text.getBytes(StandardCharsets.UTF_8);
    int negations = 0;
    while (negations < glob.length && glob[negations] == '!') {
      negations++;
    }
    List<byte[]> expanded = GlobBraces.expand(glob, MAX_ALTERNATIVES);
    return new GlobPattern(
        text,
        negations % 2 == 1 && !expanded.isEmpty(),
        expanded.stream().map(alternative -> GlobProgram.compile(alternative)).toList());
  }

  /**
   * Matches an address.
   *
   * @param address the address; any string
   * @return true if the pattern covers it
   */
  public boolean matches(String address) {
    byte[] path = address.getBytes(StandardCharsets.UTF_8);
    for (GlobProgram alternative : alternatives) {
      GlobProgram.Outcome outcome = alternative.match(path);
      if (outcome != GlobProgram.Outcome.MISMATCH) {
        return outcome == GlobProgram.Outcome.MATCH && !negated;
      }
    }
    return negated;
  }

  /**
   * Returns the pattern as it was given.
   *
   * @return the text
   */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GlobPattern that && text.equals(that.text);
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
