package to.clasp.core.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClockOffsetTest {

  private static final long LOCAL = 1_700_000_000_000_000L;

  @Test
  void knowsNothingAtFirst() {
    assertThat(ClockOffset.UNKNOWN.offsetMicros()).isZero();
    assertThat(ClockOffset.UNKNOWN.quality()).isZero();
    assertThat(ClockOffset.UNKNOWN.toRouterTime(LOCAL)).isEqualTo(LOCAL);
  }

  @Test
  void takesTheTimeOfWelcomeUntilSomethingBetterComes() {
    ClockOffset rough = ClockOffset.UNKNOWN.withWelcome(LOCAL + 5_000, LOCAL);

    assertThat(rough.offsetMicros()).isEqualTo(5_000);
    assertThat(rough.samples()).isZero();
    assertThat(rough.quality()).isZero();

    ClockOffset better = rough.withSync(LOCAL, LOCAL + 6_100, LOCAL + 6_100, LOCAL + 200);

    assertThat(better.offsetMicros()).isEqualTo(6_000);
    assertThat(better.withWelcome(LOCAL, LOCAL)).isSameAs(better);
  }

  @Test
  void measuresByTheFormulasOfTheProtocol() {
    // 300 µs there, 50 µs in the router, 100 µs back; the router is 10 000 µs behind.
    ClockOffset clock =
        ClockOffset.UNKNOWN.withSync(LOCAL, LOCAL - 9_700, LOCAL - 9_650, LOCAL + 450);

    assertThat(clock.rttMicros()).isEqualTo(400);
    assertThat(clock.offsetMicros()).isEqualTo(-9_900);
    assertThat(clock.jitterMicros()).isZero();
    assertThat(clock.samples()).isEqualTo(1);
    assertThat(clock.toRouterTime(LOCAL)).isEqualTo(LOCAL - 9_900);
    assertThat(clock.toLocalTime(LOCAL - 9_900)).isEqualTo(LOCAL);
  }

  @Test
  void smoothsLaterSamplesWithWeightThreeTenths() {
    ClockOffset clock = sample(ClockOffset.UNKNOWN, 1_000, 200);
    clock = sample(clock, 2_000, 400);

    assertThat(clock.offsetMicros()).isEqualTo(1_300);
    assertThat(clock.rttMicros()).isEqualTo(260);
    assertThat(clock.jitterMicros()).isEqualTo(100);
  }

  @Test
  void takesTheJitterOfTheLastTenRoundTrips() {
    ClockOffset clock = sample(ClockOffset.UNKNOWN, 0, 100_000);
    for (int i = 0; i < 9; i++) {
      clock = sample(clock, 0, 200);
    }
    assertThat(clock.jitterMicros()).isGreaterThan(20_000);

    clock = sample(clock, 0, 200);

    assertThat(clock.jitterMicros()).isZero();
    assertThat(clock.samples()).isEqualTo(11);
  }

  @Test
  void ratesDelayJitterAndNumberOfSamples() {
    ClockOffset perfect = ClockOffset.UNKNOWN;
    ClockOffset slow = ClockOffset.UNKNOWN;
    for (int i = 0; i < 10; i++) {
      perfect = sample(perfect, 0, 0);
      slow = sample(slow, 0, i % 2 == 0 ? 20_000 : 40_000);
    }
    assertThat(perfect.quality()).isCloseTo(1.0, within(1e-9));
    assertThat(slow.quality()).isCloseTo(0.2, within(1e-9));
    assertThat(sample(ClockOffset.UNKNOWN, 0, 5_000).quality())
        .isCloseTo(0.4 * 0.5 + 0.4 + 0.2 * 0.1, within(1e-9));
  }

  @Test
  void leavesOutExchangesInWhichAClockWasSet() {
    ClockOffset clock = sample(ClockOffset.UNKNOWN, 1_000, 200);

    assertThat(clock.withSync(LOCAL, LOCAL, LOCAL, LOCAL - 1)).isSameAs(clock);
    assertThat(clock.withSync(LOCAL, LOCAL, LOCAL + 300, LOCAL + 200)).isSameAs(clock);
  }

  @Test
  void isComparedByItsContent() {
    ClockOffset clock = sample(ClockOffset.UNKNOWN, 1_000, 200);

    assertThat(sample(ClockOffset.UNKNOWN, 1_000, 200)).isEqualTo(clock).hasSameHashCodeAs(clock);
    assertThat(sample(ClockOffset.UNKNOWN, 1_000, 400)).isNotEqualTo(clock);
    assertThat(clock).hasToString("offset 1000 µs, rtt 200 µs, jitter 0 µs, 1 samples");
  }

  /** An exchange with the same delay both ways. */
  private static ClockOffset sample(ClockOffset clock, long offset, long rtt) {
    long atRouter = LOCAL + offset + rtt / 2;
    return clock.withSync(LOCAL, atRouter, atRouter, LOCAL + rtt);
  }
}
