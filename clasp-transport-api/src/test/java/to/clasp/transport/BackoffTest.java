package to.clasp.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final RandomGenerator RANDOM = new SplittableRandom(1);

  @Test
  void growsByItsFactorUpToItsMaximum() {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(500), 2, 0);

    assertThat(backoff.delay(1, RANDOM)).hasMillis(100);
    assertThat(backoff.delay(2, RANDOM)).hasMillis(200);
    assertThat(backoff.delay(3, RANDOM)).hasMillis(400);
    assertThat(backoff.delay(4, RANDOM)).hasMillis(500);
    assertThat(backoff.delay(Integer.MAX_VALUE, RANDOM)).hasMillis(500);
  }

  @Test
  void takesAttemptsBelowTheFirstAsTheFirst() {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(500), 2, 0);

    assertThat(backoff.delay(0, RANDOM)).hasMillis(100);
    assertThat(backoff.delay(-7, RANDOM)).hasMillis(100);
  }

  @Test
  void makesTheGivenShareRandom() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), 2, 0.5);

    assertThat(RANDOM.ints(200).mapToObj(i -> backoff.delay(1, RANDOM)))
        .allSatisfy(
            delay -> assertThat(delay).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1)))
        .anySatisfy(delay -> assertThat(delay).isLessThan(Duration.ofMillis(600)))
        .anySatisfy(delay -> assertThat(delay).isGreaterThan(Duration.ofMillis(900)));
  }

  @Test
  void neverWaitsLessThanAMillisecond() {
    Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), 1, 1);

    assertThat(RANDOM.ints(100).mapToObj(i -> backoff.delay(1, RANDOM)))
        .allSatisfy(delay -> assertThat(delay).isGreaterThanOrEqualTo(Duration.ofMillis(1)));
  }

  @Test
  void namesWhatIsOutOfRange() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, second, 2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("backoff.first");
    assertThatThrownBy(() -> new Backoff(second, Duration.ofMillis(999), 2, 0))
        .hasMessageContaining("backoff.max");
    assertThatThrownBy(() -> new Backoff(second, second, 0.9, 0))
        .hasMessageContaining("backoff.factor");
    assertThatThrownBy(() -> new Backoff(second, second, Double.NaN, 0))
        .hasMessageContaining("backoff.factor");
    assertThatThrownBy(() -> new Backoff(second, second, 2, 1.1))
        .hasMessageContaining("backoff.jitter");
    assertThatThrownBy(() -> new Backoff(second, second, 2, Double.NaN))
        .hasMessageContaining("backoff.jitter");
  }
}
