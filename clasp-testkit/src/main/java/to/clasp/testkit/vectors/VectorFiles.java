package to.clasp.testkit.vectors;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Loads JSON files of vectors from the class path. */
public final class VectorFiles {

  private VectorFiles() {}

  /**
   * Loads a file.
   *
   * @param anchor a class beside whose package or above which the file lies
   * @param path the path, as {@link Class#getResourceAsStream} takes it
   * @return the object that the file holds
   * @throws IllegalArgumentException if there is no such file, or it holds no JSON object
   */
  public static JsonObject load(Class<?> anchor, String path) {
    try (InputStream in = anchor.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "there is no " + path + " on the class path beside " + anchor.getName());
      }
      return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException(path + " holds no JSON object", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }
}
