package to.clasp.router.security;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import to.clasp.core.address.InvalidAddressException;
import to.clasp.core.address.ScopePattern;

/**
 * What a session may do (CLASP router behaviour, "Security"). Immutable.
 *
 * <p>Writing takes a write or admin scope, getting takes any, and subscribing takes a read scope:
 * neither write nor admin helps there, as in CLASP's own router.
 */
public final class Scopes {

  /** For an open router: allows everything. */
  public static final Scopes ALL = new Scopes(null);

  private enum Action {
    READ,
    WRITE,
    ADMIN
  }

  private record Scope(Action action, ScopePattern pattern) {}

  /** Null allows everything. */
  private final @Nullable List<Scope> scopes;

  private Scopes(@Nullable List<Scope> scopes) {
    this.scopes = scopes;
  }

  /**
   * Reads scopes.
   *
   * @param texts each an action, a colon and a pattern
   * @return the scopes
   * @throws IllegalArgumentException if one is not like that
   */
  public static Scopes parse(List<String> texts) {
    List<Scope> scopes = new ArrayList<>();
    for (String text : texts) {
      scopes.add(parse(text));
    }
    return new Scopes(List.copyOf(scopes));
  }

  private static Scope parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "scope \"" + text + "\" has no colon; write it as action:pattern, such as read:/a/**");
    }
    Action action =
        switch (text.substring(0, colon)) {
          case "read", "r" -> Action.READ;
          case "write", "w" -> Action.WRITE;
          case "admin", "a", "*" -> Action.ADMIN;
          default ->
              throw new IllegalArgumentException(
                  "scope \"" + text + "\" has an unknown action; use read, write or admin");
        };
    try {
      return new Scope(action, ScopePattern.parse(text.substring(colon + 1)));
    } catch (InvalidAddressException e) {
      throw new IllegalArgumentException("scope \"" + text + "\" has a bad pattern", e);
    }
  }

  /**
   * Tells whether one may SET and PUBLISH.
   *
   * @param address where
   * @return true if so
   */
  public boolean mayWrite(String address) {
    return allows(EnumSet.of(Action.WRITE, Action.ADMIN), address);
  }

  /**
   * Tells whether one may GET.
   *
   * @param address what
   * @return true if so
   */
  public boolean mayGet(String address) {
    return allows(EnumSet.allOf(Action.class), address);
  }

  /**
   * Tells whether one may SUBSCRIBE. The pattern is matched as if it were an address.
   *
   * @param pattern the text of the pattern
   * @return true if so
   */
  public boolean maySubscribe(String pattern) {
    return allows(EnumSet.of(Action.READ), pattern);
  }

  private boolean allows(Set<Action> actions, String address) {
    if (scopes == null) {
      return true;
    }
    for (Scope scope : scopes) {
      if (actions.contains(scope.action()) && scope.pattern().matches(address)) {
        return true;
      }
    }
    return false;
  }
}
