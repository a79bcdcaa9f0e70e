package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.transport.FrameSource;

class ThinningTest {

  private final ManualEventLoop loop = new ManualEventLoop();
  private final List<Update> delivered = new ArrayList<>();

  @AfterEach
  void nothingFailed() {
    loop.assertNoFailures();
  }

  private Thinning thinning(SubscribeOptions options) {
    return new Thinning(options, loop, delivered::add);
  }

  private Thinning maxRate(int perSecond) {
    return thinning(SubscribeOptions.builder().maxRate(perSecond).build());
  }

  private Thinning epsilon(double change) {
    return thinning(SubscribeOptions.builder().epsilon(change).build());
  }

  private static Update update(String address, SignalType signal, Object value) {
    return new Update(address, Value.of(value), signal, FrameSource.ROUTER, null, null, null, null);
  }

  private static Update param(Object value) {
    return update("/a", SignalType.PARAM, value);
  }

  private static Update gesture(int id, GesturePhase phase, Object value) {
    return new Update(
        "/a", Value.of(value), SignalType.GESTURE, FrameSource.ROUTER, null, null, id, phase);
  }

  private List<@Nullable Object> values() {
    return delivered.stream().<@Nullable Object>map(update -> update.value().toJava()).toList();
  }

  private void millis(long millis) {
    loop.advance(Duration.ofMillis(millis));
  }

  @Test
  void isNeededForMaxRateOrEpsilonOnly() {
    assertThat(Thinning.isNeeded(SubscribeOptions.DEFAULTS)).isFalse();
    assertThat(Thinning.isNeeded(SubscribeOptions.builder().history(3).build())).isFalse();
    assertThat(Thinning.isNeeded(SubscribeOptions.builder().maxRate(1).build())).isTrue();
    assertThat(Thinning.isNeeded(SubscribeOptions.builder().epsilon(1).build())).isTrue();
  }

  @Test
  void deliversAtMostTheRateAndTheNewestAtLast() {
    Thinning thinning = maxRate(10);
    for (int i = 0; i < 95; i++) {
      thinning.offer(param(i));
      millis(10);
    }
    millis(200);

    // Every 100 ms the newest of those that came since.
    assertThat(values()).containsExactly(0L, 9L, 19L, 29L, 39L, 49L, 59L, 69L, 79L, 89L, 94L);
    loop.assertNothingPending();
  }

  @Test
  void deliversAtOnceWhatComesSlowly() {
    Thinning thinning = maxRate(10);
    for (int i = 0; i < 5; i++) {
      thinning.offer(param(i));
      millis(100);
    }

    assertThat(values()).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void neverExceedsTheRateWhenAnUpdateComesJustBeforeTheTimerOfAnother() {
    Thinning thinning = maxRate(10);
    loop.schedule(
        Duration.ofMillis(100),
        () -> {
          thinning.offer(param(2));
          thinning.offer(param(3));
        });
    thinning.offer(param(0));
    millis(50);
    thinning.offer(param(1));

    millis(50);
    assertThat(values()).containsExactly(0L, 2L);
    millis(100);
    assertThat(values()).containsExactly(0L, 2L, 3L);
  }

  @Test
  void keepsAddressesApart() {
    Thinning thinning = maxRate(1);

    thinning.offer(update("/a", SignalType.PARAM, 1));
    thinning.offer(update("/b", SignalType.PARAM, 2));
    thinning.offer(update("/a", SignalType.STREAM, 3));

    assertThat(values()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void neverThinsEventsTimelinesAndTheEndsOfGestures() {
    Thinning thinning = thinning(SubscribeOptions.builder().maxRate(1).epsilon(1_000).build());

    thinning.offer(update("/a", SignalType.EVENT, 1));
    thinning.offer(update("/a", SignalType.EVENT, 1));
    thinning.offer(update("/a", SignalType.TIMELINE, 2));
    thinning.offer(update("/a", SignalType.TIMELINE, 2));
    thinning.offer(gesture(1, GesturePhase.START, 3));
    thinning.offer(gesture(1, GesturePhase.END, 3));
    thinning.offer(gesture(1, GesturePhase.CANCEL, 3));

    assertThat(values()).containsExactly(1L, 1L, 2L, 2L, 3L, 3L, 3L);
  }

  @Test
  void deliversTheLastMoveOfAGestureBeforeItsEnd() {
    Thinning thinning = maxRate(10);
    thinning.offer(gesture(1, GesturePhase.START, 0));
    thinning.offer(gesture(1, GesturePhase.MOVE, 1));
    thinning.offer(gesture(1, GesturePhase.MOVE, 2));
    thinning.offer(gesture(1, GesturePhase.MOVE, 3));

    thinning.offer(gesture(1, GesturePhase.END, 4));
    millis(1_000);

    assertThat(values()).containsExactly(0L, 1L, 3L, 4L);
  }

  @Test
  void keepsTheMovesOfTwoGesturesAtOneAddressApart() {
    Thinning thinning = maxRate(10);
    for (int i = 0; i < 3; i++) {
      thinning.offer(gesture(1, GesturePhase.MOVE, 10 + i));
      thinning.offer(gesture(2, GesturePhase.MOVE, 20 + i));
    }
    millis(100);

    assertThat(values()).containsExactlyInAnyOrder(10L, 20L, 12L, 22L);
  }

  @Test
  void deliversChangesOfAtLeastEpsilonOnly() {
    Thinning thinning = epsilon(0.5);
    for (double value : new double[] {0, 0.25, 0.5, 0.75, 0.9, 1.0, 0.75, 0.25}) {
      thinning.offer(param(value));
    }

    // Compared with what was delivered, so small steps add up.
    assertThat(values()).containsExactly(0.0, 0.5, 1.0, 0.25);
  }

  @Test
  void comparesIntegersWithFloats() {
    Thinning thinning = epsilon(1);

    thinning.offer(param(1));
    thinning.offer(param(1.5));
    thinning.offer(param(2));

    assertThat(values()).containsExactly(1L, 2L);
  }

  @Test
  void deliversOtherValuesThanNumbersWhenTheyDiffer() {
    Thinning thinning = epsilon(0.1);

    thinning.offer(param("on"));
    thinning.offer(param("on"));
    thinning.offer(param("off"));
    thinning.offer(param(1));
    thinning.offer(param(Double.NaN));

    assertThat(values()).containsExactly("on", "off", 1L, Double.NaN);
  }

  @Test
  void doesNotDeliverWhatWasTakenBackMeanwhile() {
    for (Object[] backAndForth : new Object[][] {{"on", "off", "on"}, {1.0, 5.0, 1.1}}) {
      delivered.clear();
      Thinning thinning = thinning(SubscribeOptions.builder().maxRate(10).epsilon(0.5).build());
      for (Object value : backAndForth) {
        thinning.offer(param(value));
      }
      millis(500);

      // Else the old value would stay on display.
      assertThat(values()).containsExactly(backAndForth[0]);
    }
  }

  @Test
  void deliversNothingOnceEnded() {
    Thinning thinning = maxRate(10);
    thinning.offer(param(1));
    thinning.offer(param(2));

    thinning.end();
    millis(1_000);

    assertThat(values()).containsExactly(1L);
  }
}
