package to.clasp.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.transport.Backoff;

class PeerLinkOptionsTest {

  private static Arguments count(
      String name,
      BiConsumer<PeerLinkOptions.Builder, Integer> set,
      Function<PeerLinkOptions, Integer> get,
      int min,
      int max,
      int standard) {
    return Arguments.of(name, set, get, min, max, standard);
  }

  static Stream<Arguments> counts() {
    return Stream.of(
        count(
            "windowFrames",
            PeerLinkOptions.Builder::windowFrames,
            PeerLinkOptions::windowFrames,
            16,
            1_048_576,
            32_768),
        count(
            "windowBytes",
            PeerLinkOptions.Builder::windowBytes,
            PeerLinkOptions::windowBytes,
            65_536,
            268_435_456,
            4_194_304),
        count(
            "batchBytes",
            PeerLinkOptions.Builder::batchBytes,
            PeerLinkOptions::batchBytes,
            1_024,
            262_144,
            16_384),
        count(
            "heartbeatsPerSecond",
            PeerLinkOptions.Builder::heartbeatsPerSecond,
            PeerLinkOptions::heartbeatsPerSecond,
            1,
            100_000,
            20),
        count(
            "relayedInFlight",
            PeerLinkOptions.Builder::relayedInFlight,
            PeerLinkOptions::relayedInFlight,
            1,
            1_000,
            4),
        count(
            "copiesPercent",
            PeerLinkOptions.Builder::copiesPercent,
            PeerLinkOptions::copiesPercent,
            0,
            90,
            40));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("counts")
  void countsHaveARangeAndADefault(
      String name,
      BiConsumer<PeerLinkOptions.Builder, Integer> set,
      Function<PeerLinkOptions, Integer> get,
      int min,
      int max,
      int standard) {
    assertThat(get.apply(PeerLinkOptions.DEFAULTS)).isEqualTo(standard);
    for (int good : new int[] {min, max}) {
      PeerLinkOptions.Builder builder = PeerLinkOptions.builder();
      set.accept(builder, good);
      assertThat(get.apply(builder.build())).isEqualTo(good);
      assertThat(get.apply(builder.build().toBuilder().build())).isEqualTo(good);
    }
    for (int bad : new int[] {min - 1, max + 1, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> set.accept(PeerLinkOptions.builder(), bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }
  }

  private static Arguments time(
      String name,
      BiConsumer<PeerLinkOptions.Builder, Duration> set,
      Function<PeerLinkOptions, Duration> get,
      long min,
      long max,
      long standard) {
    return Arguments.of(name, set, get, min, max, standard);
  }

  static Stream<Arguments> times() {
    return Stream.of(
        time(
            "acknowledgeDelay",
            PeerLinkOptions.Builder::acknowledgeDelay,
            PeerLinkOptions::acknowledgeDelay,
            0,
            1_000,
            5),
        time(
            "silenceTimeout",
            PeerLinkOptions.Builder::silenceTimeout,
            PeerLinkOptions::silenceTimeout,
            50,
            60_000,
            450),
        time(
            "heartbeatInterval",
            PeerLinkOptions.Builder::heartbeatInterval,
            PeerLinkOptions::heartbeatInterval,
            50,
            60_000,
            1_000),
        time(
            "helloInterval",
            PeerLinkOptions.Builder::helloInterval,
            PeerLinkOptions::helloInterval,
            50,
            60_000,
            1_000),
        time(
            "relayTimeout",
            PeerLinkOptions.Builder::relayTimeout,
            PeerLinkOptions::relayTimeout,
            100,
            60_000,
            1_500),
        time(
            "barrierTimeout",
            PeerLinkOptions.Builder::barrierTimeout,
            PeerLinkOptions::barrierTimeout,
            100,
            600_000,
            10_000),
        time(
            "lifetime",
            PeerLinkOptions.Builder::lifetime,
            PeerLinkOptions::lifetime,
            1_000,
            86_400_000,
            60_000));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("times")
  void timesHaveARangeAndADefault(
      String name,
      BiConsumer<PeerLinkOptions.Builder, Duration> set,
      Function<PeerLinkOptions, Duration> get,
      long min,
      long max,
      long standard) {
    assertThat(get.apply(PeerLinkOptions.DEFAULTS)).isEqualTo(Duration.ofMillis(standard));
    for (long good : new long[] {min, max}) {
      PeerLinkOptions.Builder builder = PeerLinkOptions.builder();
      set.accept(builder, Duration.ofMillis(good));
      assertThat(get.apply(builder.build())).isEqualTo(Duration.ofMillis(good));
      assertThat(get.apply(builder.build().toBuilder().build())).isEqualTo(Duration.ofMillis(good));
    }
    for (long bad : new long[] {min - 1, max + 1}) {
      assertThatThrownBy(() -> set.accept(PeerLinkOptions.builder(), Duration.ofMillis(bad)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void isOnUnlessTurnedOff() {
    assertThat(PeerLinkOptions.DEFAULTS.enabled()).isTrue();
    PeerLinkOptions off = PeerLinkOptions.builder().enabled(false).build();
    assertThat(off.enabled()).isFalse();
    assertThat(off.toBuilder().build().enabled()).isFalse();
  }

  @Test
  void stabilityGrowsFromAQuarterOfASecondToHalfAMinute() {
    Backoff stability = PeerLinkOptions.DEFAULTS.stability();
    assertThat(stability.max()).isEqualTo(Duration.ofSeconds(30));
    Backoff other = new Backoff(Duration.ofMillis(10), Duration.ofMillis(20), 2, 0);
    assertThat(PeerLinkOptions.builder().stability(other).build().toBuilder().build().stability())
        .isEqualTo(other);
  }
}
