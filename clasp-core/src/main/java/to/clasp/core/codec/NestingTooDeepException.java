package to.clasp.core.codec;

import java.io.Serial;

/**
 * A value or bundle that is nested too deeply to be encoded. Routers have no limit of their own and
 * crash on deep nesting, so none is ever sent.
 */
public final class NestingTooDeepException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final int limit;

  /**
   * Makes the exception.
   *
   * @param what what is nested too deeply, such as {@code SET.value}
   * @param limit the deepest nesting allowed
   */
  public NestingTooDeepException(String what, int limit) {
    super(what + " is nested deeper than " + limit + " levels; flatten it");
    this.limit = limit;
  }

  /**
   * Returns the limit.
   *
   * @return the deepest nesting allowed
   */
  public int limit() {
    return limit;
  }
}
