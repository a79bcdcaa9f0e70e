package to.clasp.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import to.clasp.cli.demo.Ledger.Balance;
import to.clasp.cli.demo.PathSwitches.Switch;
import to.clasp.transport.Path;

class DemoReportTest {

  private static final Balance GOOD = new Balance(10_000, 10_000, 7_500, 2_500, 0, 0, 0);
  private static final Switch UP = new Switch(Duration.ofMillis(250), Path.ROUTER, Path.P2P, null);
  private static final Switch DOWN =
      new Switch(Duration.ofSeconds(5), Path.P2P, Path.ROUTER, "silence");
  private static final Switch AGAIN =
      new Switch(Duration.ofMillis(7_125), Path.ROUTER, Path.P2P, null);

  private static DemoReport report(
      Balance balance, List<Switch> switches, @Nullable String interruption) {
    return new DemoReport(
        balance, switches, Duration.ofNanos(512_345), Duration.ofMillis(1), interruption);
  }

  private static List<String> failures(Balance balance) {
    return report(balance, List.of(UP, DOWN, AGAIN), null).failures();
  }

  @Test
  void isOkWhenEverythingArrivedOnceAndInOrder() {
    DemoReport report = report(GOOD, List.of(UP, DOWN, AGAIN), null);
    assertThat(report.failures()).isEmpty();
    assertThat(report.isOk()).isTrue();
    assertThat(report.toJson())
        .hasToString(
            "{\"sent\":10000,\"received\":10000,\"lost\":0,\"byP2p\":7500,\"byRouter\":2500,"
                + "\"switches\":3,\"switchSeconds\":[0.25,5.0,7.125],\"repeated\":0,"
                + "\"outOfOrder\":0,\"roundTripP2pMillis\":0.512,"
                + "\"roundTripRouterMillis\":1.0,\"ok\":true}");
    assertThat(report.toText().lines())
        .contains(
            "sent                           10 000",
            "  peer to peer                  7 500   0.51 ms",
            "lost                                0",
            "switched to the router         5.00 s")
        .last()
        .isEqualTo("ok");
  }

  @Test
  void namesWhatFailed() {
    assertThat(failures(new Balance(9, 9, 9, 0, 0, 0, 0)))
        .containsExactly("no value travelled through the router");
    assertThat(failures(new Balance(9, 9, 0, 9, 0, 0, 0)))
        .containsExactly("no value travelled peer to peer");
    assertThat(failures(new Balance(9, 6, 3, 3, 3, 0, 0))).containsExactly("3 values were lost");
    assertThat(failures(new Balance(9, 9, 7, 3, 0, 1, 0)))
        .containsExactly("1 values arrived twice");
    assertThat(failures(new Balance(9, 9, 7, 2, 0, 0, 2)))
        .containsExactly("2 values arrived out of order");
  }

  @Test
  void asksForTheFallAndTheReturn() {
    String failure = "the values did not go from the direct path to the router and back";
    for (List<Switch> switches :
        List.of(List.<Switch>of(), List.of(UP), List.of(UP, DOWN), List.of(DOWN, AGAIN))) {
      assertThat(report(GOOD, switches, null).failures()).containsExactly(failure);
    }
  }

  @Test
  void namesWhatInterruptedIt() {
    DemoReport report = report(GOOD, List.of(UP), "the cut was not noticed within 10 s");
    assertThat(report.failures()).containsExactly("the cut was not noticed within 10 s");
    assertThat(report.toText()).endsWith("\nnot ok: the cut was not noticed within 10 s");
    assertThat(report.toJson().toString())
        .endsWith("\"failures\":[\"the cut was not noticed within 10 s\"],\"ok\":false}");
  }

  @Test
  void tellsWhyItCouldNotStart() {
    DemoReport report = DemoReport.notStarted("no direct links on this machine");
    assertThat(report.isOk()).isFalse();
    assertThat(report.failures()).first().isEqualTo("no direct links on this machine");
    assertThat(report.toJson().get("sent").getAsInt()).isZero();
    assertThat(report.toJson().get("roundTripP2pMillis").isJsonNull()).isTrue();
  }
}
