package to.clasp.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Checks the range of one option of a builder: the bounds are taken and given back, what lies
 * beyond is refused with the name of the option and the value.
 */
public final class OptionRange {

  private OptionRange() {}

  public static <B, O> void checkTime(
      String option,
      B builder,
      BiFunction<B, Duration, B> setter,
      Function<B, O> build,
      Function<O, Duration> getter,
      long minMillis,
      long maxMillis) {
    for (long good : new long[] {minMillis, maxMillis}) {
      Duration value = Duration.ofMillis(good);
      assertThat(getter.apply(build.apply(setter.apply(builder, value)))).isEqualTo(value);
    }
    for (Duration bad :
        new Duration[] {
          Duration.ofMillis(minMillis).minusNanos(1),
          Duration.ofMillis(maxMillis).plusNanos(1),
          Duration.ofSeconds(Long.MAX_VALUE)
        }) {
      assertThatThrownBy(() -> setter.apply(builder, bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(option + " must be ")
          .hasMessageContaining(bad.toString());
    }
  }

  public static <B, O> void checkNumber(
      String option,
      B builder,
      BiFunction<B, Integer, B> setter,
      Function<B, O> build,
      Function<O, Integer> getter,
      int min,
      int max) {
    for (int good : new int[] {min, max}) {
      assertThat(getter.apply(build.apply(setter.apply(builder, good)))).isEqualTo(good);
    }
    for (int bad : max == Integer.MAX_VALUE ? new int[] {min - 1} : new int[] {min - 1, max + 1}) {
      assertThatThrownBy(() -> setter.apply(builder, bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(option + " must be ")
          .hasMessageContaining(Integer.toString(bad));
    }
    assertThatCode(() -> build.apply(builder)).doesNotThrowAnyException();
  }
}
