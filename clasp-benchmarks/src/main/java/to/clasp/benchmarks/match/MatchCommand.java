package to.clasp.benchmarks.match;

import picocli.CommandLine.Command;
import to.clasp.benchmarks.jmh.JmhRun;
import to.clasp.benchmarks.measure.Aim;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.MeasuredBench;
import to.clasp.benchmarks.measure.Report;

/** {@code bench match}. */
@Command(
    name = "match",
    description =
        "Find the subscriptions for a received frame and call them, with 10, 1 000 and 10 000"
            + " subscriptions. Takes about a minute.")
public final class MatchCommand extends BenchCommand {

  /** Flat, but for what one run differs from another. */
  private static final Aim FLAT = Aim.atMost(1.25);

  /** Made by the command line. */
  public MatchCommand() {}

  @Override
  protected MeasuredBench bench() {
    return MatchCommand::measure;
  }

  private static Report measure() throws Exception {
    JmhRun dispatch = JmhRun.of(MatchBenchmark.class, "dispatch");
    JmhRun index = JmhRun.of(IndexBenchmark.class, "find");
    Report report = new Report("match");
    for (String count : new String[] {"10", "1000", "10000"}) {
      report.figure(
          "dispatch" + count + "Nanos",
          "frame to callback, of " + count,
          "ns",
          dispatch.score("dispatch/" + count).figure());
    }
    for (String count : new String[] {"10", "1000", "10000"}) {
      report.figure(
          "find" + count + "Nanos",
          "index alone, of " + count,
          "ns",
          index.score("find/" + count).figure());
    }
    double few = dispatch.score("dispatch/10").figure().median();
    double many = dispatch.score("dispatch/10000").figure().median();
    return report.figure("ratio", "10 000 to 10", "", many / few, FLAT);
  }
}
