package to.clasp.router.security;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import to.clasp.router.options.AccessToken;

/** Decides about the token in a HELLO. Immutable. */
public final class TokenCheck {

  private static final int UNAUTHORIZED = 300;
  private static final int EXPIRED = 302;

  /** How the tokens start that CLASP's own router looks up in a table. */
  private static final String KEY_PREFIX = "cpsk_";

  /** The answer to a token. */
  public sealed interface Verdict {}

  /**
   * The token is good.
   *
   * @param scopes what it allows
   */
  public record Granted(Scopes scopes) implements Verdict {}

  /**
   * The token is not good.
   *
   * @param code the code of the ERROR
   * @param text its text
   */
  public record Refused(int code, String text) implements Verdict {}

  private record Entry(Scopes scopes, @Nullable Instant expiresAt) {}

  /** Null for an open router. */
  private final @Nullable Map<String, Entry> entries;

  private TokenCheck(@Nullable Map<String, Entry> entries) {
    this.entries = entries;
  }

  /**
   * Makes a check.
   *
   * @param tokens the good tokens, or null for an open router, which looks at none
   * @return the check
   * @throws IllegalArgumentException if a scope cannot be read
   */
  public static TokenCheck of(@Nullable List<AccessToken> tokens) {
    if (tokens == null) {
      return new TokenCheck(null);
    }
    Map<String, Entry> entries = new HashMap<>();
    for (AccessToken token : tokens) {
      entries.put(token.token(), new Entry(Scopes.parse(token.scopes()), token.expiresAt()));
    }
    return new TokenCheck(entries);
  }

  /**
   * Checks a token.
   *
   * @param token the token of a HELLO, or null if it has none
   * @param now the time
   * @return what becomes of the HELLO
   */
  public Verdict check(@Nullable String token, Instant now) {
    if (entries == null) {
      return new Granted(Scopes.ALL);
    }
    if (token == null) {
      return new Refused(UNAUTHORIZED, "Authentication required");
    }
    Entry entry = entries.get(token);
    if (entry == null) {
      return new Refused(
          UNAUTHORIZED,
          token.startsWith(KEY_PREFIX)
              ? "Invalid token: token not found"
              : "Unrecognized token format");
    }
    if (entry.expiresAt() != null && !now.isBefore(entry.expiresAt())) {
      return new Refused(EXPIRED, "Token has expired");
    }
    return new Granted(entry.scopes());
  }
}
