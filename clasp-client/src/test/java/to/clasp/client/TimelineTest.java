package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.client.Timeline.Easing;
import to.clasp.client.Timeline.Keyframe;
import to.clasp.core.value.Value;

class TimelineTest {

  private static Keyframe at(long millis) {
    return new Keyframe(Duration.ofMillis(millis), Value.of(millis), Easing.LINEAR);
  }

  @Test
  void isAMapWithKeyframesInMicroseconds() {
    Timeline timeline =
        new Timeline(
            List.of(at(0), new Keyframe(Duration.ofMillis(2), Value.of("x"), Easing.EASE_IN_OUT)),
            true,
            Duration.ofSeconds(1));

    assertThat(timeline.toValue().toJava())
        .isEqualTo(
            Map.of(
                "keyframes",
                List.of(
                    Map.of("time", 0L, "value", 0L, "easing", "linear"),
                    Map.of("time", 2_000L, "value", "x", "easing", "ease-in-out")),
                "loop",
                true,
                "duration",
                1_000_000L));
  }

  @Test
  void leavesTheDurationOutWhenThereIsNone() {
    assertThat(((Value.Dict) Timeline.of(at(0)).toValue()).get("duration")).isNull();
  }

  @ParameterizedTest
  @EnumSource(Easing.class)
  void comesBackFromItsValue(Easing easing) {
    Timeline timeline =
        new Timeline(
            List.of(new Keyframe(Duration.ofMillis(7), Value.of(1.5), easing)),
            easing == Easing.STEP,
            easing == Easing.LINEAR ? null : Duration.ofSeconds(3));

    assertThat(Timeline.ofValue(timeline.toValue())).isEqualTo(timeline);
  }

  @Test
  void readsWhatOthersWrite() {
    // JavaScript writes all numbers as floating point, and leaves out what it does not need.
    Value value =
        Value.of(
            Map.of(
                "keyframes",
                List.of(
                    Map.of("time", 1_000.0, "value", 1, "easing", "cubic-bezier"),
                    Map.of("time", 2_000.0))));

    assertThat(Timeline.ofValue(value))
        .isEqualTo(
            Timeline.of(
                new Keyframe(Duration.ofMillis(1), Value.of(1), Easing.LINEAR),
                new Keyframe(Duration.ofMillis(2), Value.Null.INSTANCE, Easing.LINEAR)));
  }

  static List<Object> noTimelines() {
    return List.of(
        1,
        Map.of(),
        Map.of("keyframes", 1),
        Map.of("keyframes", List.of()),
        Map.of("keyframes", List.of(1)),
        Map.of("keyframes", List.of(Map.of("value", 1))),
        Map.of("keyframes", List.of(Map.of("time", "soon"))),
        Map.of("keyframes", List.of(Map.of("time", 0.5))),
        Map.of("keyframes", List.of(Map.of("time", -1))),
        Map.of("keyframes", List.of(Map.of("time", Long.MAX_VALUE))),
        Map.of("keyframes", List.of(Map.of("time", 2), Map.of("time", 1))),
        Map.of("keyframes", List.of(Map.of("time", 1)), "duration", -1));
  }

  @ParameterizedTest
  @MethodSource("noTimelines")
  void refusesAValueThatCarriesNone(Object value) {
    assertThatThrownBy(() -> Timeline.ofValue(Value.of(value)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesKeyframesThatMakeNoSense() {
    assertThatThrownBy(() -> at(-1)).hasMessageContaining("keyframe time");
    assertThatThrownBy(
            () -> new Keyframe(Duration.ofSeconds(Long.MAX_VALUE), Value.of(1), Easing.STEP))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(Timeline::of).hasMessageContaining("at least one");
    assertThatThrownBy(() -> Timeline.of(at(2), at(1))).hasMessageContaining("time order");
    assertThatThrownBy(() -> new Timeline(List.of(at(1)), false, Duration.ofMillis(-1)))
        .hasMessageContaining("duration");
    assertThat(Timeline.of(at(1), at(1)).keyframes()).hasSize(2);
  }
}
