package to.clasp.benchmarks.measure;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark found, for people and for programs. Figures are added in the order in which they
 * are shown. Every figure has a key, its name in the JSON object; spreads add {@code keyMin},
 * {@code keyP99} and {@code keyMax}.
 */
public final class Report {

  private record Row(
      String key,
      String label,
      String unit,
      double value,
      @Nullable Spread spread,
      @Nullable Aim aim) {

    boolean isMissed() {
      return aim != null && !aim.isMetBy(value);
    }
  }

  private final String name;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  /**
   * Starts a report.
   *
   * @param name the benchmark
   */
  public Report(String name) {
    this.name = name;
  }

  /**
   * Adds a figure.
   *
   * @param key its name in JSON
   * @param label its name for people
   * @param unit its unit, or empty
   * @param value the figure
   * @return this
   */
  public Report figure(String key, String label, String unit, double value) {
    rows.add(new Row(key, label, unit, value, null, null));
    return this;
  }

  /**
   * Adds a figure that has an aim.
   *
   * @param key its name in JSON
   * @param label its name for people
   * @param unit its unit, or empty
   * @param value the figure
   * @param aim what it should be
   * @return this
   */
  public Report figure(String key, String label, String unit, double value, Aim aim) {
    rows.add(new Row(key, label, unit, value, null, aim));
    return this;
  }

  /**
   * Adds the median of a spread, and the spread.
   *
   * @param key its name in JSON
   * @param label its name for people
   * @param unit its unit, or empty
   * @param spread the figures
   * @return this
   */
  public Report figure(String key, String label, String unit, Spread spread) {
    rows.add(new Row(key, label, unit, spread.median(), spread, null));
    return this;
  }

  /**
   * Adds the median of a spread, which has an aim, and the spread.
   *
   * @param key its name in JSON
   * @param label its name for people
   * @param unit its unit, or empty
   * @param spread the figures
   * @param aim what the median should be
   * @return this
   */
  public Report figure(String key, String label, String unit, Spread spread, Aim aim) {
    rows.add(new Row(key, label, unit, spread.median(), spread, aim));
    return this;
  }

  /**
   * Tells that something was lost, repeated or out of order: the figures mean nothing.
   *
   * @param what went wrong
   * @return this
   */
  public Report failure(String what) {
    failures.add(what);
    return this;
  }

  /**
   * Tells whether everything that was sent arrived as it should. Missed aims do not count here.
   *
   * @return true if nothing failed
   */
  public boolean isSound() {
    return failures.isEmpty();
  }

  /**
   * Gives the report as an object for programs.
   *
   * @return figures by key, the keys of {@code missed} aims, {@code failures} if any, and whether
   *     all is {@code ok}
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("bench", name);
    for (Row row : rows) {
      json.addProperty(row.key, Figures.rounded(row.value));
      Spread spread = row.spread;
      if (spread != null) {
        json.addProperty(row.key + "Min", Figures.rounded(spread.min()));
        json.addProperty(row.key + "P99", Figures.rounded(spread.p99()));
        json.addProperty(row.key + "Max", Figures.rounded(spread.max()));
      }
    }
    JsonArray missed = new JsonArray();
    rows.stream().filter(Row::isMissed).forEach(row -> missed.add(row.key));
    json.add("missed", missed);
    if (!failures.isEmpty()) {
      JsonArray told = new JsonArray();
      failures.forEach(told::add);
      json.add("failures", told);
    }
    json.addProperty("ok", isSound() && missed.isEmpty());
    return json;
  }

  /**
   * Gives the report as a table for people.
   *
   * @return several lines, without a line feed at the end
   */
  public String toText() {
    int width = rows.stream().mapToInt(row -> row.label.length()).max().orElse(0);
    StringBuilder text = new StringBuilder(name);
    for (Row row : rows) {
      String figure =
          row.unit.isEmpty() ? Figures.text(row.value) : Figures.text(row.value) + " " + row.unit;
      text.append(String.format(Locale.ROOT, "%n  %-" + (width + 2) + "s%-20s", row.label, figure));
      Spread spread = row.spread;
      if (spread != null) {
        String range = Figures.text(spread.min()) + " … " + Figures.text(spread.max());
        text.append(String.format(Locale.ROOT, "%-26s", range));
      }
      Aim aim = row.aim;
      if (aim != null) {
        text.append(aim.text()).append(row.isMissed() ? ": missed" : ": met");
      }
    }
    failures.forEach(failure -> text.append(System.lineSeparator()).append("  ").append(failure));
    return text.toString().replaceAll("(?m)[ ]+$", "");
  }
}
