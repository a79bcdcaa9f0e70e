package to.clasp.benchmarks.soak;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code soak}. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    description = {
      "Have two peers exchange numbered values for a long time, while their path is killed, their"
          + " router restarted, their links are renewed and their callbacks are slow.",
      "Exit code 0 only if every value arrived once and in order, and neither memory nor threads"
          + " have grown: after a warm-up, resident memory by at most 32 MiB, the heap in use by at"
          + " most 8 MiB, threads by at most 4."
    })
public final class SoakCommand implements Callable<Integer> {

  private static final Duration SHORTEST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final int MAX_RATE = 100_000;
  private static final int MAX_EVERY = 3_600;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = TimeText.class,
      description = "How long, as in 90s, 10m or 1h; 10 s to 7 days. Default: ${DEFAULT-VALUE}.")
  private Duration duration = SHORTEST;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Values per second in each direction, 1 to 100000. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description =
          "The mean time between two disturbances, 1 to 3600 seconds. Default: ${DEFAULT-VALUE}.")
  private int everySeconds;

  @Option(
      names = "--renew-after",
      paramLabel = "N",
      defaultValue = "20000",
      description =
          "Renew links after so many received messages, so that native factories turn over; 0 for"
              + " never. Default: ${DEFAULT-VALUE}.")
  private int renewAfter;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Repeat what was left to chance in a run.")
  private @Nullable Long seed;

  @Option(
      names = "--router-program",
      paramLabel = "FILE",
      description =
          "A program that starts a router, as that of interop/rust does, instead of the embedded"
              + " one.")
  private @Nullable Path routerProgram;

  @Option(names = "--json", description = "One JSON object on the last line.")
  private boolean json;

  /** Made by the command line. */
  public SoakCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec known = Objects.requireNonNull(spec);
    demand(
        duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0,
        "--duration must be 10s to 168h");
    demand(rate >= 1 && rate <= MAX_RATE, "--rate must be 1 to 100000");
    demand(everySeconds >= 1 && everySeconds <= MAX_EVERY, "--every must be 1 to 3600");
    demand(renewAfter >= 0, "--renew-after must be 0 or more");
    SoakReport report =
        Soak.run(
            new Soak.Plan(
                duration,
                rate,
                Duration.ofSeconds(everySeconds),
                renewAfter,
                routerProgram,
                seed == null ? ThreadLocalRandom.current().nextLong() : seed));
    PrintWriter out = known.commandLine().getOut();
    out.println(json ? report.toJson() : report.toText());
    out.flush();
    return report.isOk() ? 0 : 1;
  }

  private void demand(boolean condition, String what) {
    if (!condition) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(), what);
    }
  }
}
