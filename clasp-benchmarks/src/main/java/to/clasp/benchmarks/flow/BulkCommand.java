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

/** {@code bench bulk}. */
@Command(
    name = "bulk",
    description =
        "Set a parameter to 60 KiB of bytes as often as it goes, from one client to the callback of"
            + " another over a direct link; against webrtc-java with messages of the same size.")
public final class BulkCommand extends BenchCommand {

  private static final double AIM_RATIO = 0.9;
  private static final int VALUE_BYTES = 60 * 1024;
  private static final int WARM_UPS = 3;
  private static final double MEGA = 1e6;

  @Option(
      names = "--rounds",
      defaultValue = "7",
      description = "Rounds that count, 1 to 100. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--millis",
      defaultValue = "2000",
      description = "How long each side sends in a round, 100 to 60000. Default: ${DEFAULT-VALUE}.")
  private int millis;

  /** Made by the command line. */
  public BulkCommand() {}

  @Override
  protected MeasuredBench bench() {
    require(
        rounds >= 1 && rounds <= 100 && millis >= 100 && millis <= 60_000,
        "--rounds must be 1 to 100, --millis 100 to 60000");
    return this::measure;
  }

  private Report measure() throws Exception {
    Value value = Value.of(new byte[VALUE_BYTES]);
    int frameBytes = Frame.of(SetMessage.of(ClaspNumbers.ADDRESS, value)).size();
    FlowBench bench = new FlowBench(WARM_UPS, rounds, Duration.ofMillis(millis));
    try (Numbers clasp = new ClaspNumbers(ClaspPair.open(), new Codings.Bytes(VALUE_BYTES));
        Numbers raw = new RawNumbers(frameBytes)) {
      Interleaved.Outcome outcome = bench.run(clasp, raw);
      double megabytes = VALUE_BYTES / MEGA;
      return bench.check(
          new Report("bulk")
              .figure(
                  "claspMegabytes",
                  "our client",
                  "MB/s",
                  outcome.of(FlowBench.CLASP).times(megabytes))
              .figure(
                  "rawMegabytes", "webrtc-java", "MB/s", outcome.of(FlowBench.RAW).times(megabytes))
              .figure(
                  "ratio",
                  "ratio",
                  "",
                  outcome.ratio(FlowBench.CLASP, FlowBench.RAW),
                  Aim.atLeast(AIM_RATIO)));
    }
  }
}
