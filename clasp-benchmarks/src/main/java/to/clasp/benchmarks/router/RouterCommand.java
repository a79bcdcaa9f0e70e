package to.clasp.benchmarks.router;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.MeasuredBench;

/** {@code bench router}. */
@Command(
    name = "router",
    description =
        "Values that one client sets and another one hears, through the embedded router, against"
            + " the same bytes by a plain WebSocket through a plain echo server.")
public final class RouterCommand extends BenchCommand {

  @Option(
      names = "--rounds",
      defaultValue = "15",
      description = "How many rounds count, 3 to 1000. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--messages",
      defaultValue = "20000",
      description = "Messages in each round, 100 to 10000000. Default: ${DEFAULT-VALUE}.")
  private int messages;

  /** Made by the command line. */
  public RouterCommand() {}

  @Override
  protected MeasuredBench bench() {
    require(rounds >= 3 && rounds <= 1_000, "--rounds must be 3 to 1000");
    require(messages >= 100 && messages <= 10_000_000, "--messages must be 100 to 10000000");
    return new RouterBench(rounds, messages);
  }
}
