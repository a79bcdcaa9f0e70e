package to.clasp.benchmarks.echo;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import to.clasp.benchmarks.flow.SteadyFlow;
import to.clasp.benchmarks.measure.Aim;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.MeasuredBench;
import to.clasp.benchmarks.measure.Report;
import to.clasp.benchmarks.measure.Sample;
import to.clasp.benchmarks.measure.Spread;
import to.clasp.benchmarks.pair.ClaspPair;

/** {@code bench load}. */
@Command(
    name = "load",
    description =
        "Find out how much the direct link between two clients carries, then send half of that, and"
            + " measure the round trips of single values that travel with it.")
public final class LoadCommand extends BenchCommand {

  private static final double AIM_P99_MILLIS = 10;
  private static final double MILLIS = 1e-6;
  private static final Duration WARM_UP = Duration.ofSeconds(6);
  private static final Duration FULL = Duration.ofSeconds(3);

  /** So that the probe is a small part of the load. */
  private static final long PAUSE_NANOS = 1_000_000;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "How long to measure, 1 to 600. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  /** Made by the command line. */
  public LoadCommand() {}

  @Override
  protected MeasuredBench bench() {
    require(seconds >= 1 && seconds <= 600, "--seconds must be 1 to 600");
    return this::measure;
  }

  private Report measure() throws Exception {
    try (ClaspPair pair = ClaspPair.open();
        Echo probe = new ClaspEcho(pair)) {
      SteadyFlow flow = new SteadyFlow(pair);
      long unexpected = flow.full(WARM_UP).unexpected();
      SteadyFlow.Result full = flow.full(FULL);
      double half = full.perSecond() / 2;
      Sample trips = new Sample(seconds * 1_000);
      SteadyFlow.Result load =
          flow.at(half, Duration.ofSeconds(seconds), () -> probe(probe, trips));
      unexpected += full.unexpected() + load.unexpected() + probe.returns().unexpected();
      Spread millis = trips.spread().times(MILLIS);
      Report report =
          new Report("load")
              .figure("fullPerSecond", "the most", "messages/s", full.perSecond())
              .figure("loadPerSecond", "the load", "messages/s", load.perSecond())
              .figure("p50Millis", "round trip under load, p50", "ms", millis.median())
              .figure(
                  "p99Millis",
                  "round trip under load, p99",
                  "ms",
                  millis.p99(),
                  Aim.atMost(AIM_P99_MILLIS))
              .figure("maxMillis", "round trip under load, longest", "ms", millis.max())
              .figure("probes", "round trips", "", millis.count());
      return unexpected == 0 ? report : report.failure("messages were repeated or out of order");
    }
  }

  private static void probe(Echo probe, Sample trips) throws InterruptedException {
    LockSupport.parkNanos(PAUSE_NANOS);
    probe.measure(1, trips);
  }
}
