package to.clasp.benchmarks.echo;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import to.clasp.benchmarks.measure.Aim;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.MeasuredBench;
import to.clasp.benchmarks.measure.Report;
import to.clasp.benchmarks.measure.Sample;
import to.clasp.benchmarks.measure.Spread;
import to.clasp.benchmarks.pair.ClaspPair;
import to.clasp.benchmarks.pair.RawPair;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.SetMessage;
import to.clasp.core.value.Value;

/** {@code bench latency}. */
@Command(
    name = "latency",
    description =
        "Set a parameter, have the callback of the other client set one back, and wait for the"
            + " callback here, on an idle direct link; against an echo of bare webrtc-java.")
public final class LatencyCommand extends BenchCommand {

  private static final double AIM_P50 = 1.15;
  private static final double AIM_P99 = 1.5;
  private static final double MICROS = 1e-3;
  private static final int TRIPS_PER_TURN = 200;
  private static final int WARM_UP_TURNS = 50;

  @Option(
      names = "--turns",
      defaultValue = "100",
      description =
          "How often either takes its turn of 200 round trips, 1 to 10000. Default:"
              + " ${DEFAULT-VALUE}.")
  private int turns;

  /** Made by the command line. */
  public LatencyCommand() {}

  @Override
  protected MeasuredBench bench() {
    require(turns >= 1 && turns <= 10_000, "--turns must be 1 to 10000");
    return this::measure;
  }

  private Report measure() throws Exception {
    int frameBytes = Frame.of(SetMessage.of(ClaspEcho.THERE, Value.of(0.5))).size();
    try (ClaspPair pair = ClaspPair.open();
        Echo clasp = new ClaspEcho(pair);
        Echo raw = new RawEcho(RawPair.open(), frameBytes)) {
      take(clasp, raw, WARM_UP_TURNS);
      Sample[] samples = take(clasp, raw, turns);
      Spread ours = samples[0].spread().times(MICROS);
      Spread theirs = samples[1].spread().times(MICROS);
      Report report =
          new Report("latency")
              .figure("claspMicros", "our client", "µs", ours)
              .figure("claspP99Micros", "our client, p99", "µs", ours.p99())
              .figure("rawMicros", "webrtc-java", "µs", theirs)
              .figure("rawP99Micros", "webrtc-java, p99", "µs", theirs.p99())
              .figure(
                  "ratioP50",
                  "ratio of medians",
                  "",
                  ours.median() / theirs.median(),
                  Aim.atMost(AIM_P50))
              .figure(
                  "ratioP99", "ratio of p99", "", ours.p99() / theirs.p99(), Aim.atMost(AIM_P99));
      long unexpected = clasp.returns().unexpected();
      return unexpected == 0
          ? report
          : report.failure(unexpected + " echoes were repeated or out of order");
    }
  }

  private static Sample[] take(Echo clasp, Echo raw, int turns) throws InterruptedException {
    Sample ours = new Sample(turns * TRIPS_PER_TURN);
    Sample theirs = new Sample(turns * TRIPS_PER_TURN);
    for (int i = 0; i < turns; i++) {
      clasp.measure(TRIPS_PER_TURN, ours);
      raw.measure(TRIPS_PER_TURN, theirs);
    }
    return new Sample[] {ours, theirs};
  }
}
