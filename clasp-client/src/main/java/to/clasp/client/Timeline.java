package to.clasp.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;

/**
 * Keyframes over time. The wire has no place for them beside the value, so they travel in the
 * value, as a map with the keys that CLASP's data model names: {@code keyframes} (a list of maps
 * with {@code time} in microseconds, {@code value} and {@code easing}), {@code loop}, {@code
 * duration}.
 *
 * @param keyframes the keyframes, in time order
 * @param loop whether it starts again at the end
 * @param duration length of the whole, or null for the time of the last keyframe
 */
public record Timeline(List<Keyframe> keyframes, boolean loop, @Nullable Duration duration) {

  /** How a value moves from one keyframe to the next. */
  public enum Easing {
    /** At a steady speed. */
    LINEAR,
    /** Slow at first. */
    EASE_IN,
    /** Slow at last. */
    EASE_OUT,
    /** Slow at both ends. */
    EASE_IN_OUT,
    /** Not at all, then at once. */
    STEP
  }

  /**
   * One keyframe.
   *
   * @param time when, from the start of the timeline; not negative
   * @param value the value at that time
   * @param easing how the value gets there
   */
  public record Keyframe(Duration time, Value value, Easing easing) {
    /** Checks the time. */
    public Keyframe {
      if (time.isNegative()) {
        throw new IllegalArgumentException("keyframe time must not be negative: " + time);
      }
    }
  }

  /** Checks the order and copies. */
  public Timeline {
    keyframes = List.copyOf(keyframes);
    if (keyframes.isEmpty()) {
      throw new IllegalArgumentException("a timeline needs at least one keyframe");
    }
    for (int i = 1; i < keyframes.size(); i++) {
      if (keyframes.get(i).time().compareTo(keyframes.get(i - 1).time()) < 0) {
        throw new IllegalArgumentException(
            "keyframes must be in time order, but number "
                + i
                + " lies before the one ahead of it");
      }
    }
  }

  /**
   * A timeline that plays once.
   *
   * @param keyframes the keyframes, in time order
   * @return the timeline
   */
  public static Timeline of(Keyframe... keyframes) {
    return new Timeline(List.of(keyframes), false, null);
  }

  /**
   * Returns the value that carries this timeline.
   *
   * @return a map
   */
  public Value toValue() {
    List<Value> frames = new ArrayList<>();
    for (Keyframe keyframe : keyframes) {
      Map<String, Value> frame = new LinkedHashMap<>();
      frame.put("time", Value.of(micros(keyframe.time())));
      frame.put("value", keyframe.value());
      frame.put(
          "easing", Value.of(keyframe.easing().name().toLowerCase(Locale.ROOT).replace('_', '-')));
      frames.add(new Value.Dict(frame));
    }
    Map<String, Value> entries = new LinkedHashMap<>();
    entries.put("keyframes", new Value.Array(frames));
    entries.put("loop", Value.of(loop));
    if (duration != null) {
      entries.put("duration", Value.of(micros(duration)));
    }
    return new Value.Dict(entries);
  }

  private static long micros(Duration time) {
    return time.toNanos() / 1_000;
  }
}
