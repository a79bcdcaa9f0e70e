package to.clasp.cli.output;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.concurrent.CompletableFuture;

/**
 * Where a command prints: what it is about to standard output, as lines for people or as one JSON
 * object a line for programs, and notes to standard error. Safe for use by any thread; each line is
 * flushed, for whoever reads may be waiting for it.
 */
public final class Output {

  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private final CompletableFuture<Void> abandoned = new CompletableFuture<>();

  /**
   * Makes an output.
   *
   * @param out standard output
   * @param err standard error
   * @param json whether for programs
   */
  public Output(PrintWriter out, PrintWriter err, boolean json) {
    this.out = out;
    this.err = err;
    this.json = json;
  }

  /**
   * Prints what happened.
   *
   * @param text for people
   * @param object for programs
   */
  public void event(String text, JsonObject object) {
    print(json ? GSON.toJson(object) : text);
  }

  /**
   * Prints something that programs have no use for.
   *
   * @param text one or more lines
   */
  public void forPeople(String text) {
    if (!json) {
      print(text);
    }
  }

  /**
   * Prints something that people have no use for.
   *
   * @param object for programs
   */
  public void forPrograms(JsonObject object) {
    if (json) {
      print(GSON.toJson(object));
    }
  }

  /**
   * Notes something beside the matter, on standard error.
   *
   * @param text one sentence
   */
  public synchronized void note(String text) {
    err.println("clasp: " + text);
    err.flush();
  }

  /**
   * Tells when nobody reads the output any more, such as {@code head} when it has its lines.
   *
   * @return completes then
   */
  public CompletableFuture<Void> abandoned() {
    return abandoned;
  }

  private synchronized void print(String text) {
    out.println(text);
    if (out.checkError()) {
      abandoned.complete(null);
    }
  }
}
