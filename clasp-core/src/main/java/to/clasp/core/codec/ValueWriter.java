package to.clasp.core.codec;

import java.util.List;
import java.util.Map;
import to.clasp.core.value.Value;

/** Writes values (CLASP wire format, "Values"): integers as i64, other numbers as f64. */
final class ValueWriter {

  private ValueWriter() {}

  /** The type code of a value. */
  static int code(Value value) {
    if (value instanceof Value.Float64) {
      return Codes.FLOAT64;
    }
    if (value instanceof Value.Int64) {
      return Codes.INT64;
    }
    if (value instanceof Value.Text) {
      return Codes.TEXT;
    }
    if (value instanceof Value.Bool) {
      return Codes.BOOL;
    }
    if (value instanceof Value.Dict) {
      return Codes.MAP;
    }
    if (value instanceof Value.Array) {
      return Codes.ARRAY;
    }
    return value instanceof Value.Bytes ? Codes.BYTES : Codes.NULL;
  }

  /** Writes a value with its type code before it. */
  static void writeTyped(PayloadWriter out, Value value, String field) {
    writeTyped(out, value, field, 0);
  }

  /** Writes the data of a value whose type code stands elsewhere. */
  static void writeData(PayloadWriter out, Value value, String field) {
    writeData(out, value, field, 0);
  }

  private static void writeTyped(PayloadWriter out, Value value, String field, int depth) {
    if (depth > Value.MAX_DEPTH) {
      throw new NestingTooDeepException(field, Value.MAX_DEPTH);
    }
    out.u8(code(value));
    writeData(out, value, field, depth);
  }

  private static void writeData(PayloadWriter out, Value value, String field, int depth) {
    if (value instanceof Value.Float64 number) {
      out.f64(number.value());
    } else if (value instanceof Value.Int64 number) {
      out.u64(number.value());
    } else if (value instanceof Value.Text text) {
      out.string(text.value(), field);
    } else if (value instanceof Value.Bool bool) {
      out.u8(bool.value() ? 1 : 0);
    } else if (value instanceof Value.Dict dict) {
      writeDict(out, dict.entries(), field, depth + 1);
    } else if (value instanceof Value.Array array) {
      writeArray(out, array.items(), field, depth + 1);
    } else if (value instanceof Value.Bytes bytes) {
      writeBytes(out, bytes);
    }
  }

  private static void writeDict(
      PayloadWriter out, Map<String, Value> entries, String field, int depth) {
    out.u16(entries.size());
    for (Map.Entry<String, Value> entry : entries.entrySet()) {
      out.string(entry.getKey(), field);
      writeTyped(out, entry.getValue(), field, depth);
    }
  }

  private static void writeArray(PayloadWriter out, List<Value> items, String field, int depth) {
    out.u16(items.size());
    for (Value item : items) {
      writeTyped(out, item, field, depth);
    }
  }

  private static void writeBytes(PayloadWriter out, Value.Bytes bytes) {
    out.u16(bytes.length());
    int at = out.raw(bytes.length());
    if (at >= 0) {
      bytes.copyTo(out.buffer(), at);
    }
  }
}
