package to.clasp.it.node;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import to.clasp.core.value.Value;
import to.clasp.testkit.record.Recorder;

/**
 * A program below {@code interop/js/programs} in Node, which does what lines of JSON ask for, and
 * tells what it hears. {@code interop/run} names the folder with its packages.
 */
final class NodeProgram implements AutoCloseable {

  /** Names the folder where the npm packages are; without it, these tests do not run. */
  static final String PACKAGES = "clasp.interop.js";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Process process;
  private final Writer input;
  private final Recorder<JsonObject> events = new Recorder<>();
  private int requests;

  private NodeProgram(Process process) {
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "reader of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  static NodeProgram start(String program, String... args) {
    List<String> command = new ArrayList<>();
    command.add("node");
    command.add(root().resolve("interop/js/programs").resolve(program).toString());
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("CLASP_JS_PACKAGES", System.getProperty(PACKAGES));
    try {
      NodeProgram started = new NodeProgram(builder.start());
      started.await("ready", event -> true);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start node", e);
    }
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("interop/js"))) {
      folder = java.util.Objects.requireNonNull(folder.getParent(), "no interop/js above here");
    }
    return folder;
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        events.record(JsonParser.parseString(line).getAsJsonObject());
      }
    } catch (IOException e) {
      // It was ended while it spoke.
    }
    JsonObject ended = new JsonObject();
    ended.addProperty("event", "ended");
    events.record(ended);
  }

  // ---- Asking

  /** Asks for something, and waits until it is done. */
  JsonElement ask(String what, Object... namesAndValues) {
    JsonObject request = new JsonObject();
    int id = ++requests;
    request.addProperty("id", id);
    request.addProperty("do", what);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      request.add((String) namesAndValues[i], json(namesAndValues[i + 1]));
    }
    try {
      input.write(request + "\n");
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("node does not listen", e);
    }
    JsonObject answer =
        await(event -> event.has("id") && event.get("id").getAsInt() == id, "an answer to " + what);
    if (!answer.get("event").getAsString().equals("done")) {
      throw new AssertionError(what + " failed: " + answer.get("error").getAsString());
    }
    return answer.get("result");
  }

  private static JsonElement json(Object value) {
    if (value instanceof JsonElement element) {
      return element;
    } else if (value instanceof Value typed) {
      return Notation.write(typed);
    } else if (value instanceof Number number) {
      return new com.google.gson.JsonPrimitive(number);
    }
    return value instanceof String text
        ? new com.google.gson.JsonPrimitive(text)
        : JsonNull.INSTANCE;
  }

  // ---- Hearing

  List<JsonObject> all(String event) {
    return events.events().stream()
        .filter(one -> one.get("event").getAsString().equals(event))
        .toList();
  }

  JsonObject await(String event, Predicate<JsonObject> wanted) {
    return await(one -> one.get("event").getAsString().equals(event) && wanted.test(one), event);
  }

  /** Waits for a value at an address, and returns what was told of it. */
  JsonObject awaitHeard(String address) {
    return await("heard", heard -> heard.get("address").getAsString().equals(address));
  }

  void awaitHeard(String address, int count) {
    events.awaitThat(
        count + " values at " + address,
        TIMEOUT,
        all ->
            all.stream()
                    .filter(
                        one ->
                            one.get("event").getAsString().equals("heard")
                                && one.get("address").getAsString().equals(address))
                    .count()
                >= count);
  }

  private JsonObject await(Predicate<JsonObject> wanted, String what) {
    JsonObject found =
        events.await(
            JsonObject.class,
            one -> wanted.test(one) || one.get("event").getAsString().equals("ended"),
            TIMEOUT);
    if (!wanted.test(found)) {
      throw new AssertionError("node has ended, and no " + what + " came");
    }
    return found;
  }

  // ---- The end

  /** Ends it as when the power fails. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Lets it say goodbye. */
  @Override
  public void close() {
    try {
      input.close();
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("node does not end");
      }
    } catch (IOException e) {
      // It has ended before.
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
