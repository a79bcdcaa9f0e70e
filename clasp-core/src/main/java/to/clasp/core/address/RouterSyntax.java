package to.clasp.core.address;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Tells which patterns a router refuses with error 202 for a reason that is not in the grammar.
 *
 * <p>A router turns each pattern with a {@code *} into a regular expression, replacing the stars
 * and nothing else, and refuses the pattern when the expression does not compile, though it never
 * uses it. So parentheses, brackets, braces and the like must happen to be right. This is the
 * syntax check of such an expression. In the rare corners that it does not look into (inline flags,
 * named groups, hexadecimal escapes) it finds no fault, and the router has the last word.
 */
final class RouterSyntax {

  /** More groups inside each other than this are refused. */
  private static final int MAX_GROUPS = 50;

  /** What may follow {@code (?}: names and flags. */
  private static final String GROUP_OPTIONS = "P<imsURxu-:";

  /** A member of a set that is a set itself. */
  private static final int CLASS_MEMBER = -1;

  private static final int BAD_MEMBER = -2;

  private final String regex;
  private int at;

  private RouterSyntax(String regex) {
    this.regex = regex;
  }

  /**
   * Checks a pattern.
   *
   * @param pattern a pattern with a wildcard
   * @return what is wrong, or null
   */
  static @Nullable String problemOf(String pattern) {
    String regex = pattern.replace("/**", "§§").replace("*", "[^/]*").replace("§§", "(/[^/]+)*");
    try {
      return new RouterSyntax("^" + regex + "$").check();
    } catch (Unjudged e) {
      return null;
    }
  }

  private @Nullable String check() throws Unjudged {
    int groups = 0;
    // Whether there is something here that a repetition can apply to.
    boolean item = false;
    while (at < regex.length()) {
      char c = regex.charAt(at++);
      switch (c) {
        case '(' -> {
          if (startsLookAround()) {
            return "look-around";
          }
          if (looksAt('?')) {
            if (at + 1 == regex.length() || GROUP_OPTIONS.indexOf(regex.charAt(at + 1)) < 0) {
              return "unknown kind of group";
            }
            throw new Unjudged();
          }
          if (++groups > MAX_GROUPS) {
            return "too many nested groups";
          }
          item = false;
        }
        case ')' -> {
          if (groups-- == 0) {
            return "')' without '('";
          }
          item = true;
        }
        case '|' -> item = false;
        case '[' -> {
          String problem = set();
          if (problem != null) {
            return problem;
          }
          item = true;
        }
        case '?', '*', '+' -> {
          if (!item) {
            return "'" + c + "' repeats nothing";
          }
          skip('?');
        }
        case '{' -> {
          if (!item || !count()) {
            return "'{' that is no repetition count";
          }
          skip('?');
        }
        case '\\' -> {
          if (!escape(false)) {
            return "unknown escape";
          }
          item = true;
        }
        default -> item = true;
      }
    }
    return groups > 0 ? "'(' without ')'" : null;
  }

  private boolean startsLookAround() {
    return regex.startsWith("?=", at)
        || regex.startsWith("?!", at)
        || regex.startsWith("?<=", at)
        || regex.startsWith("?<!", at);
  }

  /** Reads {@code n}, {@code n,} or {@code n,m} and the closing brace. */
  private boolean count() throws Unjudged {
    long min = number();
    long max = min;
    if (min >= 0 && skip(',')) {
      max = looksAt('}') ? Long.MAX_VALUE : number();
    }
    return min >= 0 && max >= min && skip('}');
  }

  private long number() throws Unjudged {
    if (at < regex.length() && Character.isWhitespace(regex.charAt(at))) {
      throw new Unjudged();
    }
    int start = at;
    while (at < regex.length() && regex.charAt(at) >= '0' && regex.charAt(at) <= '9') {
      at++;
    }
    if (at == start || at - start > 10) {
      return -1;
    }
    if (at < regex.length() && Character.isWhitespace(regex.charAt(at))) {
      throw new Unjudged();
    }
    long number = Long.parseLong(regex.substring(start, at));
    return number <= 0xFFFF_FFFFL ? number : -1;
  }

  /** Reads a set in brackets from behind its opening one. */
  private @Nullable String set() throws Unjudged {
    skip('^');
    boolean dash = false;
    while (skip('-')) {
      dash = true;
    }
    if (!dash) {
      skip(']');
    }
    while (at < regex.length()) {
      if (skip(']')) {
        return null;
      }
      if (looksAt('[')) {
        if (regex.startsWith("[:", at)) {
          throw new Unjudged();
        }
        return "'[' inside brackets";
      }
      if (regex.startsWith("&&", at) || regex.startsWith("--", at) || regex.startsWith("~~", at)) {
        return "set operation inside brackets";
      }
      int low = member();
      if (looksAt('-') && !regex.startsWith("-]", at) && !regex.startsWith("--", at)) {
        at++;
        if (at == regex.length()) {
          break;
        }
        int high = member();
        if (low < 0 || high < 0 || low > high) {
          return "bad range inside brackets";
        }
      } else if (low == BAD_MEMBER) {
        return "bad escape inside brackets";
      }
    }
    return "'[' without ']'";
  }

  /** Reads one member of a set; returns its character, or one of the negative numbers above. */
  private int member() throws Unjudged {
    int c = regex.codePointAt(at);
    at += Character.charCount(c);
    if (c != '\\') {
      return c;
    }
    int start = at;
    if (!escape(true)) {
      return BAD_MEMBER;
    }
    char escaped = regex.charAt(start);
    return switch (escaped) {
      case 'd', 's', 'w', 'D', 'S', 'W' -> CLASS_MEMBER;
      case 'a' -> 0x07;
      case 'f' -> '\f';
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 'v' -> 0x0B;
      default -> escaped;
    };
  }

  /** Reads what follows a backslash; tells whether it is known. */
  private boolean escape(boolean inSet) throws Unjudged {
    if (at == regex.length()) {
      return false;
    }
    char c = regex.charAt(at++);
    if (c == 'x' || c == 'u' || c == 'U' || (c == 'b' && startsNamedBoundary())) {
      throw new Unjudged();
    }
    if (c >= 0x80) {
      return false;
    }
    boolean letterOrDigit =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if ("<>AzbB".indexOf(c) >= 0) {
      return !inSet;
    }
    return !letterOrDigit || "dswDSWaftnrv".indexOf(c) >= 0;
  }

  /** Looks for a brace and a letter, such as in {@code \b{start}}; a digit means a repetition. */
  private boolean startsNamedBoundary() {
    if (!looksAt('{') || at + 1 == regex.length()) {
      return false;
    }
    char next = regex.charAt(at + 1);
    return next == '-' || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
  }

  private boolean looksAt(char c) {
    return at < regex.length() && regex.charAt(at) == c;
  }

  private boolean skip(char c) {
    if (looksAt(c)) {
      at++;
      return true;
    }
    return false;
  }

  /** Thrown to stop at syntax that this check does not know. */
  private static final class Unjudged extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    Unjudged() {
      super(null, null, false, false);
    }
  }
}
