package to.clasp.benchmarks.flow;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import to.clasp.benchmarks.measure.Aim;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.Interleaved;
import to.clasp.benchmarks.measure.MeasuredBench;
import to.clasp.benchmarks.measure.Report;
import to.clasp.benchmarks.pair.ClaspPair;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.SetMessage;
import to.clasp.core.value.Value;

/** {@code bench throughput}. */
@Command(
    name = "throughput",
    description =
        "Set a parameter as often as it goes, from one client to the callback of another over a"
            + " direct link; against webrtc-java with one send for each frame.")
public final class ThroughputCommand extends BenchCommand {

  private static final double AIM_PER_SECOND = 500_000;
  private static final double AIM_RATIO = 10;
  private static final int WARM_UPS = 3;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Rounds that count, 1 to 100. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--millis",
      defaultValue = "2000",
      description = "How long each side sends in a round, 100 to 60000. Default: ${DEFAULT-VALUE}.")
  private int millis;

  /** Made by the command line. */
  public ThroughputCommand() {}

  @Override
  protected MeasuredBench bench() {
    require(
        rounds >= 1 && rounds <= 100 && millis >= 100 && millis <= 60_000,
        "--rounds must be 1 to 100, --millis 100 to 60000");
    return this::measure;
  }

  private Report measure() throws Exception {
    int frameBytes = Frame.of(SetMessage.of(ClaspNumbers.ADDRESS, Value.of(0.5))).size();
    FlowBench bench = new FlowBench(WARM_UPS, rounds, Duration.ofMillis(millis));
    try (Numbers clasp = new ClaspNumbers(ClaspPair.open(), new Codings.Doubles());
        Numbers raw = new RawNumbers(frameBytes)) {
      Interleaved.Outcome outcome = bench.run(clasp, raw);
      return bench.check(
          new Report("throughput")
              .figure(
                  "claspPerSecond",
                  "our client",
                  "messages/s",
                  outcome.of(FlowBench.CLASP),
                  Aim.atLeast(AIM_PER_SECOND))
              .figure("rawPerSecond", "webrtc-java", "messages/s", outcome.of(FlowBench.RAW))
              .figure(
                  "ratio",
                  "ratio",
                  "",
                  outcome.ratio(FlowBench.CLASP, FlowBench.RAW),
                  Aim.atLeast(AIM_RATIO))
              .figure("frameBytes", "frame", "bytes", frameBytes)
              .figure(
                  "allocatedBytes",
                  "allocated for each, both sides",
                  "bytes",
                  bench.bytesPerMessage()));
    }
  }
}
