package to.clasp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;
import to.clasp.router.EmbeddedRouter;

/** The doctor, as people and programs see it. */
class DoctorCommandTest {

  @Test
  void saysOfEachStepWhetherItWorks() {
    try (EmbeddedRouter router = EmbeddedRouter.builder().host("127.0.0.1").port(0).start()) {
      Cli doctor = Cli.run("doctor", router.uri().toString(), "--loopback");

      assertThat(doctor.err()).isEmpty();
      assertThat(doctor.exitCode()).isZero();
      assertThat(doctor.out())
          .anyMatch(line -> line.startsWith("pass    jvm             Java "))
          .anyMatch(line -> line.startsWith("pass    router "))
          .anyMatch(line -> line.startsWith("pass    loopback link "))
          .contains("skipped peer link       no peer was named");
    }
  }

  @Test
  void printsTheSameForProgramsAndFailsWhenSomethingDoes() {
    Cli doctor = Cli.run("doctor", "ws://127.0.0.1:1", "--json");

    assertThat(doctor.exitCode()).isEqualTo(1);
    List<JsonObject> findings =
        doctor.out().stream().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(findings).hasSize(9);
    assertThat(findings)
        .filteredOn(finding -> finding.get("step").getAsString().equals("router"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.get("outcome").getAsString()).isEqualTo("fail");
              assertThat(finding.get("advice").getAsString()).contains("check the URL");
            });
  }
}
