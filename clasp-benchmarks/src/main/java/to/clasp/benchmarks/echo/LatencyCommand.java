package to.clasp.benchmarks.echo;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import to.clasp.benchmarks.measure.Aim;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.MeasuredBench;
import to.clasp.benchmarks.measure.Report;
import to.clasp.benchmarks.measure.Sample;
import to.clasp.benchmarks.measure.Spread;
import to.clasp.benchmarks.pair.ClaspPair;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.SetMessage;
import to.clasp.core.value.Value;

/** {@code bench latency}. */
@Command(
    name = "latency",
    description =
        "Set a parameter, have the callback of the other client set one back, and wait for the"
            + " callback here, on an idle direct link; against echoes of bare webrtc-java, with"
            + " none, one or two threads between native callback and application.")
public final class LatencyCommand extends BenchCommand {

  private static final double AIM_P50 = 1.15;
  private static final double AIM_P99 = 1.5;
  private static final double MICROS = 1e-3;
  private static final int TRIPS_PER_TURN = 200;
  private static final int WARM_UP_TURNS = 20;

  /**
   * At the beginning of a turn other threads than before need the processors. Until the scheduler
   * has found them their places round trips take up to a quarter longer, whoever's turn it is.
   */
  private static final int TRIPS_TO_SETTLE = 500;

  @Option(
      names = "--turns",
      defaultValue = "100",
      description =
          "How often each takes its turn of 200 round trips that count, 1 to 10000. Default:"
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
        Echo raw = new RawEcho(frameBytes, 1, 0);
        Echo inline = new RawEcho(frameBytes, 0, 0);
        Echo handOver = new RawEcho(frameBytes, 1, 1);
        Echo handOvers = new RawEcho(frameBytes, 2, 2)) {
      List<Echo> echoes = List.of(clasp, raw, inline, handOver, handOvers);
      take(echoes, WARM_UP_TURNS);
      List<Spread> micros = take(echoes, turns);
      Report report = report(micros);
      long unexpected = echoes.stream().mapToLong(echo -> echo.returns().unexpected()).sum();
      return unexpected == 0
          ? report
          : report.failure(unexpected + " echoes were repeated or out of order");
    }
  }

  private static Report report(List<Spread> micros) {
    Spread ours = micros.get(0);
    Spread theirs = micros.get(1);
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
            .figure("ratioP99", "ratio of p99", "", ours.p99() / theirs.p99(), Aim.atMost(AIM_P99));
    // What the aims leave out: callbacks of an application may not run on a native thread.
    bound(report, "inline", "webrtc-java, answered in the callback", ours, micros.get(2));
    bound(report, "handOver", "webrtc-java, one thread at each end", ours, micros.get(3));
    bound(report, "twoHandOvers", "webrtc-java, two threads at each end", ours, micros.get(4));
    return report;
  }

  private static void bound(Report report, String key, String label, Spread ours, Spread bound) {
    String upper = Character.toUpperCase(key.charAt(0)) + key.substring(1);
    report
        .figure(key + "Micros", label, "µs", bound)
        .figure(key + "P99Micros", label + ", p99", "µs", bound.p99())
        .figure("ratioTo" + upper + "P50", "ratio to it", "", ours.median() / bound.median())
        .figure("ratioTo" + upper + "P99", "ratio to it, p99", "", ours.p99() / bound.p99());
  }

  /** Has each take its turns; returns what they took, in microseconds. */
  private static List<Spread> take(List<Echo> echoes, int turns) throws InterruptedException {
    List<Sample> samples = echoes.stream().map(echo -> new Sample(turns * TRIPS_PER_TURN)).toList();
    for (int turn = 0; turn < turns; turn++) {
      for (int i = 0; i < echoes.size(); i++) {
        // Whoever follows another one is not always the same.
        int next = turn % 2 == 0 ? i : echoes.size() - 1 - i;
        echoes.get(next).measure(TRIPS_TO_SETTLE, new Sample(TRIPS_TO_SETTLE));
        echoes.get(next).measure(TRIPS_PER_TURN, samples.get(next));
      }
    }
    return samples.stream().map(sample -> sample.spread().times(MICROS)).toList();
  }
}
