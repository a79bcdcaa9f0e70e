package to.clasp.core.codec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;

/**
 * A MessagePack map with typed access to its entries, with the strictness of the Rust reader: types
 * are checked, integers are checked for range, unknown keys are ignored, optional ones may be
 * missing or nil, and a known key must not stand there twice.
 */
final class LegacyMap {

  private final int offset;
  private final Map<String, @Nullable Object> entries = new LinkedHashMap<>();
  private final Set<String> repeated = new HashSet<>();

  /**
   * Makes an empty map.
   *
   * @param offset where the map stands in the frame, for errors
   */
  LegacyMap(int offset) {
    this.offset = offset;
  }

  void put(String key, @Nullable Object value) {
    if (entries.containsKey(key)) {
      repeated.add(key);
    }
    entries.put(key, value);
  }

  MalformedFrameException malformed(String key, String problem) {
    return new MalformedFrameException("legacy " + key, offset, problem);
  }

  String string(String key) {
    return required(key, optionalString(key));
  }

  @Nullable String optionalString(String key) {
    return typed(key, get(key), String.class, "a string");
  }

  int u8(String key) {
    return (int) integer(key, required(key, get(key)), 0xFF);
  }

  int u16(String key) {
    return (int) integer(key, required(key, get(key)), 0xFFFF);
  }

  int u32(String key) {
    return (int) integer(key, required(key, get(key)), 0xFFFF_FFFFL);
  }

  @Nullable Integer optionalU32(String key) {
    Object value = get(key);
    return value == null ? null : (int) integer(key, value, 0xFFFF_FFFFL);
  }

  long u64(String key) {
    return u64(key, required(key, get(key)));
  }

  @Nullable Long optionalU64(String key) {
    Object value = get(key);
    return value == null ? null : u64(key, value);
  }

  @Nullable Double optionalF64(String key) {
    Object value = get(key);
    return value == null ? null : f64(key, value);
  }

  @Nullable Boolean optionalBool(String key) {
    return typed(key, get(key), Boolean.class, "a boolean");
  }

  /** A flag that may be missing, which means false, but not nil. */
  boolean flag(String key) {
    return entries.containsKey(key) && required(key, optionalBool(key));
  }

  @Nullable LegacyMap optionalMap(String key) {
    return typed(key, get(key), LegacyMap.class, "a map");
  }

  /** A list that must be there. */
  <T> List<T> list(String key, Function<Object, T> element) {
    return elements(key, required(key, get(key)), element);
  }

  /** A list that may be missing, which means empty, but not nil. */
  <T> List<T> listOrEmpty(String key, Function<Object, T> element) {
    return entries.containsKey(key) ? list(key, element) : List.of();
  }

  /** A list that may be missing or nil. */
  <T> @Nullable List<T> optionalList(String key, Function<Object, T> element) {
    Object value = get(key);
    return value == null ? null : elements(key, value, element);
  }

  /** A map of unsigned numbers that may be missing, which means empty, but not nil. */
  Map<String, Long> u64MapOrEmpty(String key) {
    Map<String, Long> map = new LinkedHashMap<>();
    if (entries.containsKey(key)) {
      required(key, optionalMap(key))
          .entries
          .forEach((name, value) -> map.put(name, u64(key, required(key, value))));
    }
    return map;
  }

  /** A value that must be there; nil is the null value. */
  Value value(String key) {
    if (!entries.containsKey(key)) {
      throw malformed(key, "missing");
    }
    return value(key, get(key), 0);
  }

  /** A value that may be missing or nil. */
  @Nullable Value optionalValue(String key) {
    Object value = get(key);
    return value == null ? null : value(key, value, 0);
  }

  /** The only entry of a map that stands for an enumeration with data. */
  Map.Entry<String, @Nullable Object> single(String key) {
    if (entries.size() != 1) {
      throw malformed(key, "a map with one entry wanted, not " + entries.size());
    }
    return entries.entrySet().iterator().next();
  }

  @Nullable Object get(String key) {
    if (repeated.contains(key)) {
      throw malformed(key, "given twice");
    }
    return entries.get(key);
  }

  <T> T element(String key, Object value, Class<T> type, String wanted) {
    return required(key, typed(key, value, type, wanted));
  }

  double f64(String key, Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw malformed(key, "a number wanted");
  }

  long integer(String key, Object value, long max) {
    if (value instanceof Long number && number >= 0 && number <= max) {
      return number;
    }
    throw malformed(key, "an integer of 0 to " + max + " wanted");
  }

  private long u64(String key, Object value) {
    if (value instanceof Long number && number >= 0) {
      return number;
    }
    if (value instanceof BigInteger number) {
      // The reader makes one of an unsigned 64-bit integer only.
      return number.longValue();
    }
    throw malformed(key, "an unsigned integer wanted");
  }

  private <T> List<T> elements(String key, Object value, Function<Object, T> element) {
    if (!(value instanceof List<?> items)) {
      throw malformed(key, "a list wanted");
    }
    List<T> list = new ArrayList<>(items.size());
    for (Object item : items) {
      list.add(element.apply(required(key, item)));
    }
    return list;
  }

  private Value value(String key, @Nullable Object object, int depth) {
    if (depth > Value.MAX_DEPTH) {
      throw malformed(key, "nested deeper than " + Value.MAX_DEPTH + " levels");
    }
    if (object instanceof List<?> items) {
      List<Value> values = new ArrayList<>(items.size());
      items.forEach(item -> values.add(value(key, item, depth + 1)));
      return new Value.Array(values);
    }
    if (object instanceof LegacyMap map) {
      Map<String, Value> values = new LinkedHashMap<>();
      map.entries.forEach((name, item) -> values.put(name, value(key, item, depth + 1)));
      return new Value.Dict(values);
    }
    if (object instanceof BigInteger number) {
      // No unsigned type exists; the Rust reader makes a float of it.
      return Value.of(number.doubleValue());
    }
    if (object instanceof byte[]) {
      throw malformed(key, "a binary blob that is not UTF-8 has no legacy form");
    }
    return Value.of(object);
  }

  private <T> @Nullable T typed(String key, @Nullable Object value, Class<T> type, String wanted) {
    if (value == null) {
      return null;
    }
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw malformed(key, wanted + " wanted");
  }

  private <T> T required(String key, @Nullable T value) {
    if (value == null) {
      throw malformed(key, "missing");
    }
    return value;
  }
}
