package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RelayPathTest {

  private static final long MS = 1_000_000;

  private final RelayPath relay = new RelayPath(2, Duration.ofMillis(1_500));

  @Test
  void hasNoRoomWhileItIsDown() {
    assertThat(relay.hasRoom()).isFalse();
    relay.up(true);
    assertThat(relay.hasRoom()).isTrue();
  }

  @Test
  void takesOnlySoManyAtOnce() {
    relay.up(true);
    relay.sent(10, 0);
    relay.sent(20, 0);
    assertThat(relay.hasRoom()).isFalse();
    relay.acknowledged(9, MS);
    assertThat(relay.hasRoom()).isFalse();
    relay.acknowledged(10, MS);
    assertThat(relay.hasRoom()).isTrue();
    assertThat(relay.isWaiting()).isTrue();
    relay.acknowledged(20, MS);
    assertThat(relay.isWaiting()).isFalse();
  }

  @Test
  void isOverdueAfterTheTimeout() {
    relay.up(true);
    relay.sent(10, 0);
    assertThat(relay.isOverdue(1_499 * MS)).isFalse();
    assertThat(relay.isOverdue(1_500 * MS)).isTrue();
  }

  @Test
  void allowsFourRoundTrips() {
    relay.up(true);
    relay.sent(10, 0);
    relay.acknowledged(10, 1_000 * MS);
    relay.sent(20, 0);
    assertThat(relay.isOverdue(3_999 * MS)).isFalse();
    assertThat(relay.isOverdue(4_000 * MS)).isTrue();
  }

  @Test
  void waitsTwiceAsLongAfterEachLossUpToABound() {
    relay.up(true);
    for (long expected : new long[] {1_500, 3_000, 6_000, 12_000, 24_000, 48_000, 48_000}) {
      relay.sent(10, 0);
      assertThat(relay.isOverdue((expected - 1) * MS)).isFalse();
      assertThat(relay.isOverdue(expected * MS)).isTrue();
      relay.timedOut();
      assertThat(relay.isWaiting()).isFalse();
    }
    relay.sent(10, 0);
    relay.acknowledged(10, MS);
    relay.sent(20, 0);
    assertThat(relay.isOverdue(1_500 * MS)).isTrue();
  }

  @Test
  void aNewSessionIsNotBlamedForTheOneBefore() {
    relay.up(true);
    relay.sent(10, 0);
    relay.timedOut();
    relay.up(false);
    relay.up(true);
    relay.sent(10, 0);
    assertThat(relay.isOverdue(1_500 * MS)).isTrue();
  }

  @Test
  void forgetsWhatIsSentAgain() {
    relay.up(true);
    relay.sent(10, 0);
    relay.sent(20, 0);
    relay.clear();
    assertThat(relay.hasRoom()).isTrue();
    assertThat(relay.isOverdue(1L << 60)).isFalse();
  }
}
