package to.clasp.cli.demo;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import to.clasp.cli.demo.Ledger.Balance;
import to.clasp.cli.demo.PathSwitches.Switch;
import to.clasp.transport.Path;

/** What came of the demo, and whether it is as it should be. */
public final class DemoReport {

  private final Balance balance;
  private final List<Switch> switches;
  private final @Nullable Duration directRoundTrip;
  private final @Nullable Duration routerRoundTrip;
  private final List<String> failures;

  /** Judges; the interruption is what kept the demo from going to its end, or null. */
  DemoReport(
      Balance balance,
      List<Switch> switches,
      @Nullable Duration directRoundTrip,
      @Nullable Duration routerRoundTrip,
      @Nullable String interruption) {
    this.balance = balance;
    this.switches = List.copyOf(switches);
    this.directRoundTrip = directRoundTrip;
    this.routerRoundTrip = routerRoundTrip;
    List<String> found = new ArrayList<>();
    if (interruption != null) {
      found.add(interruption);
    }
    check(found, balance.byP2p() == 0, "no value travelled peer to peer");
    check(found, balance.byRouter() == 0, "no value travelled through the router");
    check(
        found,
        interruption == null && !fellBackAndCameBack(switches),
        "the values did not go from the direct path to the router and back");
    check(found, balance.lost() > 0, count(balance.lost()) + " values were lost");
    check(found, balance.repeated() > 0, count(balance.repeated()) + " values arrived twice");
    check(
        found,
        balance.outOfOrder() > 0,
        count(balance.outOfOrder()) + " values arrived out of order");
    this.failures = List.copyOf(found);
  }

  /** Says that nothing was sent, and why. */
  static DemoReport notStarted(String reason) {
    return new DemoReport(new Ledger().balance(), List.of(), null, null, reason);
  }

  private static void check(List<String> found, boolean bad, String what) {
    if (bad) {
      found.add(what);
    }
  }

  private static boolean fellBackAndCameBack(List<Switch> switches) {
    List<Path> taken = switches.stream().map(Switch::to).toList();
    int direct = taken.indexOf(Path.P2P);
    List<Path> later = taken.subList(direct + 1, taken.size());
    int router = later.indexOf(Path.ROUTER);
    return direct >= 0 && router >= 0 && later.subList(router + 1, later.size()).contains(Path.P2P);
  }

  /**
   * Tells whether all is as it should be.
   *
   * @return true if so
   */
  public boolean isOk() {
    return failures.isEmpty();
  }

  /**
   * Says what is not as it should be.
   *
   * @return one sentence each
   */
  public List<String> failures() {
    return failures;
  }

  /**
   * Returns the table for programs.
   *
   * @return a fresh object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("sent", balance.sent());
    json.addProperty("received", balance.received());
    json.addProperty("lost", balance.lost());
    json.addProperty("byP2p", balance.byP2p());
    json.addProperty("byRouter", balance.byRouter());
    json.addProperty("switches", switches.size());
    JsonArray times = new JsonArray();
    switches.forEach(made -> times.add(made.after().toMillis() / 1_000.0));
    json.add("switchSeconds", times);
    json.addProperty("repeated", balance.repeated());
    json.addProperty("outOfOrder", balance.outOfOrder());
    json.addProperty("roundTripP2pMillis", millis(directRoundTrip));
    json.addProperty("roundTripRouterMillis", millis(routerRoundTrip));
    if (!isOk()) {
      JsonArray sentences = new JsonArray();
      failures.forEach(sentences::add);
      json.add("failures", sentences);
    }
    json.addProperty("ok", isOk());
    return json;
  }

  private static @Nullable Double millis(@Nullable Duration time) {
    return time == null ? null : Math.round(time.toNanos() / 1_000.0) / 1_000.0;
  }

  /**
   * Returns the table for people, and the verdict as its last line.
   *
   * @return several lines
   */
  public String toText() {
    StringBuilder text = new StringBuilder("\n");
    row(text, "", "values", "round trip (median)");
    row(text, "sent", count(balance.sent()), "");
    row(text, "received", count(balance.received()), "");
    row(text, "  peer to peer", count(balance.byP2p()), roundTrip(directRoundTrip));
    row(text, "  through the router", count(balance.byRouter()), roundTrip(routerRoundTrip));
    row(text, "lost", count(balance.lost()), "");
    row(text, "arrived twice", count(balance.repeated()), "");
    row(text, "out of order", count(balance.outOfOrder()), "");
    text.append('\n');
    for (Switch made : switches) {
      String way = made.to() == Path.P2P ? "peer to peer" : "the router";
      row(text, "switched to " + way, Story.seconds(made.after()), "");
    }
    text.append('\n');
    return text + (isOk() ? "ok" : "not ok: " + String.join("; ", failures));
  }

  private static void row(StringBuilder text, String name, String value, String roundTrip) {
    String line = String.format(Locale.ROOT, "%-28s %8s   %s", name, value, roundTrip);
    text.append(line.stripTrailing()).append('\n');
  }

  private static String count(int number) {
    return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
  }

  private static String roundTrip(@Nullable Duration time) {
    return time == null
        ? "not measured"
        : String.format(Locale.ROOT, "%.2f ms", time.toNanos() / 1_000_000.0);
  }
}
