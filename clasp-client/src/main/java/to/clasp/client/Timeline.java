package to.clasp.client;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
 * @param duration length of the whole, 0 to 292 years, or null for the time of the last keyframe
 */
public record Timeline(List<Keyframe> keyframes, boolean loop, @Nullable Duration duration) {

  /** What nanoseconds can count. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

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
    STEP;

    String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** An easing of another make, such as a curve, counts as steady. */
    static Easing ofWireName(String name) {
      for (Easing easing : values()) {
        if (easing.wireName().equals(name)) {
          return easing;
        }
      }
      return LINEAR;
    }
  }

  /**
   * One keyframe.
   *
   * @param time when, from the start of the timeline; 0 to 292 years, counted in microseconds
   * @param value the value at that time
   * @param easing how the value gets there
   */
  public record Keyframe(Duration time, Value value, Easing easing) {
    /** Checks the time. */
    public Keyframe {
      requireWritable("keyframe time", time);
      Objects.requireNonNull(value, "value");
      Objects.requireNonNull(easing, "easing");
    }
  }

  /** Checks the order and copies. */
  public Timeline {
    keyframes = List.copyOf(keyframes);
    if (keyframes.isEmpty()) {
      throw new IllegalArgumentException("a timeline needs at least one keyframe");
    }
    if (duration != null) {
      requireWritable("duration", duration);
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
   * Reads the timeline that a value carries. Routers check nothing, so it may be none.
   *
   * @param value the value of a timeline's update
   * @return the timeline
   * @throws IllegalArgumentException if the value carries none; the message says what is wrong
   */
  public static Timeline ofValue(Value value) {
    if (!(value instanceof Value.Dict map) || !(map.get("keyframes") instanceof Value.Array list)) {
      throw new IllegalArgumentException("a timeline is a map with a list of keyframes");
    }
    List<Keyframe> keyframes = new ArrayList<>();
    for (Value item : list.items()) {
      if (!(item instanceof Value.Dict frame)) {
        throw new IllegalArgumentException("a keyframe is a map, not " + item);
      }
      Value shown = frame.get("value");
      String easing = frame.text("easing");
      keyframes.add(
          new Keyframe(
              time(frame.get("time")),
              shown == null ? Value.Null.INSTANCE : shown,
              easing == null ? Easing.LINEAR : Easing.ofWireName(easing)));
    }
    Value loop = map.get("loop");
    Value duration = map.get("duration");
    return new Timeline(
        keyframes,
        loop instanceof Value.Bool bool && bool.value(),
        duration == null || duration == Value.Null.INSTANCE ? null : time(duration));
  }

  private static Duration time(@Nullable Value micros) {
    try {
      if (micros != null) {
        return Duration.of(micros.asLong(), ChronoUnit.MICROS);
      }
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException("a time is a whole number of microseconds", e);
    }
    throw new IllegalArgumentException("a keyframe has a time in microseconds");
  }

  private static void requireWritable(String what, Duration time) {
    if (time.isNegative() || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(what + " must be 0 to 292 years, not " + time);
    }
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
      frame.put("easing", Value.of(keyframe.easing().wireName()));
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
