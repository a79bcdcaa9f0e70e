package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PathMonitorTest {

  private static final long MS = 1_000_000;

  private final PathMonitor monitor =
      new PathMonitor(Duration.ofMillis(450), Duration.ofSeconds(5), 0);

  private void roundTrips(int count, long from, long took) {
    long now = from;
    for (int i = 0; i < count; i++) {
      monitor.sent(now * MS);
      now += took;
      monitor.receipt(counted + 1, now * MS);
      counted++;
    }
  }

  private int counted;

  @Test
  void isProvenByTheFirstReceipt() {
    assertThat(monitor.isProven()).isFalse();
    monitor.sent(0);
    assertThat(monitor.isWaiting()).isTrue();
    assertThat(monitor.receipt(1, MS)).isTrue();
    assertThat(monitor.isProven()).isTrue();
    assertThat(monitor.isWaiting()).isFalse();
    assertThat(monitor.roundTrip()).isEqualTo(MS);
  }

  @Test
  void oldAndImpossibleReceiptsAreNoNews() {
    monitor.sent(0);
    monitor.sent(0);
    assertThat(monitor.receipt(3, MS)).isFalse();
    assertThat(monitor.receipt(-1, MS)).isFalse();
    assertThat(monitor.receipt(0, MS)).isFalse();
    assertThat(monitor.receipt(Integer.MIN_VALUE, MS)).isFalse();
    assertThat(monitor.receipt(2, MS)).isTrue();
    assertThat(monitor.receipt(2, MS)).isFalse();
    assertThat(monitor.receipt(1, MS)).isFalse();
    assertThat(monitor.isWaiting()).isFalse();
  }

  @Test
  void isSilentWhenAReceiptIsOverdue() {
    roundTrips(10, 0, 1);
    monitor.sent(100 * MS);
    assertThat(monitor.isSilent(500 * MS)).isFalse();
    assertThat(monitor.isSilent(600 * MS)).isTrue();
  }

  @Test
  void isNeverSilentWhenNothingIsAsked() {
    roundTrips(1, 0, 1);
    assertThat(monitor.isSilent(Long.MAX_VALUE / 2)).isFalse();
  }

  @Test
  void allowsTwentyRoundTripsOnTopOfTheFloor() {
    roundTrips(100, 0, 50);
    assertThat(monitor.limit()).isEqualTo((450 + 20 * 50) * MS);
  }

  @Test
  void allowsTwiceTheLatestReceiptForAWhile() {
    roundTrips(10, 0, 1);
    roundTrips(1, 100, 900);
    assertThat(monitor.limit()).isGreaterThanOrEqualTo(1_800 * MS);
    // It is forgotten in two steps.
    roundTrips(1, 17_000, 1);
    assertThat(monitor.limit()).isGreaterThanOrEqualTo(1_800 * MS);
    roundTrips(100, 33_000, 1);
    roundTrips(100, 49_000, 1);
    assertThat(monitor.limit()).isLessThan(1_000 * MS);
  }

  @Test
  void neverAllowsMoreThanTheCeiling() {
    roundTrips(10, 0, 4_000);
    assertThat(monitor.limit()).isEqualTo(5_000 * MS);
  }

  @Test
  void aSlowStreamOfReceiptsIsNoSilence() {
    for (int i = 0; i < 100; i++) {
      monitor.sent(0);
    }
    for (int i = 1; i < 100; i++) {
      monitor.receipt(i, i * 400L * MS);
      assertThat(monitor.isSilent((i * 400L + 399) * MS)).isFalse();
    }
  }

  @Test
  void aProcessThatSleptStartsCountingAnew() {
    roundTrips(10, 0, 1);
    monitor.sent(100 * MS);
    monitor.forgive(10_000 * MS);
    assertThat(monitor.isSilent(10_400 * MS)).isFalse();
    assertThat(monitor.isSilent(10_600 * MS)).isTrue();
  }

  @Test
  void remembersWhenEachOfManyWasSent() {
    for (int i = 0; i < 1_000; i++) {
      monitor.sent(i * MS);
    }
    monitor.receipt(999, 1_000 * MS);
    assertThat(monitor.roundTrip()).isEqualTo(2 * MS);
    assertThat(monitor.isWaiting()).isTrue();
    for (int i = 1_000; i < 5_000; i++) {
      monitor.sent(i * MS);
    }
    monitor.receipt(5_000, 5_000 * MS);
    assertThat(monitor.isWaiting()).isFalse();
    assertThat(monitor.lastSent()).isEqualTo(4_999 * MS);
  }

  @Test
  void aClockThatIsNearItsEndDoesNotMatter() {
    long start = Long.MAX_VALUE - 100 * MS;
    PathMonitor late = new PathMonitor(Duration.ofMillis(450), Duration.ofSeconds(5), start);
    late.sent(start);
    late.receipt(1, start + MS);
    late.sent(start + 2 * MS);
    assertThat(late.isSilent(start + 200 * MS)).isFalse();
    assertThat(late.isSilent(start + 500 * MS)).isTrue();
  }

  @Test
  void anOutageTellsNothingAboutReceipts() {
    monitor.sent(0);
    monitor.receipt(1, MS);
    long limit = monitor.limit();
    monitor.sent(10 * MS);
    monitor.doubt();
    monitor.sent(1_000 * MS);
    monitor.receipt(2, 3_000 * MS);
    monitor.heals();
    monitor.sent(3_001 * MS);
    // It was sent during the outage, and waited for its end.
    monitor.receipt(3, 3_002 * MS);
    assertThat(monitor.hasHealed()).isFalse();
    monitor.receipt(4, 3_401 * MS);
    assertThat(monitor.hasHealed()).isTrue();
    monitor.carries();
    assertThat(monitor.limit()).isEqualTo(limit);
    monitor.sent(3_402 * MS);
    monitor.receipt(5, 4_302 * MS);
    assertThat(monitor.limit()).isGreaterThan(limit);
  }
}
