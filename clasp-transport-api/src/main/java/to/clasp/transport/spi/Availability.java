package to.clasp.transport.spi;

import org.jspecify.annotations.Nullable;

/**
 * Whether a provider can work on this machine.
 *
 * @param reason why not, and which artifact or system library to add; null when it can work
 */
public record Availability(@Nullable String reason) {

  /** It can work. */
  public static final Availability AVAILABLE = new Availability(null);

  /**
   * It cannot work.
   *
   * @param reason why not, and what to add
   * @return the verdict
   */
  public static Availability unavailable(String reason) {
    return new Availability(reason);
  }

  /**
   * Tells whether the provider can work.
   *
   * @return true if it can
   */
  public boolean isAvailable() {
    return reason == null;
  }
}
