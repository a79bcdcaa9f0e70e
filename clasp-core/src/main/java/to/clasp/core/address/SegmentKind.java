package to.clasp.core.address;

/** What a segment of a pattern is. */
enum SegmentKind {
  LITERAL,
  STAR,
  GLOBSTAR,
  /** A star and other characters. */
  MIXED;

  static SegmentKind of(String segment) {
    if (segment.indexOf('*') < 0) {
      return LITERAL;
    }
    return switch (segment) {
      case "*" -> STAR;
      case "**" -> GLOBSTAR;
      default -> MIXED;
    };
  }
}
