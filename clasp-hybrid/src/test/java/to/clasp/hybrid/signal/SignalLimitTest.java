package to.clasp.hybrid.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SignalLimitTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void letsSoManyASecondThrough() {
    SignalLimit limit = new SignalLimit(2, 10);

    assertThat(limit.permits("a", 0)).isTrue();
    assertThat(limit.permits("a", 1)).isTrue();
    assertThat(limit.permits("a", SECOND - 1)).isFalse();
    assertThat(limit.permits("b", SECOND - 1)).isTrue();
    assertThat(limit.permits("a", SECOND)).isTrue();
  }

  @Test
  void remembersSoManySenders() {
    SignalLimit limit = new SignalLimit(1, 2);
    limit.permits("a", 0);
    limit.permits("b", 0);
    limit.permits("c", 0);

    assertThat(limit.permits("b", 0)).isFalse();
    assertThat(limit.permits("c", 0)).isFalse();
    assertThat(limit.permits("a", 0)).isTrue();
  }
}
