package to.clasp.router.options;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A token that clients show in HELLO, and what it allows.
 *
 * <p>A scope is an action and a pattern, such as {@code read:/lights/**}. Actions are {@code read}
 * ({@code r}), {@code write} ({@code w}) and {@code admin} ({@code a}, {@code *}). As in CLASP's
 * own router, to subscribe takes {@code read}, and neither of the others helps.
 *
 * @param token the token itself; not empty. CLASP's own start with {@code cpsk_}
 * @param scopes what it allows; checked when the router is built
 * @param expiresAt when it ends, or null for never; looked at only at HELLO
 */
public record AccessToken(String token, List<String> scopes, @Nullable Instant expiresAt) {

  /** Checks the token and copies the scopes. */
  public AccessToken {
    Objects.requireNonNull(token, "token");
    if (token.isEmpty()) {
      throw new IllegalArgumentException("token is empty; an empty token means none in HELLO");
    }
    scopes = List.copyOf(scopes);
  }

  /** Shows the scopes, never the token. */
  @Override
  public String toString() {
    return "AccessToken[scopes=" + scopes + ", expiresAt=" + expiresAt + "]";
  }
}
