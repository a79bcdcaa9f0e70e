package to.clasp.cli.demo;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import to.clasp.cli.output.Output;

/** Tells what happens as it happens, each with its time since the beginning. */
final class Story {

  private final Output output;
  private final Instant begin = Instant.now();

  Story(Output output) {
    this.output = output;
  }

  Duration sinceBegin(Instant then) {
    return Duration.between(begin, then);
  }

  /** Something happened just now. */
  void tell(String event, String text) {
    tell(sinceBegin(Instant.now()), event, text, new JsonObject());
  }

  /** Something happened; the details are for programs. */
  void tell(Duration after, String event, String text, JsonObject details) {
    JsonObject json = new JsonObject();
    json.addProperty("event", event);
    json.addProperty("seconds", after.toMillis() / 1_000.0);
    details.entrySet().forEach(entry -> json.add(entry.getKey(), entry.getValue()));
    output.event(String.format(Locale.ROOT, "%7s  %s", seconds(after), text), json);
  }

  static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1_000.0);
  }
}
