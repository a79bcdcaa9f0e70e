package to.clasp.cli.command;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;

/** Reads values as people write them: JSON, and whatever is no JSON as text. */
final class ValueText {

  private static final Gson GSON = new Gson();

  private ValueText() {}

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException if it is JSON that no CLASP value can hold
   */
  static Value parse(String text) {
    JsonElement json = json(text);
    return json == null ? Value.of(text) : Value.of(natural(json));
  }

  /** Null when the text is no JSON. */
  private static @Nullable JsonElement json(String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement element = GSON.getAdapter(JsonElement.class).read(reader);
      return reader.peek() == JsonToken.END_DOCUMENT ? element : null;
    } catch (MalformedJsonException | EOFException | JsonParseException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Object natural(JsonElement json) {
    if (json.isJsonArray()) {
      List<@Nullable Object> items = new ArrayList<>();
      json.getAsJsonArray().forEach(item -> items.add(natural(item)));
      return items;
    } else if (json.isJsonObject()) {
      Map<String, @Nullable Object> entries = new LinkedHashMap<>();
      json.getAsJsonObject().asMap().forEach((key, item) -> entries.put(key, natural(item)));
      return entries;
    } else if (json.isJsonPrimitive()) {
      JsonPrimitive primitive = json.getAsJsonPrimitive();
      if (primitive.isBoolean()) {
        return primitive.getAsBoolean();
      }
      return primitive.isNumber() ? number(primitive.getAsString()) : primitive.getAsString();
    }
    return null;
  }

  /** Digits alone are an integer, as in JSON itself. */
  private static Number number(String text) {
    if (!text.matches("-?\\d+")) {
      double number = Double.parseDouble(text);
      if (Double.isInfinite(number)) {
        throw new IllegalArgumentException(text + " does not fit into a floating point number");
      }
      return number;
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          text
              + " does not fit into 64 bits; write "
              + text
              + ".0 for a floating point number, or"
              + " put it in double quotes for text",
          e);
    }
  }
}
