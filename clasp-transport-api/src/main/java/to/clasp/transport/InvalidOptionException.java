package to.clasp.transport;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Options that are read from text are wrong; says where. */
public final class InvalidOptionException extends IllegalArgumentException {

  @Serial private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * Makes the exception.
   *
   * @param field the member, such as {@code iceServers[0].urls}; empty for the whole
   * @param problem what is wrong with it, as the end of a sentence; holds no secret
   * @param cause the underlying exception, or null
   */
  public InvalidOptionException(String field, String problem, @Nullable Throwable cause) {
    super((field.isEmpty() ? "the options" : field) + " " + problem, cause);
    this.field = field;
  }

  /**
   * Returns which member is wrong.
   *
   * @return its path, such as {@code iceServers[0].urls}; empty for the whole
   */
  public String field() {
    return field;
  }
}
