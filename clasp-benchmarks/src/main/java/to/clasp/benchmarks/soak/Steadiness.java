package to.clasp.benchmarks.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Whether the footprint grows: the median of a while after the warm-up against that of a while at
 * the end. Keeps at most {@link #SAMPLES} samples of each.
 */
final class Steadiness {

  /** What resident memory may grow by. Allocators keep what threads and factories leave behind. */
  static final long RESIDENT_TOLERANCE = 32L << 20;

  /** What the heap in use after a collection may grow by. */
  static final long HEAP_TOLERANCE = 8L << 20;

  /** By how many threads; while a link is renewed there are those of two factories. */
  static final long THREAD_TOLERANCE = 4;

  private static final int SAMPLES = 60;

  /** Compiled code and what allocators keep grow for some minutes, ever more slowly. */
  private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(10);

  private static final double MEBIBYTE = 1 << 20;

  private final long window;
  private final long duration;
  private final Supplier<Footprint> footprint;
  private final LongSupplier heapBytes;
  private final List<Footprint> early = new ArrayList<>();
  private final List<Footprint> late = new ArrayList<>();
  private long next;
  private long heapEarly;
  private long heapLate;

  Steadiness(Duration duration) {
    this(duration, Footprint::now, Footprint::heapBytes);
  }

  Steadiness(Duration duration, Supplier<Footprint> footprint, LongSupplier heapBytes) {
    this.duration = duration.toNanos();
    this.window = this.duration / 8;
    this.next = Math.min(this.duration / 4, LONGEST_WARM_UP.toNanos());
    this.footprint = footprint;
    this.heapBytes = heapBytes;
  }

  /** When to look next, in nanoseconds since the start. */
  long next() {
    return next;
  }

  /** Looks, if it is time to. */
  void look(long sinceStart) {
    if (sinceStart < next) {
      return;
    }
    if (early.isEmpty()) {
      heapEarly = heapBytes.getAsLong();
    }
    boolean first = early.size() < SAMPLES;
    List<Footprint> into = first ? early : late;
    if (into.size() < SAMPLES) {
      into.add(footprint.get());
    }
    next += window / SAMPLES;
    if (!first || early.size() == SAMPLES) {
      next = Math.max(next, duration - window);
    }
  }

  /** Nothing more is sent: looks for the last time. */
  void end() {
    heapLate = heapBytes.getAsLong();
  }

  private static long median(List<Footprint> samples, ToLongFunction<Footprint> of) {
    long[] sorted = samples.stream().mapToLong(of).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  Growth resident() {
    return new Growth(
        median(early, Footprint::residentBytes) / MEBIBYTE,
        median(late, Footprint::residentBytes) / MEBIBYTE,
        RESIDENT_TOLERANCE / MEBIBYTE);
  }

  Growth heap() {
    return new Growth(heapEarly / MEBIBYTE, heapLate / MEBIBYTE, HEAP_TOLERANCE / MEBIBYTE);
  }

  Growth threads() {
    return new Growth(
        median(early, Footprint::threads), median(late, Footprint::threads), THREAD_TOLERANCE);
  }

  /** What has grown by more than it may. */
  List<String> violations() {
    List<String> violations = new ArrayList<>();
    resident().judge("resident memory, in MiB,", violations);
    heap().judge("the heap in use, in MiB,", violations);
    threads().judge("the number of threads", violations);
    return violations;
  }

  /**
   * A figure after the warm-up and at the end.
   *
   * @param early after the warm-up
   * @param late at the end
   * @param tolerance how much greater the late one may be
   */
  record Growth(double early, double late, double tolerance) {

    private void judge(String what, List<String> violations) {
      if (late > early + tolerance) {
        violations.add(
            String.format(
                Locale.ROOT,
                "%s grew from %.1f to %.1f, by more than %.0f",
                what,
                early,
                late,
                tolerance));
      }
    }

    /** Rounded to a tenth. */
    static double tenths(double value) {
      return Math.round(value * 10) / 10.0;
    }

    @Override
    public String toString() {
      return Arrays.asList(tenths(early), tenths(late)).toString();
    }
  }
}
