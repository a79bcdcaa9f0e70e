package to.clasp.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeasureTest {

  @Test
  void percentilesAreSamplesThatOccurred() {
    double[] samples = IntStream.rangeClosed(1, 200).mapToDouble(i -> 201 - i).toArray();

    assertThat(Spread.of(samples)).isEqualTo(new Spread(200, 1, 100, 198, 200));
    assertThat(Spread.of(7)).isEqualTo(new Spread(1, 7, 7, 7, 7));
  }

  @Test
  void thereIsNoSpreadOfNothing() {
    assertThatThrownBy(() -> new Sample(3).spread()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void contestantsTakeTurnsAndWarmUpsDoNotCount() throws Exception {
    List<String> ran = new ArrayList<>();
    Interleaved.Outcome outcome =
        new Interleaved(1, 2)
            .with("a", () -> ran(ran, "a") * 10)
            .with("b", () -> ran(ran, "b"))
            .run();

    assertThat(ran).containsExactly("a", "b", "b", "a", "a", "b");
    assertThat(outcome.of("a")).isEqualTo(new Spread(2, 40, 40, 50, 50));
    assertThat(outcome.ratio("a", "b").max()).isEqualTo(40.0 / 3);
  }

  private static double ran(List<String> ran, String name) {
    ran.add(name);
    return ran.size();
  }

  @Test
  void aReportTellsMissedAims() {
    Report report =
        new Report("some")
            .figure("rate", "rate", "1/s", Spread.of(10, 30, 20), Aim.atLeast(15))
            .figure("time", "time", "ms", 3, Aim.atMost(2.5))
            .figure("size", "size", "", 1_234_567);

    JsonObject json = report.toJson();
    assertThat(json.get("rate").getAsDouble()).isEqualTo(20);
    assertThat(json.get("rateMin").getAsDouble()).isEqualTo(10);
    assertThat(json.get("missed").toString()).isEqualTo("[\"time\"]");
    assertThat(json.get("ok").getAsBoolean()).isFalse();
    assertThat(report.isSound()).isTrue();
    assertThat(report.toText())
        .contains("10 … 30", ">= 15: met", "3 ms", "<= 2.5: missed", "1,235,000");
  }

  @Test
  void aReportWithFailuresIsNotSound() {
    Report report = new Report("some").failure("lost 3");

    assertThat(report.isSound()).isFalse();
    assertThat(report.toJson().get("failures").toString()).isEqualTo("[\"lost 3\"]");
  }
}
