package to.clasp.core.value;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A CLASP value (CLASP wire format, "Values").
 *
 * <p>Values are immutable and safe for use by any thread. The wire has one signed 64-bit integer
 * and one 64-bit floating point type; narrower numbers are widened when they are read. JavaScript
 * peers write every number as floating point, so code that expects an integer should ask with
 * {@link #asLong()}, which accepts an integral {@link Float64} as well.
 */
public sealed interface Value {

  /** Null, the absence of a value. */
  enum Null implements Value {
    /** The only instance. */
    INSTANCE
  }

  /**
   * A boolean.
   *
   * @param value the boolean
   */
  record Bool(boolean value) implements Value {
    /** True. */
    public static final Bool TRUE = new Bool(true);

    /** False. */
    public static final Bool FALSE = new Bool(false);
  }

  /**
   * A signed 64-bit integer.
   *
   * @param value the integer
   */
  record Int64(long value) implements Value {}

  /**
   * A 64-bit floating point number. Two are equal when {@link Double#compare} says so: NaN equals
   * NaN, and 0.0 differs from -0.0.
   *
   * @param value the number
   */
  record Float64(double value) implements Value {}

  /**
   * A string.
   *
   * @param value the text; at most 65 535 bytes of UTF-8 fit on the wire
   */
  record Text(String value) implements Value {
    /** Checks that the text is there. */
    public Text {
      Objects.requireNonNull(value, "value");
    }
  }

  /** A blob of bytes; at most 65 535 fit on the wire. */
  final class Bytes implements Value {
    private final byte[] data;

    private Bytes(byte[] data) {
      this.data = data;
    }

    /**
     * Copies the given bytes.
     *
     * @param data the bytes
     * @return a value with the same content
     */
    public static Bytes copyOf(byte[] data) {
      return new Bytes(data.clone());
    }

    /**
     * Copies a range of the given bytes.
     *
     * @param data the array
     * @param offset where the range starts
     * @param length the length of the range, in bytes
     * @return a value with the same content
     */
    public static Bytes copyOf(byte[] data, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, data.length);
      return new Bytes(Arrays.copyOfRange(data, offset, offset + length));
    }

    /**
     * Returns the number of bytes.
     *
     * @return the length, in bytes
     */
    public int length() {
      return data.length;
    }

    /**
     * Returns a copy of the bytes.
     *
     * @return a fresh array
     */
    public byte[] toByteArray() {
      return data.clone();
    }

    /**
     * Copies all bytes into an array.
     *
     * @param target where to copy to
     * @param offset where in the target the copy starts
     */
    public void copyTo(byte[] target, int offset) {
      System.arraycopy(data, 0, target, offset, data.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bytes that && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(data);
    }

    @Override
    public String toString() {
      return "Bytes["
          + HexFormat.of().formatHex(data, 0, Math.min(data.length, 32))
          + (data.length > 32 ? "…, " + data.length + " bytes]" : "]");
    }
  }

  /**
   * A list of values, of mixed types if need be.
   *
   * @param items the elements; copied
   */
  record Array(List<Value> items) implements Value {
    /** Copies the elements. */
    public Array {
      items = List.copyOf(items);
    }
  }

  /**
   * A map with string keys. The order of the entries has no meaning: two maps with the same entries
   * are equal.
   *
   * @param entries the entries; copied, their order kept for encoding
   */
  record Dict(Map<String, Value> entries) implements Value {
    /** Copies the entries. */
    public Dict {
      Map<String, Value> copy = new LinkedHashMap<>(entries);
      copy.forEach(
          (key, value) -> {
            Objects.requireNonNull(key, "map key");
            Objects.requireNonNull(value, "map value");
          });
      entries = Collections.unmodifiableMap(copy);
    }

    /**
     * Looks up an entry.
     *
     * @param key its key
     * @return its value, or null when there is no such entry
     */
    public @Nullable Value get(String key) {
      return entries.get(key);
    }

    /**
     * Looks up a string entry.
     *
     * @param key its key
     * @return its text, or null when there is no such entry or it is not a string
     */
    public @Nullable String text(String key) {
      return entries.get(key) instanceof Text text ? text.value() : null;
    }
  }

  /**
   * Turns a Java object into a value: null, {@link Boolean}, integral {@link Number}s up to 64
   * bits, {@link Float} and {@link Double}, {@link CharSequence}, {@code byte[]}, {@link Iterable}s
   * and object arrays, {@code double[]}, {@code long[]} and {@code int[]}, {@link Map}s with string
   * keys, and values themselves.
   *
   * @param object the object; null gives {@link Null}
   * @return the value
   * @throws IllegalArgumentException if the object, or something inside it, has no CLASP form, or
   *     if it is nested deeper than {@value #MAX_DEPTH} levels
   */
  static Value of(@Nullable Object object) {
    return Values.fromJava(object, 0);
  }

  /** The deepest nesting of arrays and maps that is written or read. */
  int MAX_DEPTH = 64;

  /**
   * Makes an integer value.
   *
   * @param value the integer
   * @return the value
   */
  static Value of(long value) {
    return new Int64(value);
  }

  /**
   * Makes a floating point value.
   *
   * @param value the number
   * @return the value
   */
  static Value of(double value) {
    return new Float64(value);
  }

  /**
   * Makes a boolean value.
   *
   * @param value the boolean
   * @return the value
   */
  static Value of(boolean value) {
    return value ? Bool.TRUE : Bool.FALSE;
  }

  /**
   * Makes a string value.
   *
   * @param value the text
   * @return the value
   */
  static Value of(String value) {
    return new Text(value);
  }

  /**
   * Returns this value as the natural Java object: null, {@link Boolean}, {@link Long}, {@link
   * Double}, {@link String}, {@code byte[]}, {@link List} or {@link Map}.
   *
   * @return a Java object that shares nothing mutable with this value
   */
  default @Nullable Object toJava() {
    if (this instanceof Bool bool) {
      return bool.value();
    }
    if (this instanceof Int64 integer) {
      return integer.value();
    }
    if (this instanceof Float64 number) {
      return number.value();
    }
    if (this instanceof Text text) {
      return text.value();
    }
    if (this instanceof Bytes bytes) {
      return bytes.toByteArray();
    }
    if (this instanceof Array array) {
      List<@Nullable Object> list = new ArrayList<>(array.items().size());
      array.items().forEach(item -> list.add(item.toJava()));
      return list;
    }
    if (this instanceof Dict dict) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      dict.entries().forEach((key, value) -> map.put(key, value.toJava()));
      return map;
    }
    return null;
  }

  /**
   * Returns this value as a boolean.
   *
   * @return the boolean
   * @throws IllegalStateException if this is not a {@link Bool}
   */
  default boolean asBoolean() {
    if (this instanceof Bool bool) {
      return bool.value();
    }
    throw Values.notA("boolean", this);
  }

  /**
   * Returns this value as an integer; an integral {@link Float64} counts, for JavaScript peers
   * write every number so.
   *
   * @return the integer
   * @throws IllegalStateException if this is neither an integer nor a floating point number with an
   *     integral value in the range of {@code long}
   */
  default long asLong() {
    if (this instanceof Int64 integer) {
      return integer.value();
    }
    if (this instanceof Float64 number
        && number.value() == Math.rint(number.value())
        && number.value() >= -0x1p63
        && number.value() < 0x1p63) {
      return (long) number.value();
    }
    throw Values.notA("integer", this);
  }

  /**
   * Returns this value as a floating point number; an integer is widened.
   *
   * @return the number
   * @throws IllegalStateException if this is not a number
   */
  default double asDouble() {
    if (this instanceof Float64 number) {
      return number.value();
    }
    if (this instanceof Int64 integer) {
      return integer.value();
    }
    throw Values.notA("number", this);
  }

  /**
   * Returns this value as a string.
   *
   * @return the text
   * @throws IllegalStateException if this is not a {@link Text}
   */
  default String asString() {
    if (this instanceof Text text) {
      return text.value();
    }
    throw Values.notA("string", this);
  }
}
