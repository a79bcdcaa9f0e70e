package to.clasp.benchmarks.client;

import picocli.CommandLine.Command;
import to.clasp.benchmarks.jmh.JmhRun;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.MeasuredBench;
import to.clasp.benchmarks.measure.Report;

/** {@code bench client}. */
@Command(
    name = "client",
    description =
        "What the client itself costs, on a transport that costs nothing: time and memory from a"
            + " call to the transport, and from a received frame to its callback. Takes half a"
            + " minute.")
public final class ClientCommand extends BenchCommand {

  /** Made by the command line. */
  public ClientCommand() {}

  @Override
  protected MeasuredBench bench() {
    return ClientCommand::measure;
  }

  private static Report measure() throws Exception {
    JmhRun run = JmhRun.of(ClientBenchmark.class, "set", "stream", "receive");
    Report report = new Report("client");
    add(report, run.score("set"), "set", "set");
    add(report, run.score("stream"), "stream", "stream");
    add(report, run.score("receive"), "receive", "receive");
    return report;
  }

  private static void add(Report report, JmhRun.Score score, String key, String label) {
    report.figure(key + "Nanos", label, "ns", score.figure());
    report.figure(key + "Bytes", label + " allocates", "bytes", score.bytes());
  }
}
