package to.clasp.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import to.clasp.testkit.record.Recorder;

/** Runs a command in this JVM, as {@code Main} does, and keeps what it prints. */
final class Cli implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Recorder<String> out = new Recorder<>();
  private final Recorder<String> err = new Recorder<>();
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
  private final Thread thread;

  private Cli(String... args) {
    thread =
        new Thread(
            () -> {
              try {
                exitCode.complete(ClaspCommand.commandLine(lines(out), lines(err)).execute(args));
              } catch (RuntimeException | Error e) {
                exitCode.completeExceptionally(e);
              }
            },
            "cli " + String.join(" ", args));
  }

  private static PrintWriter lines(Recorder<String> recorder) {
    return new PrintWriter(new LineWriter(recorder));
  }

  /** Starts a command that runs for long. */
  static Cli start(String... args) {
    Cli cli = new Cli(args);
    cli.thread.start();
    return cli;
  }

  /** Runs a command to its end. */
  static Cli run(String... args) {
    Cli cli = start(args);
    cli.exitCode();
    return cli;
  }

  int exitCode() {
    return exitCode.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** Ends the command as Ctrl-C does; returns its exit code. */
  int interrupt() {
    thread.interrupt();
    return exitCode();
  }

  List<String> out() {
    return out.events();
  }

  List<String> err() {
    return err.events();
  }

  void awaitLine(String line) {
    out.awaitThat(line, TIMEOUT, all -> all.contains(line));
  }

  /** Waits for the first JSON object with such an entry. */
  JsonObject awaitObject(String key, String value) {
    return json(
        out.await(
            String.class,
            line -> {
              JsonObject object = json(line);
              return object.has(key)
                  && object.get(key).isJsonPrimitive()
                  && object.get(key).getAsString().equals(value);
            },
            TIMEOUT));
  }

  JsonObject lastObject() {
    List<String> lines = out();
    return json(lines.get(lines.size() - 1));
  }

  static JsonObject json(String line) {
    return JsonParser.parseString(line).getAsJsonObject();
  }

  @Override
  public void close() {
    interrupt();
  }

  /** Records whole lines. Confined by the lock of its PrintWriter. */
  private static final class LineWriter extends Writer {
    private final Recorder<String> recorder;
    private final StringBuilder line = new StringBuilder();

    LineWriter(Recorder<String> recorder) {
      this.recorder = recorder;
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        if (buffer[i] == '\n') {
          recorder.record(line.toString());
          line.setLength(0);
        } else if (buffer[i] != '\r') {
          line.append(buffer[i]);
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
