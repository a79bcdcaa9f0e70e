package to.clasp.cli.output;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.PrintWriter;

/**
 * Where a command prints what happens: lines for people, or one JSON object a line for programs.
 * Safe for use by any thread; each line is flushed, for whoever reads may be waiting for it.
 */
public final class Output {

  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  private final PrintWriter out;
  private final boolean json;

  /**
   * Makes an output.
   *
   * @param out where to
   * @param json whether for programs
   */
  public Output(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /**
   * Tells whether this is for programs.
   *
   * @return true for JSON
   */
  public boolean isJson() {
    return json;
  }

  /**
   * Prints what happened.
   *
   * @param text for people
   * @param object for programs
   */
  public void event(String text, JsonObject object) {
    line(json ? GSON.toJson(object) : text);
  }

  /**
   * Prints something that only people need.
   *
   * @param text one or more lines
   */
  public void forPeople(String text) {
    if (!json) {
      line(text);
    }
  }

  private synchronized void line(String text) {
    out.println(text);
    out.flush();
  }
}
