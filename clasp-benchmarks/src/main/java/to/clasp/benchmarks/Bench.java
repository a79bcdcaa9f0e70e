package to.clasp.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import to.clasp.benchmarks.client.ClientCommand;
import to.clasp.benchmarks.codec.CodecCommand;
import to.clasp.benchmarks.echo.LatencyCommand;
import to.clasp.benchmarks.echo.LoadCommand;
import to.clasp.benchmarks.exchange.ExchangeCommand;
import to.clasp.benchmarks.failover.FailoverCommand;
import to.clasp.benchmarks.flow.BulkCommand;
import to.clasp.benchmarks.flow.ThroughputCommand;
import to.clasp.benchmarks.match.MatchCommand;
import to.clasp.benchmarks.peers.MeshCommand;
import to.clasp.benchmarks.peers.SetupCommand;
import to.clasp.benchmarks.route.RouteCommand;
import to.clasp.benchmarks.router.RouterCommand;
import to.clasp.benchmarks.soak.SoakCommand;

/** The benchmarks, by name. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      ThroughputCommand.class,
      LatencyCommand.class,
      BulkCommand.class,
      LoadCommand.class,
      RouteCommand.class,
      CodecCommand.class,
      MatchCommand.class,
      ClientCommand.class,
      RouterCommand.class,
      SetupCommand.class,
      MeshCommand.class,
      AllCommand.class,
      ExchangeCommand.class,
      FailoverCommand.class,
      SoakCommand.class
    },
    description = {
      "Measure. Everything runs on this machine and on its loopback interface only, and all but"
          + " exchange and all in this process."
    })
public final class Bench {

  private Bench() {}

  /**
   * Runs a benchmark and ends the JVM with its exit code.
   *
   * @param args name, options
   */
  public static void main(String[] args) {
    int code = new CommandLine(new Bench()).execute(args);
    System.out.flush();
    // What follows would be the native library's: it writes to standard output when the JVM ends,
    // after the line that programs take for the last one.
    Runtime.getRuntime().addShutdownHook(new Thread(System.out::close, "bench-shutdown"));
    System.exit(code);
  }
}
