package to.clasp.benchmarks.codec;

import picocli.CommandLine.Command;
import to.clasp.benchmarks.jmh.JmhRun;
import to.clasp.benchmarks.measure.Aim;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.MeasuredBench;
import to.clasp.benchmarks.measure.Report;

/** {@code bench codec}. */
@Command(
    name = "codec",
    description =
        "Encode and decode SET and PUBLISH of a number, on one core. Takes half a minute.")
public final class CodecCommand extends BenchCommand {

  private static final Aim ENCODE = Aim.atLeast(10e6);
  private static final Aim DECODE = Aim.atLeast(8e6);

  /** Made by the command line. */
  public CodecCommand() {}

  @Override
  protected MeasuredBench bench() {
    return CodecCommand::measure;
  }

  private static Report measure() throws Exception {
    JmhRun run =
        JmhRun.of(CodecBenchmark.class, "encodeSet", "encodePublish", "decodeSet", "decodePublish");
    Report report = new Report("codec");
    add(report, run.score("encodeSet"), "encodeSet", "encode SET", ENCODE);
    add(report, run.score("encodePublish"), "encodePublish", "encode PUBLISH", ENCODE);
    add(report, run.score("decodeSet"), "decodeSet", "decode SET", DECODE);
    add(report, run.score("decodePublish"), "decodePublish", "decode PUBLISH", DECODE);
    return report;
  }

  private static void add(Report report, JmhRun.Score score, String key, String label, Aim aim) {
    report.figure(key + "PerSecond", label, "1/s", score.figure(), aim);
    report.figure(key + "Bytes", label + " allocates", "bytes", score.bytes());
  }
}
