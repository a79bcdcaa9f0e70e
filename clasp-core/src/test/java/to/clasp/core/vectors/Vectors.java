package to.clasp.core.vectors;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Loads vector files and insists on the number of vectors that is documented for them. */
public final class Vectors {

  private Vectors() {}

  /** The vectors of a file. */
  public static Stream<Vector> load(String file, int count) {
    JsonObject root = root(file);
    int found = root.getAsJsonArray("vectors").size();
    if (found != count) {
      throw new IllegalStateException(file + " has " + found + " vectors, not " + count);
    }
    return StreamSupport.stream(root.getAsJsonArray("vectors").spliterator(), false)
        .map(element -> new Vector(element.getAsJsonObject()));
  }

  /** The lines of a file of tab-separated columns. */
  public static Stream<List<String>> rows(String file, int count) {
    List<List<String>> rows;
    try (InputStream in = open(file)) {
      rows =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .map(line -> List.of(line.split("\t", -1)))
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (rows.size() != count) {
      throw new IllegalStateException(file + " has " + rows.size() + " rows, not " + count);
    }
    return rows.stream();
  }

  /** A whole file. */
  public static JsonObject root(String file) {
    try (InputStream in = open(file)) {
      return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String file) {
    InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file);
    if (in == null) {
      throw new IllegalStateException(file + " is missing");
    }
    return in;
  }

  /** One vector; shown by its name. */
  public record Vector(JsonObject json) {

    /** Its name, or the pattern and address that stand for one. */
    public String name() {
      if (json.has("name")) {
        return json.get("name").getAsString();
      }
      return json.has("pattern")
          ? json.get("pattern") + " " + json.get("address")
          : json.get("input").toString();
    }

    /** The bytes of the frame. */
    public byte[] bytes() {
      return HexFormat.of().parseHex(string("hex"));
    }

    /** A member that is a string. */
    public String string(String member) {
      return json.get(member).getAsString();
    }

    /** A member that is an object. */
    public JsonObject object(String member) {
      return json.getAsJsonObject(member);
    }

    /** A member, whatever it is. */
    public JsonElement element(String member) {
      return json.get(member);
    }

    @Override
    public String toString() {
      String name = name();
      return name.length() <= 80 ? name : name.substring(0, 80) + "…";
    }
  }
}
