package to.clasp.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import to.clasp.benchmarks.client.ClientCommand;
import to.clasp.benchmarks.codec.CodecCommand;
import to.clasp.benchmarks.exchange.ExchangeCommand;
import to.clasp.benchmarks.failover.FailoverCommand;
import to.clasp.benchmarks.match.MatchCommand;
import to.clasp.benchmarks.route.RouteCommand;
import to.clasp.benchmarks.router.RouterCommand;
import to.clasp.benchmarks.soak.SoakCommand;

/** The benchmarks, by name. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      ClientCommand.class,
      CodecCommand.class,
      ExchangeCommand.class,
      FailoverCommand.class,
      MatchCommand.class,
      RouteCommand.class,
      RouterCommand.class,
      SoakCommand.class
    },
    description = "Measure. All but exchange runs in this process, on the loopback interface only.")
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
