package to.clasp.transport;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with jitter.
 *
 * @param first waiting time before the first new attempt
 * @param max longest waiting time
 * @param factor growth from one attempt to the next, at least 1
 * @param jitter share of the waiting time that is random, 0 to 1: 0.5 means half to all of it
 */
public record Backoff(Duration first, Duration max, double factor, double jitter) {

  /** 250 ms, doubled each time up to 30 s, half of it random. */
  public static final Backoff DEFAULT =
      new Backoff(Duration.ofMillis(250), Duration.ofSeconds(30), 2, 0.5);

  /** Checks the ranges. */
  public Backoff {
    Ranges.duration("backoff.first", first, 1, 86_400_000);
    Ranges.duration("backoff.max", max, first.toMillis(), 86_400_000);
    if (!(factor >= 1 && factor <= 100)) {
      throw new IllegalArgumentException("backoff.factor must be 1 to 100, not " + factor);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("backoff.jitter must be 0 to 1, not " + jitter);
    }
  }

  /**
   * Returns how long to wait before an attempt.
   *
   * @param attempt number of the attempt, counted from 1
   * @param random source of the jitter
   * @return the waiting time, at least 1 ms
   */
  public Duration delay(int attempt, RandomGenerator random) {
    double longest = (double) max.toMillis();
    double full =
        Math.min(longest, (double) first.toMillis() * Math.pow(factor, Math.max(0, attempt - 1)));
    double millis = full * (1 - jitter) + full * jitter * random.nextDouble();
    return Duration.ofMillis(Math.max(1, Math.round(millis)));
  }
}
