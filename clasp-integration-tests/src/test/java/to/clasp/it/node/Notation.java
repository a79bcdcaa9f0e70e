package to.clasp.it.node;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.HexFormat;
import to.clasp.core.value.Value;

/** Values in the notation of {@code interop/js/programs/lines.js}, with the types of JavaScript. */
final class Notation {

  private Notation() {}

  static JsonObject write(Value value) {
    if (value instanceof Value.Bool bool) {
      return typed("bool", new JsonPrimitive(bool.value()));
    } else if (value instanceof Value.Int64 integer) {
      return typed("bigint", new JsonPrimitive(Long.toString(integer.value())));
    } else if (value instanceof Value.Float64 number) {
      return number(number.value());
    } else if (value instanceof Value.Text text) {
      return typed("string", new JsonPrimitive(text.value()));
    } else if (value instanceof Value.Bytes bytes) {
      return typed("bytes", new JsonPrimitive(HexFormat.of().formatHex(bytes.toByteArray())));
    } else if (value instanceof Value.Array array) {
      JsonArray items = new JsonArray();
      array.items().forEach(item -> items.add(write(item)));
      return typed("array", items);
    } else if (value instanceof Value.Dict dict) {
      JsonObject entries = new JsonObject();
      dict.entries().forEach((key, entry) -> entries.add(key, write(entry)));
      return typed("map", entries);
    }
    return typed("null", JsonNull.INSTANCE);
  }

  /** A number as JavaScript writes it. */
  static JsonObject number(double value) {
    String text =
        value == Math.rint(value) && Math.abs(value) < 1e18 && !isNegativeZero(value)
            ? Long.toString((long) value)
            : isNegativeZero(value) ? "-0" : Double.toString(value);
    return typed("number", new JsonPrimitive(text));
  }

  private static boolean isNegativeZero(double value) {
    return value == 0 && Double.doubleToRawLongBits(value) != 0;
  }

  private static JsonObject typed(String type, JsonElement value) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type);
    if (!value.isJsonNull()) {
      object.add("value", value);
    }
    return object;
  }
}
