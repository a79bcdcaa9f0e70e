package to.clasp.core.address;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of addresses, with the rule by which a router decides who gets a live SET or PUBLISH
 * (CLASP wire format, "Addresses and patterns"):
 *
 * <ul>
 *   <li>{@code *} as a whole segment matches exactly one segment; an empty last one counts;
 *   <li>{@code **} as a whole segment matches zero or more segments, so {@code /a/**} matches
 *       {@code /a} as well;
 *   <li>{@code *} inside a segment matches zero or more characters within that segment;
 *   <li>everything else is literal.
 * </ul>
 *
 * <p>A pattern that mixes {@code *} with other characters in one segment must also match as a
 * {@link GlobPattern}, as in the router; only then do {@code ?}, brackets and backslashes mean more
 * than themselves. The snapshot that opens a subscription follows {@link GlobPattern} alone, and
 * scopes of tokens follow {@link ScopePattern}: the three do not agree in all cases.
 *
 * <p>Immutable and safe for use by any thread. Matching takes time proportional to the product of
 * both lengths at worst, and allocates nothing unless a segment mixes {@code *} with other
 * characters.
 */
public final class AddressPattern {

  private final String text;
  private final String[] segments;
  private final SegmentKind[] kinds;
  private final boolean literal;
  private final @Nullable GlobPattern glob;

  private AddressPattern(String text, String[] segments) {
    this.text = text;
    this.segments = segments;
    this.kinds = Arrays.stream(segments).map(SegmentKind::of).toArray(SegmentKind[]::new);
    this.literal = text.indexOf('*') < 0;
    this.glob = Arrays.asList(kinds).contains(SegmentKind.MIXED) ? GlobPattern.compile(text) : null;
  }

  /**
   * Reads a pattern.
   *
   * @param text the pattern; a literal address is one too
   * @return the pattern
   * @throws InvalidAddressException if it does not follow the grammar of addresses, or if a router
   *     would refuse it with error 202: together with a {@code *}, braces and unbalanced
   *     parentheses and brackets are not allowed
   */
  public static AddressPattern parse(String text) {
    Address.requireValid(text);
    if (text.indexOf('*') >= 0) {
      String problem = RouterSyntax.problemOf(text);
      if (problem != null) {
        throw new InvalidAddressException(
            "a router refuses this pattern: " + problem + ": " + Address.shown(text));
      }
    }
    return new AddressPattern(text, text.substring(1).split("/", -1));
  }

  /**
   * Tells whether a subscription with this pattern gets what is sent to an address.
   *
   * @param address the address; any string, for routers deliver to any
   * @return true if it is delivered
   */
  public boolean matches(String address) {
    if (!isDeliverable(address)) {
      return false;
    }
    if (literal) {
      return matchesLiterally(address);
    }
    return matchesSegments(address) && (glob == null || glob.matches(address));
  }

  /**
   * Tells whether the pattern has no wildcard.
   *
   * @return true if it is a literal address
   */
  public boolean isLiteral() {
    return literal;
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
    return other instanceof AddressPattern that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  private boolean matchesLiterally(String address) {
    int rest = text.length() - 1;
    return Math.max(address.length(), 1) - 1 == rest
        && (rest == 0 || address.regionMatches(1, text, 1, rest));
  }

  /**
   * Walks over the segments of both. On a mismatch the last {@code **} takes one segment more; an
   * earlier one need not, for whatever it could reach the last one reaches too.
   */
  private boolean matchesSegments(String address) {
    int length = address.length();
    int start = Math.min(1, length);
    int next = 0;
    int resumeAt = -1;
    int resumeStart = 0;
    while (start <= length) {
      if (next < segments.length && kinds[next] == SegmentKind.GLOBSTAR) {
        next++;
        if (next == segments.length) {
          return true;
        }
        resumeAt = next;
        resumeStart = start;
        continue;
      }
      int end = segmentEnd(address, start);
      if (next < segments.length && matchesSegment(next, address, start, end)) {
        next++;
        start = end + 1;
      } else if (resumeAt >= 0) {
        resumeStart = segmentEnd(address, resumeStart) + 1;
        start = resumeStart;
        next = resumeAt;
      } else {
        return false;
      }
    }
    while (next < segments.length && kinds[next] == SegmentKind.GLOBSTAR) {
      next++;
    }
    return next == segments.length;
  }

  /** A mixed segment counts as matching here; the glob has the last word. */
  private boolean matchesSegment(int index, String address, int start, int end) {
    if (kinds[index] != SegmentKind.LITERAL) {
      return true;
    }
    String segment = segments[index];
    return segment.length() == end - start && address.startsWith(segment, start);
  }

  /**
   * Routers look at what follows the first character, whatever that is; a first character that is
   * not ASCII makes them fail, so nothing is delivered.
   */
  static boolean isDeliverable(String address) {
    return address.isEmpty() || address.charAt(0) < 0x80;
  }

  /** The segments; not to be changed. */
  String[] segments() {
    return segments;
  }

  static int segmentEnd(String address, int start) {
    int end = address.indexOf('/', start);
    return end < 0 ? address.length() : end;
  }
}
