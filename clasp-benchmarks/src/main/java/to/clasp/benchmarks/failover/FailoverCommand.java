package to.clasp.benchmarks.failover;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import to.clasp.benchmarks.paths.Kill;

/** {@code bench failover}. */
@Command(
    name = "failover",
    mixinStandardHelpOptions = true,
    description = {
      "Kill the direct path between two peers again and again, while numbered values travel in both"
          + " directions; count what is lost, repeated or out of order, and how long delivery"
          + " pauses.",
      "Exit code 0 only if nothing was lost, repeated or reordered."
    })
public final class FailoverCommand implements Callable<Integer> {

  private static final int MAX_KILLS = 100_000;
  private static final int MAX_RATE = 100_000;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--kill",
      defaultValue = "mixed",
      description = "How the path dies: close, ice, blackhole or mixed. Default: ${DEFAULT-VALUE}.")
  private String kill = "mixed";

  @Option(
      names = "--kills",
      defaultValue = "20",
      description = "How often, 0 to 100000. Default: ${DEFAULT-VALUE}.")
  private int kills;

  @Option(
      names = "--rate",
      defaultValue = "5000",
      description = "Values per second in each direction, 1 to 100000. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--calm",
      defaultValue = "0",
      description =
          "Then leave the path alone for so many seconds, with 1 %% loss and a round trip of 30 ms,"
              + " and count how often it is left all the same. Default: ${DEFAULT-VALUE}.")
  private int calmSeconds;

  @Option(names = "--seed", description = "Repeat what was left to chance in a run.")
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
  public FailoverCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec known = java.util.Objects.requireNonNull(spec);
    if (kills < 0 || kills > MAX_KILLS || rate < 1 || rate > MAX_RATE || calmSeconds < 0) {
      throw new ParameterException(
          known.commandLine(), "--kills must be 0 to 100000, --rate 1 to 100000, --calm 0 or more");
    }
    FailoverReport report =
        Failover.run(
            new Failover.Plan(
                chosen(known),
                kills,
                rate,
                Duration.ofSeconds(calmSeconds),
                routerProgram,
                seed == null ? ThreadLocalRandom.current().nextLong() : seed));
    PrintWriter out = known.commandLine().getOut();
    out.println(json ? report.toJson() : report.toText());
    out.flush();
    return report.isOk() ? 0 : 1;
  }

  private @Nullable Kill chosen(CommandSpec known) {
    return switch (kill) {
      case "close" -> Kill.CLOSE;
      case "ice" -> Kill.ICE;
      case "blackhole" -> Kill.BLACKHOLE;
      case "mixed" -> null;
      default ->
          throw new ParameterException(
              known.commandLine(), "--kill must be close, ice, blackhole or mixed, not " + kill);
    };
  }
}
