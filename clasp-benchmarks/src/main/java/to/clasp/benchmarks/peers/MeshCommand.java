package to.clasp.benchmarks.peers;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.MeasuredBench;

/** {@code bench mesh}. */
@Command(
    name = "mesh",
    description =
        "Link many clients in this JVM, each with each, and tell what that costs: time, and while"
            + " all are idle, CPU, threads and memory.")
public final class MeshCommand extends BenchCommand {

  @Option(
      names = "--peers",
      defaultValue = "50",
      description = "How many clients, 2 to 200. Default: ${DEFAULT-VALUE}.")
  private int peers;

  @Option(
      names = "--idle",
      defaultValue = "10",
      description =
          "How long to look at idle links, in seconds, 1 to 600. Default:" + " ${DEFAULT-VALUE}.")
  private int idleSeconds;

  /** Made by the command line. */
  public MeshCommand() {}

  @Override
  protected MeasuredBench bench() {
    require(
        peers >= 2 && peers <= 200 && idleSeconds >= 1 && idleSeconds <= 600,
        "--peers must be 2 to 200, --idle 1 to 600");
    return () -> Mesh.measure(peers, idleSeconds);
  }
}
