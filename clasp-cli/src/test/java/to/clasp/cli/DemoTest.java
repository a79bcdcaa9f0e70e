package to.clasp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;

/** The demo, with everything real. */
class DemoTest {

  @Test
  void usesBothPathsAndLosesOnlyWhatWasInFlight() {
    Leaks leaks = new Leaks();
    Cli demo = Cli.run("demo", "--json");
    JsonObject result = demo.lastObject();
    assertThat(result.get("ok").getAsBoolean()).as("%s", result).isTrue();
    assertThat(demo.exitCode()).isZero();

    int sent = result.get("sent").getAsInt();
    int received = result.get("received").getAsInt();
    assertThat(sent).isGreaterThanOrEqualTo(6_500);
    assertThat(received + result.get("lost").getAsInt()).isEqualTo(sent);
    assertThat(result.get("byP2p").getAsInt() + result.get("byRouter").getAsInt())
        .isEqualTo(received);
    assertThat(result.get("byP2p").getAsInt()).isGreaterThanOrEqualTo(4_000);
    assertThat(result.get("byRouter").getAsInt()).isGreaterThanOrEqualTo(1_500);
    assertThat(result.get("lost").getAsInt()).isZero();
    assertThat(result.get("repeated").getAsInt()).isZero();
    assertThat(result.get("outOfOrder").getAsInt()).isZero();
    assertThat(result.get("roundTripP2pMillis").getAsDouble()).isPositive();
    assertThat(result.get("roundTripRouterMillis").getAsDouble()).isPositive();
    JsonArray times = result.getAsJsonArray("switchSeconds");
    assertThat(result.get("switches").getAsInt()).isEqualTo(times.size()).isGreaterThanOrEqualTo(3);
    assertThat(demo.out().stream().map(Cli::json).filter(line -> line.has("event")))
        .extracting(line -> line.get("event").getAsString())
        .contains("started", "sending", "cut", "switched", "restored", "sent");
    leaks.assertNone();
  }
}
