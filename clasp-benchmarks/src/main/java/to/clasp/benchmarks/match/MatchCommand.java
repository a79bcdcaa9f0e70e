package to.clasp.benchmarks.match;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import to.clasp.benchmarks.jmh.JmhRun;
import to.clasp.benchmarks.measure.Aim;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.MeasuredBench;
import to.clasp.benchmarks.measure.Report;
import to.clasp.benchmarks.measure.Spread;

/** {@code bench match}. */
@Command(
    name = "match",
    description =
        "Find the subscriptions for a received frame and call them, with 10, 1 000 and 10 000"
            + " subscriptions. Takes two minutes.")
public final class MatchCommand extends BenchCommand {

  /** Flat, but for what one run differs from another. */
  private static final Aim FLAT = Aim.atMost(1.25);

  private static final int ROUNDS = 3;
  private static final List<String> COUNTS = List.of("10", "1000", "10000");

  /** Made by the command line. */
  public MatchCommand() {}

  @Override
  protected MeasuredBench bench() {
    return MatchCommand::measure;
  }

  private static Report measure() throws Exception {
    List<JmhRun> dispatch = new ArrayList<>();
    List<JmhRun> index = new ArrayList<>();
    // In turns: the machine may be slower for a while.
    for (int i = 0; i < ROUNDS; i++) {
      dispatch.add(JmhRun.of(MatchBenchmark.class, "dispatch"));
      index.add(JmhRun.of(IndexBenchmark.class, "find"));
    }
    Report report = new Report("match");
    for (String count : COUNTS) {
      report.figure(
          "dispatch" + count + "Nanos",
          "frame to callback, of " + count,
          "ns",
          medians(dispatch, run -> run.score("dispatch/" + count).figure().median()));
    }
    for (String count : COUNTS) {
      report.figure(
          "find" + count + "Nanos",
          "index alone, of " + count,
          "ns",
          medians(index, run -> run.score("find/" + count).figure().median()));
    }
    Spread ratio =
        medians(
            dispatch,
            run ->
                run.score("dispatch/10000").figure().median()
                    / run.score("dispatch/10").figure().median());
    return report.figure("ratio", "10 000 to 10", "", ratio, FLAT);
  }

  private static Spread medians(List<JmhRun> rounds, ToDoubleFunction<JmhRun> median) {
    return Spread.of(rounds.stream().mapToDouble(median).toArray());
  }
}
