package to.clasp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import to.clasp.router.EmbeddedRouter;

/** The file of {@code --rtc-config}, as JavaScript pages have it. */
class RtcConfigFileTest {

  /** Nothing listens there, on this machine. */
  private static final String FILE =
      """
      {
        "iceServers": [
          {"urls": ["stun:127.0.0.1:9"]},
          {"urls": "turn:127.0.0.1:9", "username": "me", "credential": "secret"}
        ],
        "iceTransportPolicy": "relay"
      }
      """;

  @TempDir private Path folder;

  private Path file(String json) throws IOException {
    return Files.writeString(folder.resolve("rtc.json"), json);
  }

  private static JsonObject finding(Cli doctor, String step) {
    return doctor.out().stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(finding -> finding.get("step").getAsString().equals(step))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theDoctorExaminesTheServersOfTheFile() throws IOException {
    Cli doctor = Cli.run("doctor", "--loopback", "--json", "--rtc-config", file(FILE).toString());

    for (String step : new String[] {"stun", "turn"}) {
      assertThat(finding(doctor, step).get("outcome").getAsString()).as(step).isEqualTo("fail");
    }
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(doctor.out()).noneMatch(line -> line.contains("secret"));
  }

  @Test
  void aPeerLinksAsTheFileSaysUnlessAnOptionSaysOtherwise() throws IOException {
    Path file = file(FILE);
    try (EmbeddedRouter router = EmbeddedRouter.builder().host("127.0.0.1").port(0).start()) {
      String url = router.uri().toString();
      String[] stage = {"peer", "stage", "-r", url, "--loopback", "--json"};
      String[] desk = {
        "peer",
        "desk",
        "-r",
        url,
        "--loopback",
        "--json",
        "--link",
        "stage",
        "--rtc-config",
        file.toString(),
        "--ice-policy",
        "all"
      };
      try (Cli there = Cli.start(stage);
          Cli here = Cli.start(desk)) {
        // Of the file alone, relay, there would be no link without a TURN server.
        here.awaitObject("event", "connected");
        there.awaitObject("event", "connected");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}}                                          | JSON",
        "{\"iceServer\": []}                          | iceServer",
        "{\"iceServers\": [{\"urls\": \"turn:a\"}]}     | username",
        "{\"iceTransportPolicy\": \"most\"}             | iceTransportPolicy"
      })
  void aFileThatMakesNoSenseIsWrongUse(String json, String expected) throws IOException {
    Cli wrong = Cli.run("peer", "x", "--rtc-config", file(json).toString());

    assertThat(wrong.exitCode()).isEqualTo(64);
    assertThat(wrong.err().get(0)).startsWith("clasp: --rtc-config").contains(expected);
    assertThat(wrong.out()).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsWrongUse() {
    Cli wrong = Cli.run("doctor", "--rtc-config", folder.resolve("none.json").toString());

    assertThat(wrong.exitCode()).isEqualTo(64);
    assertThat(wrong.err().get(0)).startsWith("clasp: --rtc-config").contains("none.json");
  }
}
