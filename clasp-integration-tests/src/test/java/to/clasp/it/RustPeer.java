package to.clasp.it;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import to.clasp.testkit.record.Recorder;

/**
 * CLASP's Rust client with direct links, in a process of its own: the program {@code peer} of
 * {@code interop/rust}, which the system property {@value #PROGRAM} names.
 */
final class RustPeer implements AutoCloseable {

  static final String PROGRAM = "clasp.peer.program";

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Recorder<JsonObject> events = new Recorder<>();
  private final Process process;
  private final BufferedWriter commands;
  private int commandId;

  RustPeer(URI router, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty(PROGRAM));
    command.addAll(List.of("--url", router.toString()));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putIfAbsent("RUST_LOG", "error");
    process = builder.start();
    commands = process.outputWriter();
    Thread reader = new Thread(this::read, "output of a Rust peer");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader output = process.inputReader()) {
      output.lines().forEach(line -> events.record(JsonParser.parseString(line).getAsJsonObject()));
    } catch (IOException | UncheckedIOException e) {
      // It was closed while we read; whoever waits for more will say so.
      events.record(event("gone"));
    }
  }

  private static JsonObject event(String name) {
    JsonObject event = new JsonObject();
    event.addProperty("event", name);
    return event;
  }

  /** The session that the router gave it. */
  String session() {
    return await("session").get("session").getAsString();
  }

  /** A command without its name. */
  static JsonObject with(String key, Object value) {
    return and(new JsonObject(), key, value);
  }

  static JsonObject and(JsonObject command, String key, Object value) {
    if (value instanceof JsonElement element) {
      command.add(key, element);
    } else if (value instanceof Number number) {
      command.addProperty(key, number);
    } else if (value instanceof Boolean truth) {
      command.addProperty(key, truth);
    } else {
      command.addProperty(key, value.toString());
    }
    return command;
  }

  /** Gives a command and waits until it is done. Returns its result, or fails with its error. */
  synchronized JsonElement command(String name, JsonObject command) {
    JsonObject done = attempt(name, command);
    if (done.has("error")) {
      throw new AssertionError(command + ": " + done.get("error").getAsString());
    }
    return done.get("result");
  }

  /** Gives a command and waits until it is done, well or not. */
  synchronized JsonObject attempt(String name, JsonObject command) {
    int id = ++commandId;
    command.addProperty("do", name);
    command.addProperty("id", id);
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the Rust peer is gone", e);
    }
    return await("done", event -> event.get("id").getAsInt() == id);
  }

  void connect(String session) {
    command("connect", with("peer", session));
  }

  /** Sends a CLASP frame on one of the channels; returns what the client says of it. */
  String send(String session, boolean reliable, String kind, String address, Object value) {
    JsonObject frame = and(and(with("kind", kind), "address", address), "value", value);
    return command("send", and(and(with("peer", session), "reliable", reliable), "frame", frame))
        .getAsString();
  }

  JsonObject await(String name) {
    return await(name, event -> true);
  }

  JsonObject await(String name, Predicate<JsonObject> condition) {
    return events.await(
        JsonObject.class,
        event -> event.get("event").getAsString().equals(name) && condition.test(event),
        TIMEOUT);
  }

  /** Whether something is told within a time. */
  boolean happens(String name, Duration within) {
    try {
      var unused =
          events.await(
              JsonObject.class, event -> event.get("event").getAsString().equals(name), within);
      return true;
    } catch (AssertionError late) {
      return false;
    }
  }

  /** Forgets what it has told of a kind, so that {@link #await} waits for the next one. */
  void forget(String name) {
    List<JsonObject> kept =
        events.events().stream()
            .filter(event -> !event.get("event").getAsString().equals(name))
            .toList();
    events.clear();
    kept.forEach(events::record);
  }

  List<JsonObject> events(String name) {
    return events.events().stream()
        .filter(event -> event.get("event").getAsString().equals(name))
        .toList();
  }

  /** Waits for a frame that came on a data channel. */
  JsonObject awaitFrame(String address) {
    return await(
        "data",
        event ->
            event.get("frame").isJsonObject()
                && event.getAsJsonObject("frame").has("address")
                && event.getAsJsonObject("frame").get("address").getAsString().equals(address));
  }

  /** Ends it as a crash does. */
  void kill() {
    process.destroyForcibly().onExit().orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    kill();
  }
}
