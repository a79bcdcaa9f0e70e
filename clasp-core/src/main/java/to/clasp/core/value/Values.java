package to.clasp.core.value;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Conversion of Java objects to values. */
final class Values {

  private Values() {}

  static Value fromJava(@Nullable Object object, int depth) {
    if (depth > Value.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "value is nested deeper than " + Value.MAX_DEPTH + " levels; flatten it");
    }
    if (object == null) {
      return Value.Null.INSTANCE;
    }
    if (object instanceof Value value) {
      return value;
    }
    if (object instanceof Boolean bool) {
      return Value.of(bool.booleanValue());
    }
    if (object instanceof Double || object instanceof Float) {
      return Value.of(((Number) object).doubleValue());
    }
    if (object instanceof Long
        || object instanceof Integer
        || object instanceof Short
        || object instanceof Byte) {
      return Value.of(((Number) object).longValue());
    }
    if (object instanceof CharSequence text) {
      return Value.of(text.toString());
    }
    if (object instanceof byte[] bytes) {
      return Value.Bytes.copyOf(bytes);
    }
    if (object instanceof double[] numbers) {
      return new Value.Array(Arrays.stream(numbers).mapToObj(Value::of).toList());
    }
    if (object instanceof long[] numbers) {
      return new Value.Array(Arrays.stream(numbers).mapToObj(Value::of).toList());
    }
    if (object instanceof int[] numbers) {
      return new Value.Array(Arrays.stream(numbers).asLongStream().mapToObj(Value::of).toList());
    }
    if (object instanceof Object[] items) {
      return array(Arrays.asList(items), depth);
    }
    if (object instanceof Iterable<?> items) {
      return array(items, depth);
    }
    if (object instanceof Map<?, ?> map) {
      return dict(map, depth);
    }
    throw new IllegalArgumentException(
        object.getClass().getName()
            + " has no CLASP form; use null, a boolean, a number of up to 64 bits, a string, byte[],"
            + " a list or a map with string keys");
  }

  private static Value array(Iterable<?> items, int depth) {
    List<Value> values = new ArrayList<>();
    for (Object item : items) {
      values.add(fromJava(item, depth + 1));
    }
    return new Value.Array(values);
  }

  private static Value dict(Map<?, ?> map, int depth) {
    Map<String, Value> values = new LinkedHashMap<>();
    map.forEach(
        (key, item) -> {
          if (!(key instanceof String name)) {
            throw new IllegalArgumentException(
                "map key " + key + " is not a string; CLASP maps have string keys only");
          }
          values.put(name, fromJava(item, depth + 1));
        });
    return new Value.Dict(values);
  }

  static IllegalStateException notA(String type, Value value) {
    return new IllegalStateException("value is no " + type + " but " + value);
  }
}
