package to.clasp.testkit.fault;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The origin of all that is random in a test, so that a failure can be repeated: {@link #run} puts
 * it into the message of the failure.
 *
 * @param value the number
 */
public record Seed(long value) {

  /** System property that sets the number of {@link #fresh()}. */
  public static final String PROPERTY = "clasp.testkit.seed";

  /** A test that may throw anything. */
  @FunctionalInterface
  public interface Test {
    /**
     * Runs the test.
     *
     * @throws Exception if it fails
     */
    void run() throws Exception;
  }

  /**
   * Makes a new seed, or that of the system property {@value #PROPERTY}.
   *
   * @return the seed
   */
  public static Seed fresh() {
    Long given = Long.getLong(PROPERTY);
    return new Seed(given != null ? given : new SplittableRandom().nextLong());
  }

  /**
   * Makes a source of randomness. The same purpose gives the same numbers, another one gives
   * others.
   *
   * @param purpose what it is for
   * @return the source; for one thread at a time
   */
  public RandomGenerator random(String purpose) {
    return new SplittableRandom(value ^ ((long) purpose.hashCode() << 32 | purpose.length()));
  }

  /**
   * Runs a test, and names this seed when it fails.
   *
   * @param test the test
   * @throws AssertionError if it fails, with its failure as the cause
   */
  public void run(Test test) {
    try {
      test.run();
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          e.getMessage() + " (seed " + value + ", repeat with -D" + PROPERTY + "=" + value + ")",
          e);
    }
  }
}
