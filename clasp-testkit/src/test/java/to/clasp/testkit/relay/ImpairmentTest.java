package to.clasp.testkit.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.testkit.fault.Seed;

final class ImpairmentTest {

  private static final int PACKETS = 10_000;
  private static final long MILLI = Duration.ofMillis(1).toNanos();

  private static List<List<Long>> fates(Impairment impairment) {
    List<List<Long>> fates = new ArrayList<>();
    for (int i = 0; i < PACKETS; i++) {
      List<Long> copies = new ArrayList<>();
      for (long held : impairment.copies(100)) {
        copies.add(held);
      }
      fates.add(copies);
    }
    return fates;
  }

  private static long count(List<List<Long>> fates, List<Long> fate) {
    return fates.stream().filter(fate::equals).count();
  }

  static Stream<Function<Seed, Impairment>> seeded() {
    return Stream.of(
        seed -> Impairment.loss(0.3, seed),
        seed -> Impairment.duplication(0.3, seed),
        seed -> Impairment.jitter(Duration.ofMillis(5), seed),
        seed -> Impairment.reordering(0.3, Duration.ofMillis(5), seed));
  }

  @ParameterizedTest
  @MethodSource("seeded")
  void theSeedDecides(Function<Seed, Impairment> impairment) {
    List<List<Long>> fates = fates(impairment.apply(new Seed(1)));
    assertThat(fates(impairment.apply(new Seed(1)))).isEqualTo(fates);
    assertThat(fates(impairment.apply(new Seed(2)))).isNotEqualTo(fates);
  }

  @Test
  void aShareIsLost() {
    List<List<Long>> fates = fates(Impairment.loss(0.2, new Seed(1)));
    assertThat(count(fates, List.of())).isBetween(1_800L, 2_200L);
    assertThat(count(fates, List.of(0L))).isEqualTo(PACKETS - count(fates, List.of()));
  }

  @Test
  void aShareGoesOnTwice() {
    List<List<Long>> fates = fates(Impairment.duplication(0.2, new Seed(1)));
    assertThat(count(fates, List.of(0L, 0L))).isBetween(1_800L, 2_200L);
    assertThat(count(fates, List.of(0L))).isEqualTo(PACKETS - count(fates, List.of(0L, 0L)));
  }

  @Test
  void aShareIsOvertaken() {
    Duration by = Duration.ofMillis(7);
    List<List<Long>> fates = fates(Impairment.reordering(0.2, by, new Seed(1)));
    assertThat(count(fates, List.of(by.toNanos()))).isBetween(1_800L, 2_200L);
    assertThat(count(fates, List.of(0L))).isEqualTo(PACKETS - count(fates, List.of(by.toNanos())));
  }

  @Test
  void jitterIsEvenlySpread() {
    List<List<Long>> fates = fates(Impairment.jitter(Duration.ofMillis(10), new Seed(1)));
    assertThat(fates)
        .allSatisfy(fate -> assertThat(fate).singleElement().satisfies(held -> between(held)));
    double mean = fates.stream().mapToLong(fate -> fate.get(0)).average().orElseThrow();
    assertThat(mean).isBetween(4.8 * MILLI, 5.2 * MILLI);
    assertThat(fates(Impairment.jitter(Duration.ZERO, new Seed(1)))).allMatch(List.of(0L)::equals);
  }

  private static void between(long held) {
    assertThat(held).isBetween(0L, 10 * MILLI);
  }

  @Test
  void aLineTakesOnePacketAfterTheOther() {
    AtomicLong now = new AtomicLong(-5);
    // One byte takes a microsecond.
    Impairment line = new RateLimit(1_000_000, 3_000, now::get);
    assertThat(line.copies(1_000)).containsExactly(MILLI);
    assertThat(line.copies(500)).containsExactly(3 * MILLI / 2);
    now.addAndGet(MILLI);
    assertThat(line.copies(1_000)).containsExactly(3 * MILLI / 2);
    now.addAndGet(10 * MILLI);
    assertThat(line.copies(1_000)).containsExactly(MILLI);
  }

  @Test
  void whatDoesNotFitIntoTheQueueIsLostUntilThereIsRoom() {
    AtomicLong now = new AtomicLong();
    Impairment line = new RateLimit(1_000_000, 2_500, now::get);
    assertThat(line.copies(1_000)).hasSize(1);
    assertThat(line.copies(1_000)).hasSize(1);
    assertThat(line.copies(1_000)).isEmpty();
    assertThat(line.copies(500)).hasSize(1);
    now.addAndGet(MILLI);
    assertThat(line.copies(1_000)).containsExactly(5 * MILLI / 2);
    assertThat(line.copies(2_501)).isEmpty();
  }

  @Test
  void impairmentsInAChainSeeWhatTheOnesBeforeLetGoOn() {
    Impairment both =
        Impairment.delay(Duration.ofMillis(2))
            .then(Impairment.duplication(1, new Seed(1)))
            .then(Impairment.delay(Duration.ofMillis(1)));
    assertThat(both.copies(10)).containsExactly(3 * MILLI, 3 * MILLI);
    assertThat(Impairment.loss(1, new Seed(1)).then(both).copies(10)).isEmpty();
  }

  @Test
  void refusesWhatMakesNoSense() {
    Seed seed = new Seed(1);
    Duration negative = Duration.ofNanos(-1);
    assertThatThrownBy(() -> Impairment.loss(1.1, seed)).hasMessageContaining("1.1");
    assertThatThrownBy(() -> Impairment.duplication(-0.1, seed)).hasMessageContaining("-0.1");
    assertThatThrownBy(() -> Impairment.reordering(Double.NaN, Duration.ZERO, seed))
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> Impairment.reordering(0, negative, seed))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Impairment.jitter(negative, seed))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Impairment.delay(negative))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Impairment.rate(0, 1)).hasMessageContaining("bytesPerSecond");
    assertThatThrownBy(() -> Impairment.rate(1, 0)).hasMessageContaining("queueBytes");
  }
}
