package to.clasp.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import to.clasp.benchmarks.measure.BenchCommand;

/** {@code bench all}: every measured benchmark, each in a JVM of its own that nothing else used. */
@Command(
    name = "all",
    mixinStandardHelpOptions = true,
    description =
        "Run all measured benchmarks with their defaults, one after the other, each in a process of"
            + " its own. Takes some minutes.")
final class AllCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--json",
      description =
          "A JSON object for each benchmark, and one on the last line, with each of them by name.")
  private boolean json;

  private PrintWriter out() {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> failed = new ArrayList<>();
    JsonArray missed = new JsonArray();
    JsonObject all = new JsonObject();
    all.addProperty("bench", "all");
    for (String name : names()) {
      Process process = start(name);
      if (json) {
        JsonObject report = lastObject(process);
        if (report != null) {
          report
              .getAsJsonArray("missed")
              .forEach(key -> missed.add(name + "." + key.getAsString()));
          all.add(name, report);
          // What has been measured is not lost with a run that does not come to its end.
          out().println(report);
          out().flush();
        }
      }
      if (process.waitFor() != 0) {
        failed.add(name);
      }
    }
    if (json) {
      JsonArray failures = new JsonArray();
      failed.forEach(failures::add);
      all.add("missed", missed);
      all.add("failed", failures);
      all.addProperty("ok", failed.isEmpty() && missed.isEmpty());
      out().println(all);
    } else if (!failed.isEmpty()) {
      out().println("failed: " + String.join(", ", failed));
    }
    out().flush();
    return failed.isEmpty() ? 0 : 1;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    CommandLine parent = Objects.requireNonNull(spec).commandLine().getParent();
    parent
        .getSubcommands()
        .forEach(
            (name, command) -> {
              if (command.getCommand() instanceof BenchCommand) {
                names.add(name);
              }
            });
    return names;
  }

  private Process start(String name) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Bench.class.getName(), name));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    if (json) {
      command.add("--json");
    } else {
      builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
    }
    return builder.start();
  }

  /** Null when the benchmark has failed before it could report. */
  private static @Nullable JsonObject lastObject(Process process) throws IOException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
    if (lines.isEmpty()) {
      return null;
    }
    try {
      JsonElement last = JsonParser.parseString(lines.get(lines.size() - 1));
      return last.isJsonObject() ? last.getAsJsonObject() : null;
    } catch (JsonSyntaxException e) {
      System.err.println("no JSON at the end: " + e.getMessage());
      return null;
    }
  }
}
