package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlainBarrierTest {

  private static final long MS = 1_000_000;

  private final PlainBarrier barrier =
      new PlainBarrier(Duration.ofSeconds(10), Duration.ofMillis(1_500));

  @Test
  void isNeededOnlyBehindPlainFramesThatMayStillTravel() {
    assertThat(barrier.isNeeded(0)).isFalse();
    barrier.plainSent(0);
    assertThat(barrier.isNeeded(10_000 * MS)).isFalse();
    barrier.plainSent(0);
    assertThat(barrier.isNeeded(9_999 * MS)).isTrue();
    assertThat(barrier.isNeeded(9_999 * MS)).isFalse();
  }

  @Test
  void isUpUntilThePeerHasIt() {
    assertThat(barrier.isUp(0)).isFalse();
    barrier.raise(5, 0);
    assertThat(barrier.isUp(5)).isTrue();
    assertThat(barrier.isUp(6)).isFalse();
    barrier.forget();
    assertThat(barrier.isUp(5)).isFalse();
  }

  @Test
  void goesApartWhileTheRouterServesAndItsTimeIsNotOver() {
    barrier.raise(5, 0);
    assertThat(barrier.goesApart(5, true, 0)).isTrue();
    assertThat(barrier.goesApart(4, true, 0)).isFalse();
    assertThat(barrier.goesApart(5, false, 0)).isFalse();
    assertThat(barrier.goesApart(5, true, 10_000 * MS)).isFalse();
  }

  @Test
  void isOverdueAfterTheTimeThatEnvelopesHave() {
    barrier.sent(0);
    assertThat(barrier.isOverdue(1_499 * MS)).isFalse();
    assertThat(barrier.isOverdue(1_500 * MS)).isTrue();
  }
}
