package to.clasp.benchmarks.route;

import picocli.CommandLine.Command;
import to.clasp.benchmarks.jmh.JmhRun;
import to.clasp.benchmarks.measure.Aim;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.MeasuredBench;
import to.clasp.benchmarks.measure.Report;

/** {@code bench route}. */
@Command(
    name = "route",
    description = "Decide which way a frame takes, by its address. Takes half a minute.")
public final class RouteCommand extends BenchCommand {

  private static final Aim AIM = Aim.atMost(50);

  /** Made by the command line. */
  public RouteCommand() {}

  @Override
  protected MeasuredBench bench() {
    return RouteCommand::measure;
  }

  private static Report measure() throws Exception {
    JmhRun run = JmhRun.of(RouteBenchmark.class, "peer", "router", "received");
    return new Report("route")
        .figure("peerNanos", "to a peer", "ns", run.score("peer").figure(), AIM)
        .figure("routerNanos", "to the router", "ns", run.score("router").figure(), AIM)
        .figure("receivedNanos", "from bytes", "ns", run.score("received").figure(), AIM)
        .figure("peerBytes", "to a peer allocates", "bytes", run.score("peer").bytes())
        .figure("routerBytes", "to the router allocates", "bytes", run.score("router").bytes());
  }
}
