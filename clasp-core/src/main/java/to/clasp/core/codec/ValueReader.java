package to.clasp.core.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import to.clasp.core.value.Value;

/** Reads values (CLASP wire format, "Values"); narrow numbers are widened as the router does. */
final class ValueReader {

  /** An element is at least its type code. */
  private static final int LEAST_ELEMENT = 1;

  /** An entry is at least the length of its key and the type code of its value. */
  private static final int LEAST_ENTRY = 3;

  /** Arrays inside each other may all claim the same bytes, so room is made as they come. */
  private static final int INITIAL_CAPACITY = 256;

  private ValueReader() {}

  /** Reads a value with its type code before it. */
  static Value readTyped(PayloadReader in, String field) {
    return readTyped(in, field, 0);
  }

  /** Reads the data of a value whose type code stood elsewhere. */
  static Value readData(PayloadReader in, int code, String field) {
    return readData(in, code, field, 0);
  }

  private static Value readTyped(PayloadReader in, String field, int depth) {
    if (depth > Value.MAX_DEPTH) {
      throw in.malformed(field, "nested deeper than " + Value.MAX_DEPTH + " levels");
    }
    return readData(in, in.u8(field), field, depth);
  }

  private static Value readData(PayloadReader in, int code, String field, int depth) {
    return switch (code) {
      case Codes.NULL -> Value.Null.INSTANCE;
      case Codes.BOOL -> Value.of(in.u8(field) != 0);
      case Codes.INT8 -> Value.of((long) (byte) in.u8(field));
      case Codes.INT16 -> Value.of((long) in.i16(field));
      case Codes.INT32 -> Value.of((long) in.u32(field));
      case Codes.INT64 -> Value.of(in.u64(field));
      case Codes.FLOAT32 -> Value.of((double) in.f32(field));
      case Codes.FLOAT64 -> Value.of(in.f64(field));
      case Codes.TEXT -> Value.of(in.string(field));
      case Codes.BYTES -> Value.Bytes.copyOf(in.bytes(in.u16(field), field));
      case Codes.ARRAY -> readArray(in, field, depth + 1);
      case Codes.MAP -> readDict(in, field, depth + 1);
      default -> throw in.malformed(field, "unknown value type " + code);
    };
  }

  private static Value readArray(PayloadReader in, String field, int depth) {
    int count = in.count(LEAST_ELEMENT, field);
    List<Value> items = new ArrayList<>(Math.min(count, INITIAL_CAPACITY));
    for (int i = 0; i < count; i++) {
      items.add(readTyped(in, field, depth));
    }
    return new Value.Array(items);
  }

  private static Value readDict(PayloadReader in, String field, int depth) {
    int count = in.count(LEAST_ENTRY, field);
    Map<String, Value> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      // A repeated key is legal; the last one wins.
      entries.put(in.string(field), readTyped(in, field, depth));
    }
    return new Value.Dict(entries);
  }
}
