package to.clasp.benchmarks.soak;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import to.clasp.benchmarks.paths.PeerNews;
import to.clasp.benchmarks.traffic.Balance;

/** What came of a soak. */
final class SoakReport {

  private final Soak.Plan plan;
  private final Balance balance;
  private final long kills;
  private final long routerRestarts;
  private final PeerNews news;
  private final Steadiness steadiness;
  private final List<String> violations;

  SoakReport(
      Soak.Plan plan,
      Balance balance,
      long kills,
      long routerRestarts,
      PeerNews news,
      Steadiness steadiness,
      List<String> violations) {
    this.plan = plan;
    this.balance = balance;
    this.kills = kills;
    this.routerRestarts = routerRestarts;
    this.news = news;
    this.steadiness = steadiness;
    this.violations = new ArrayList<>(violations);
    demand("lost", balance.lost());
    demand("arrived twice", balance.duplicated());
    demand("arrived out of order", balance.reordered());
    demand("were reported as undelivered", news.undelivered());
    demand("were reported as missing", news.missing());
  }

  private void demand(String what, long values) {
    if (values > 0) {
      violations.add(values + " values " + what);
    }
  }

  boolean isOk() {
    return violations.isEmpty();
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("seconds", plan.duration().toSeconds());
    json.addProperty("rate", plan.rate());
    json.addProperty("kills", kills);
    json.addProperty("routerRestarts", routerRestarts);
    json.addProperty("renewals", news.renewals());
    json.addProperty("pathChanges", news.pathChanges());
    json.addProperty("breaks", news.breaks());
    json.addProperty("sent", balance.sent());
    json.addProperty("lost", balance.lost());
    json.addProperty("duplicated", balance.duplicated());
    json.addProperty("reordered", balance.reordered());
    json.addProperty("undelivered", news.undelivered());
    json.addProperty("missing", news.missing());
    add(json, "residentMiB", steadiness.resident());
    add(json, "heapMiB", steadiness.heap());
    add(json, "threads", steadiness.threads());
    json.addProperty("seed", plan.seed());
    JsonArray wrong = new JsonArray();
    violations.forEach(wrong::add);
    json.add("violations", wrong);
    json.addProperty("ok", isOk());
    return json;
  }

  private static void add(JsonObject json, String name, Steadiness.Growth growth) {
    JsonObject figures = new JsonObject();
    figures.addProperty("afterWarmUp", Steadiness.Growth.tenths(growth.early()));
    figures.addProperty("atEnd", Steadiness.Growth.tenths(growth.late()));
    figures.addProperty("tolerance", growth.tolerance());
    json.add(name, figures);
  }

  String toText() {
    return String.format(
        Locale.ROOT,
        """
        kills            %,d
        router restarts  %,d
        links renewed    %,d
        changes of path  %,d
        sent             %,d
        lost             %,d
        arrived twice    %,d
        out of order     %,d
        resident memory  %s MiB after warm-up and at the end
        heap in use      %s MiB
        threads          %s
        seed             %d
        %s""",
        kills,
        routerRestarts,
        news.renewals(),
        news.pathChanges(),
        balance.sent(),
        balance.lost(),
        balance.duplicated(),
        balance.reordered(),
        steadiness.resident(),
        steadiness.heap(),
        steadiness.threads(),
        plan.seed(),
        isOk() ? "ok" : "not ok: " + String.join("; ", violations));
  }
}
