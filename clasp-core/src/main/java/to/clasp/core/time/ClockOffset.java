package to.clasp.core.time;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An estimate of how far the router's clock is ahead of the local one (CLASP wire format, "Time").
 *
 * <p>Start with {@link #UNKNOWN}, feed it with the time of WELCOME and with each SYNC exchange, and
 * keep what comes back. All times are microseconds since 1970, as in the messages. A measurement of
 * the protocol takes as offset the mean of the two differences and as round trip what is left when
 * the router's own time is taken out; the estimate smooths both with weight 0.3 for the new one, as
 * the Rust client does.
 *
 * <p>Immutable and safe for use by any thread.
 */
public final class ClockOffset {

  /** No estimate yet: offset 0, quality 0. */
  public static final ClockOffset UNKNOWN = new ClockOffset(0, 0, 0, 0, new long[0]);

  private static final double NEW_SAMPLE_WEIGHT = 0.3;
  private static final int JITTER_WINDOW = 10;
  private static final long WORST_RTT_MICROS = 10_000;
  private static final long WORST_JITTER_MICROS = 1_000;

  private final long offsetMicros;
  private final long rttMicros;
  private final long jitterMicros;
  private final int samples;
  private final long[] recentRtts;

  private ClockOffset(
      long offsetMicros, long rttMicros, long jitterMicros, int samples, long[] recentRtts) {
    this.offsetMicros = offsetMicros;
    this.rttMicros = rttMicros;
    this.jitterMicros = jitterMicros;
    this.samples = samples;
    this.recentRtts = recentRtts;
  }

  /**
   * Takes the time of WELCOME as a first, rough estimate. It is off by the one-way delay, which is
   * not known, so it counts as no sample: the first SYNC exchange replaces it.
   *
   * @param routerTime the time in WELCOME
   * @param receivedAt local time at which WELCOME arrived
   * @return the estimate; this, unchanged, when SYNC samples are there already
   */
  public ClockOffset withWelcome(long routerTime, long receivedAt) {
    return samples > 0 ? this : new ClockOffset(routerTime - receivedAt, 0, 0, 0, recentRtts);
  }

  /**
   * Takes in one SYNC exchange.
   *
   * @param t1 local time at which the request was sent
   * @param t2 router time at which it arrived
   * @param t3 router time at which the answer was sent
   * @param t4 local time at which it arrived
   * @return the estimate; this, unchanged, when the round trip comes out negative, which means that
   *     a clock was set in the middle of the exchange
   */
  public ClockOffset withSync(long t1, long t2, long t3, long t4) {
    long rtt = (t4 - t1) - (t3 - t2);
    if (rtt < 0 || t4 < t1) {
      return this;
    }
    long offset = ((t2 - t1) + (t3 - t4)) / 2;
    long[] rtts = appended(rtt);
    long jitter = rtts.length < 2 ? 0 : standardDeviation(rtts);
    if (samples == 0) {
      return new ClockOffset(offset, rtt, jitter, 1, rtts);
    }
    return new ClockOffset(
        smoothed(offsetMicros, offset), smoothed(rttMicros, rtt), jitter, samples + 1, rtts);
  }

  /**
   * Returns how far the router's clock is ahead.
   *
   * @return microseconds, negative when the router's clock is behind
   */
  public long offsetMicros() {
    return offsetMicros;
  }

  /**
   * Returns the smoothed round trip.
   *
   * @return microseconds, 0 when there is no sample yet
   */
  public long rttMicros() {
    return rttMicros;
  }

  /**
   * Returns the standard deviation of the last ten round trips.
   *
   * @return microseconds, 0 with fewer than two samples
   */
  public long jitterMicros() {
    return jitterMicros;
  }

  /**
   * Returns how many SYNC exchanges went in.
   *
   * @return the number of samples
   */
  public int samples() {
    return samples;
  }

  /**
   * Rates the estimate by round trip, jitter and number of samples.
   *
   * @return 0 (no sample, or as bad as it gets) to 1 (ten samples or more, no delay)
   */
  public double quality() {
    if (samples == 0) {
      return 0;
    }
    double rttScore = 1 - Math.min(rttMicros, WORST_RTT_MICROS) / (double) WORST_RTT_MICROS;
    double jitterScore =
        1 - Math.min(jitterMicros, WORST_JITTER_MICROS) / (double) WORST_JITTER_MICROS;
    double sampleScore = Math.min(samples, JITTER_WINDOW) / (double) JITTER_WINDOW;
    return 0.4 * rttScore + 0.4 * jitterScore + 0.2 * sampleScore;
  }

  /**
   * Converts a local time.
   *
   * @param localTime microseconds since 1970 on the local clock
   * @return the same moment on the router's clock
   */
  public long toRouterTime(long localTime) {
    return localTime + offsetMicros;
  }

  /**
   * Converts a time of the router.
   *
   * @param routerTime microseconds since 1970 on the router's clock
   * @return the same moment on the local clock
   */
  public long toLocalTime(long routerTime) {
    return routerTime - offsetMicros;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ClockOffset that
        && offsetMicros == that.offsetMicros
        && samples == that.samples
        && rttMicros == that.rttMicros
        && Arrays.equals(recentRtts, that.recentRtts);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(offsetMicros) + Arrays.hashCode(recentRtts);
  }

  @Override
  public String toString() {
    return "offset "
        + offsetMicros
        + " µs, rtt "
        + rttMicros
        + " µs, jitter "
        + jitterMicros
        + " µs, "
        + samples
        + " samples";
  }

  private long[] appended(long rtt) {
    int kept = Math.min(recentRtts.length, JITTER_WINDOW - 1);
    long[] rtts = new long[kept + 1];
    System.arraycopy(recentRtts, recentRtts.length - kept, rtts, 0, kept);
    rtts[kept] = rtt;
    return rtts;
  }

  private static long standardDeviation(long[] numbers) {
    double mean = Arrays.stream(numbers).average().orElse(0);
    double variance =
        Arrays.stream(numbers).mapToDouble(n -> (n - mean) * (n - mean)).average().orElse(0);
    return (long) Math.sqrt(variance);
  }

  private static long smoothed(long old, long sample) {
    return (long) ((1 - NEW_SAMPLE_WEIGHT) * old + NEW_SAMPLE_WEIGHT * sample);
  }
}
