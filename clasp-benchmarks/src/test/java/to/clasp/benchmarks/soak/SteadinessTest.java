package to.clasp.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SteadinessTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final long MEBIBYTE = 1 << 20;

  private long resident = 100 * MEBIBYTE;
  private long threads = 50;
  private long heap = 20 * MEBIBYTE;
  private int looks;
  private final Steadiness steadiness = new Steadiness(HOUR, this::footprint, () -> heap);

  private Footprint footprint() {
    looks++;
    return new Footprint(resident, threads);
  }

  /** Lets time pass, in steps as the soak makes them. */
  private void pass(Duration from, Duration to) {
    for (long at = from.toSeconds(); at < to.toSeconds(); at++) {
      steadiness.look(Duration.ofSeconds(at).toNanos());
    }
  }

  private List<String> violations() {
    steadiness.end();
    return steadiness.violations();
  }

  @Test
  void whatStaysTheSameIsSteadyWhateverHappensBetween() {
    pass(Duration.ZERO, Duration.ofMinutes(15));
    resident *= 3;
    threads *= 3;
    pass(Duration.ofMinutes(15), Duration.ofMinutes(50));
    resident /= 3;
    threads /= 3;
    pass(Duration.ofMinutes(50), HOUR);

    assertThat(violations()).isEmpty();
    assertThat(looks).isEqualTo(120);
  }

  @Test
  void theWarmUpDoesNotCount() {
    resident = 1;
    pass(Duration.ZERO, Duration.ofMinutes(2));
    resident = 100 * MEBIBYTE;
    pass(Duration.ofMinutes(2), HOUR);

    assertThat(violations()).isEmpty();
  }

  @Test
  void growthBeyondTheToleranceIsAViolation() {
    pass(Duration.ZERO, Duration.ofMinutes(30));
    resident += Steadiness.RESIDENT_TOLERANCE + MEBIBYTE;
    threads += Steadiness.THREAD_TOLERANCE + 1;
    heap += Steadiness.HEAP_TOLERANCE + MEBIBYTE;
    pass(Duration.ofMinutes(30), HOUR);

    assertThat(violations())
        .hasSize(3)
        .anySatisfy(
            text ->
                assertThat(text)
                    .isEqualTo(
                        "resident memory, in MiB, grew from 100.0 to 133.0, by more than 32"));
  }

  @Test
  void growthWithinTheToleranceIsNone() {
    pass(Duration.ZERO, Duration.ofMinutes(30));
    resident += Steadiness.RESIDENT_TOLERANCE;
    threads += Steadiness.THREAD_TOLERANCE;
    heap += Steadiness.HEAP_TOLERANCE;
    pass(Duration.ofMinutes(30), HOUR);

    assertThat(violations()).isEmpty();
  }

  @Test
  void thisProcessHasAFootprint() {
    assertThat(Footprint.now().threads()).isPositive();
    assertThat(Footprint.heapBytes()).isPositive();
  }
}
