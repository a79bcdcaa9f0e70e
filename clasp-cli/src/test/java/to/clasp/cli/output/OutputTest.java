package to.clasp.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Output output(boolean json) {
    return new Output(new PrintWriter(out), new PrintWriter(err), json);
  }

  private static JsonObject object() {
    JsonObject object = new JsonObject();
    object.addProperty("text", "<a> & ü");
    object.addProperty("nothing", (String) null);
    return object;
  }

  @Test
  void printsTextForPeople() {
    Output output = output(false);
    output.event("it happened", object());
    output.forPeople("by the way");
    output.note("beside the matter");
    assertThat(out.toString().lines()).containsExactly("it happened", "by the way");
    assertThat(err.toString().lines()).containsExactly("clasp: beside the matter");
  }

  @Test
  void printsOneObjectALineForPrograms() {
    Output output = output(true);
    output.event("it happened", object());
    output.forPeople("by the way");
    output.note("beside the matter");
    assertThat(out.toString().lines()).containsExactly("{\"text\":\"<a> & ü\",\"nothing\":null}");
    assertThat(err.toString().lines()).containsExactly("clasp: beside the matter");
  }

  @Test
  void noticesThatNobodyReads() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("broken pipe");
          }
        };
    Output output =
        new Output(
            new PrintWriter(closed, false, StandardCharsets.UTF_8), new PrintWriter(err), false);
    assertThat(output.abandoned()).isNotDone();
    output.forPeople("hello");
    assertThat(output.abandoned()).isCompleted();
    assertThat(output(false).abandoned()).isNotDone();
  }
}
