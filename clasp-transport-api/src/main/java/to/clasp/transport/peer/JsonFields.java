package to.clasp.transport.peer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.InvalidOptionException;

/**
 * The members of a JSON object that holds options. Whatever is wrong is told with the path of the
 * member, and without its value, which may be a secret.
 */
final class JsonFields {

  /** Options are short; this bounds what a mistaken file costs. */
  private static final int MAX_CHARS = 1 << 20;

  private final String path;
  private final JsonObject object;

  private JsonFields(String path, JsonObject object) {
    this.path = path;
    this.object = object;
  }

  static JsonFields parse(String json) {
    if (json.length() > MAX_CHARS) {
      throw new InvalidOptionException("", "must not be longer than " + MAX_CHARS, null);
    }
    JsonElement element;
    try {
      element = JsonParser.parseString(json);
    } catch (JsonParseException e) {
      // Gson quotes what it has read, which may be a secret.
      throw new InvalidOptionException("", "must be JSON", null);
    }
    return of("", element);
  }

  private static JsonFields of(String path, JsonElement element) {
    if (!element.isJsonObject()) {
      throw new InvalidOptionException(path, "must be a JSON object", null);
    }
    return new JsonFields(path, element.getAsJsonObject());
  }

  /** The path of a member. */
  String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Refuses members that nobody knows. */
  void allow(String... names) {
    Set<String> unknown = new TreeSet<>(object.keySet());
    Set<String> known = new TreeSet<>(Set.of(names));
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new InvalidOptionException(
          path(unknown.iterator().next()),
          "is not known; known are " + String.join(", ", known),
          null);
    }
  }

  private @Nullable JsonElement member(String name) {
    JsonElement element = object.get(name);
    return element == null || element.isJsonNull() ? null : element;
  }

  /** A text, or null when there is none. */
  @Nullable String text(String name) {
    JsonElement element = member(name);
    return element == null ? null : text(path(name), element);
  }

  private static String text(String path, JsonElement element) {
    if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
      throw new InvalidOptionException(path, "must be a text", null);
    }
    return element.getAsString();
  }

  /** One text, or a list of texts; empty when there is none. */
  List<String> texts(String name) {
    JsonElement element = member(name);
    if (element == null) {
      return List.of();
    }
    if (!element.isJsonArray()) {
      return List.of(text(path(name), element));
    }
    List<String> texts = new ArrayList<>();
    JsonArray array = element.getAsJsonArray();
    for (int i = 0; i < array.size(); i++) {
      texts.add(text(path(name) + "[" + i + "]", array.get(i)));
    }
    return texts;
  }

  /** A list of objects; empty when there is none. */
  List<JsonFields> objects(String name) {
    JsonElement element = member(name);
    if (element == null) {
      return List.of();
    }
    if (!element.isJsonArray()) {
      throw new InvalidOptionException(path(name), "must be a list", null);
    }
    List<JsonFields> objects = new ArrayList<>();
    JsonArray array = element.getAsJsonArray();
    for (int i = 0; i < array.size(); i++) {
      objects.add(of(path(name) + "[" + i + "]", array.get(i)));
    }
    return objects;
  }

  /** True or false, or what is given when there is none. */
  boolean flag(String name, boolean otherwise) {
    JsonElement element = member(name);
    if (element == null) {
      return otherwise;
    }
    if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isBoolean()) {
      throw new InvalidOptionException(path(name), "must be true or false", null);
    }
    return element.getAsBoolean();
  }

  /** An object, or null when there is none. */
  @Nullable JsonFields object(String name) {
    JsonElement element = member(name);
    return element == null ? null : of(path(name), element);
  }
}
