package to.clasp.benchmarks.router;

import to.clasp.benchmarks.measure.Aim;
import to.clasp.benchmarks.measure.Interleaved;
import to.clasp.benchmarks.measure.MeasuredBench;
import to.clasp.benchmarks.measure.Report;
import to.clasp.benchmarks.measure.Spread;

/**
 * Sets through the router against a plain echo of the same bytes: how many a second, with a window
 * of messages under way, and how long one alone takes.
 */
final class RouterBench implements MeasuredBench {

  private static final int WARM_UPS = 5;
  private static final int ALONE = 2_000;
  private static final double NANOS_PER_MICRO = 1_000;

  private final int rounds;
  private final int messages;

  RouterBench(int rounds, int messages) {
    this.rounds = rounds;
    this.messages = messages;
  }

  @Override
  public Report measure() throws Exception {
    try (RouterPath router = new RouterPath();
        PlainPath plain = new PlainPath()) {
      Interleaved.Outcome streams =
          new Interleaved(WARM_UPS, rounds)
              .with("router", () -> router.perSecond(messages))
              .with("plain", () -> plain.perSecond(messages))
              .run();
      Interleaved.Outcome alone =
          new Interleaved(WARM_UPS, rounds)
              .with("router", () -> router.roundTrip(ALONE))
              .with("plain", () -> plain.roundTrip(ALONE))
              .run();
      Report report =
          new Report("router")
              .figure("claspPerSecond", "set to callback", "1/s", streams.of("router"))
              .figure("plainPerSecond", "plain echo", "1/s", streams.of("plain"))
              .figure("ratio", "ratio", "", streams.ratio("router", "plain"), Aim.atLeast(0.8))
              .figure("claspMicros", "one set alone", "µs", micros(alone, "router"))
              .figure("plainMicros", "one plain echo alone", "µs", micros(alone, "plain"));
      check(report, router, "through the router");
      check(report, plain, "by the plain echo");
      return report;
    }
  }

  private static void check(Report report, NumberedPath path, String how) {
    if (path.outOfOrder() > 0) {
      report.failure(path.outOfOrder() + " messages out of order " + how);
    }
  }

  private static Spread micros(Interleaved.Outcome outcome, String name) {
    return outcome.of(name).times(1 / NANOS_PER_MICRO);
  }
}
