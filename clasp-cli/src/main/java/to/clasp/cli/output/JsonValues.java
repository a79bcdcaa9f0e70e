package to.clasp.cli.output;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Base64;
import to.clasp.core.value.Value;

/** Values as JSON. What JSON has no form for is written as a string: bytes in Base64, NaN, … */
public final class JsonValues {

  private JsonValues() {}

  /**
   * Turns a value into JSON.
   *
   * @param value the value
   * @return a fresh element
   */
  public static JsonElement toJson(Value value) {
    if (value instanceof Value.Bool bool) {
      return new JsonPrimitive(bool.value());
    } else if (value instanceof Value.Int64 integer) {
      return new JsonPrimitive(integer.value());
    } else if (value instanceof Value.Float64 number) {
      return Double.isFinite(number.value())
          ? new JsonPrimitive(number.value())
          : new JsonPrimitive(Double.toString(number.value()));
    } else if (value instanceof Value.Text text) {
      return new JsonPrimitive(text.value());
    } else if (value instanceof Value.Bytes bytes) {
      return new JsonPrimitive(Base64.getEncoder().encodeToString(bytes.toByteArray()));
    } else if (value instanceof Value.Array array) {
      JsonArray items = new JsonArray();
      array.items().forEach(item -> items.add(toJson(item)));
      return items;
    } else if (value instanceof Value.Dict dict) {
      JsonObject entries = new JsonObject();
      dict.entries().forEach((key, entry) -> entries.add(key, toJson(entry)));
      return entries;
    }
    return JsonNull.INSTANCE;
  }
}
