package to.clasp.benchmarks.failover;

import com.google.gson.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import to.clasp.benchmarks.paths.Kill;
import to.clasp.benchmarks.traffic.Balance;

/** What came of killing the direct path again and again. */
final class FailoverReport {

  private static final double NANOS_PER_MILLI = 1e6;

  private final Failover.Plan plan;
  private final Balance balance;
  private final long[] pauses;
  private final long falseSwitches;
  private final @Nullable String interruption;

  /**
   * Gathers.
   *
   * @param balance of both directions
   * @param pauses the longest pause in delivery at each kill and in each direction, sorted
   * @param interruption what kept it from going to its end, or null
   */
  FailoverReport(
      Failover.Plan plan,
      Balance balance,
      long[] pauses,
      long falseSwitches,
      @Nullable String interruption) {
    this.plan = plan;
    this.balance = balance;
    this.pauses = pauses;
    this.falseSwitches = falseSwitches;
    this.interruption = interruption;
  }

  boolean isOk() {
    return interruption == null && balance.isEven();
  }

  private double pauseMillis(double quantile) {
    if (pauses.length == 0) {
      return 0;
    }
    int at = (int) Math.min(pauses.length - 1, Math.ceil(quantile * pauses.length) - 1);
    return Math.round(pauses[Math.max(0, at)] / NANOS_PER_MILLI * 10) / 10.0;
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("kill", plan.kill() == null ? "mixed" : name(plan.kill()));
    json.addProperty("kills", plan.kills());
    json.addProperty("sent", balance.sent());
    json.addProperty("lost", balance.lost());
    json.addProperty("duplicated", balance.duplicated());
    json.addProperty("reordered", balance.reordered());
    json.addProperty("gapMsP50", pauseMillis(0.5));
    json.addProperty("gapMsP99", pauseMillis(0.99));
    json.addProperty("gapMsMax", pauseMillis(1));
    json.addProperty("falseSwitches", falseSwitches);
    json.addProperty("seed", plan.seed());
    if (interruption != null) {
      json.addProperty("failure", interruption);
    }
    json.addProperty("ok", isOk());
    return json;
  }

  private static String name(Kill kill) {
    return kill.name().toLowerCase(Locale.ROOT);
  }

  String toText() {
    return String.format(
        Locale.ROOT,
        """
        kills              %,d (%s)
        sent               %,d
        lost               %,d
        arrived twice      %,d
        out of order       %,d
        longest pause p50  %.1f ms
                      p99  %.1f ms
        false switches     %,d
        %s""",
        plan.kills(),
        plan.kill() == null ? "mixed" : name(plan.kill()),
        balance.sent(),
        balance.lost(),
        balance.duplicated(),
        balance.reordered(),
        pauseMillis(0.5),
        pauseMillis(0.99),
        falseSwitches,
        isOk() ? "ok" : "not ok" + (interruption == null ? "" : ": " + interruption));
  }
}
