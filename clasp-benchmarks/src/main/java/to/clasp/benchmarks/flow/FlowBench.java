package to.clasp.benchmarks.flow;

import java.time.Duration;
import to.clasp.benchmarks.measure.Contestant;
import to.clasp.benchmarks.measure.Interleaved;
import to.clasp.benchmarks.measure.Report;

/** Our client and bare webrtc-java carry numbers in turn, and what they carried is counted. */
final class FlowBench {

  static final String CLASP = "clasp";
  static final String RAW = "raw";

  private final int warmUps;
  private final int rounds;
  private final Duration time;
  private long unexpected;
  private double bytesPerMessage;

  FlowBench(int warmUps, int rounds, Duration time) {
    this.warmUps = warmUps;
    this.rounds = rounds;
    this.time = time;
  }

  Interleaved.Outcome run(Numbers clasp, Numbers raw) throws Exception {
    return new Interleaved(warmUps, rounds)
        .with(CLASP, ours(clasp))
        .with(RAW, () -> raw.run(time).perSecond())
        .run();
  }

  private Contestant ours(Numbers clasp) {
    return () -> {
      Run run = clasp.run(time);
      unexpected += run.unexpected();
      bytesPerMessage = run.bytesPerMessage();
      return run.perSecond();
    };
  }

  /** Of the last round: bytes that all threads have allocated for each message. */
  double bytesPerMessage() {
    return bytesPerMessage;
  }

  /** That all messages have come follows from the runs, which fail otherwise. */
  Report check(Report report) {
    return unexpected == 0
        ? report
        : report.failure(unexpected + " messages were repeated or out of order");
  }
}
