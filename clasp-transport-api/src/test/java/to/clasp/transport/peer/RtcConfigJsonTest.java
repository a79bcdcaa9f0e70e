package to.clasp.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.transport.InvalidOptionException;

class RtcConfigJsonTest {

  @Test
  void readsWhatJavaScriptPagesUse() {
    RtcConfig config =
        RtcConfig.fromJson(
            """
            {
              "iceServers": [
                { "urls": "stun:stun.example.org:3478" },
                {
                  "urls": ["turn:turn.example.org:3478", "turns:turn.example.org:5349?transport=tcp"],
                  "username": "me",
                  "credential": "secret"
                }
              ],
              "iceTransportPolicy": "relay",
              "bundlePolicy": "max-bundle",
              "iceCandidatePoolSize": 0
            }
            """);

    assertThat(config.iceServers())
        .containsExactly(
            IceServer.stun("stun:stun.example.org:3478"),
            new IceServer(
                java.util.List.of(
                    "turn:turn.example.org:3478", "turns:turn.example.org:5349?transport=tcp"),
                "me",
                "secret"));
    assertThat(config.iceTransportPolicy()).isEqualTo(IceTransportPolicy.RELAY);
  }

  @Test
  void hasTheDefaultsForTheRest() {
    RtcConfig config = RtcConfig.fromJson("{}");

    assertThat(config.iceServers()).isEmpty();
    assertThat(config.iceTransportPolicy()).isEqualTo(IceTransportPolicy.ALL);
    assertThat(config.gatheringTimeout()).isEqualTo(RtcConfig.DEFAULTS.gatheringTimeout());
  }

  @ParameterizedTest
  @CsvSource({"all, ALL", "relay, RELAY", "no-host, NO_HOST"})
  void readsThePolicy(String text, IceTransportPolicy policy) {
    assertThat(
            RtcConfig.fromJson("{\"iceTransportPolicy\": \"" + text + "\"}").iceTransportPolicy())
        .isEqualTo(policy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"iceServers\": {}}|iceServers",
        "{\"iceServers\": [1]}|iceServers[0]",
        "{\"iceServers\": [{}]}|iceServers[0].urls",
        "{\"iceServers\": [{\"urls\": []}]}|iceServers[0].urls",
        "{\"iceServers\": [{\"urls\": [\"stun:a\", 7]}]}|iceServers[0].urls[1]",
        "{\"iceServers\": [{\"urls\": \"http://a\"}]}|iceServers[0].urls",
        "{\"iceServers\": [{\"url\": \"stun:a\"}]}|iceServers[0].url",
        "{\"iceServers\": [{\"urls\": \"stun:a\"}, {\"urls\": \"turn:b\"}]}|iceServers[1].username",
        "{\"iceServers\": [{\"urls\": \"turn:b\", \"username\": \"me\"}]}|iceServers[0].credential",
        "{\"iceServers\": [{\"urls\": \"stun:a\", \"credentialType\":"
            + " \"oauth\"}]}|iceServers[0].credentialType",
        "{\"iceTransportPolicy\": \"none\"}|iceTransportPolicy",
        "{\"iceTransportPolicy\": 1}|iceTransportPolicy",
        "{\"iceTransportpolicy\": \"relay\"}|iceTransportpolicy"
      })
  void namesTheMemberThatIsWrong(String json, String field) {
    assertThatThrownBy(() -> RtcConfig.fromJson(json))
        .isInstanceOfSatisfying(
            InvalidOptionException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageStartingWith(field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "stun:a", "{\"iceServers\": ", "null"})
  void refusesWhatIsNoObject(String json) {
    assertThatThrownBy(() -> RtcConfig.fromJson(json))
        .isInstanceOfSatisfying(InvalidOptionException.class, e -> assertThat(e.field()).isEmpty());
  }

  @Test
  void secretsAreNotPartOfErrorsOrTexts() {
    String json =
        "{\"iceServers\": [{\"urls\": \"turn:b\", \"username\": \"hidden-user\","
            + " \"credential\": \"hidden-word\"}]}";

    assertThat(RtcConfig.fromJson(json).toString()).doesNotContain("hidden").contains("turn:b");
    assertThatThrownBy(() -> RtcConfig.fromJson(json.substring(0, json.length() - 2)))
        .hasMessageNotContaining("hidden")
        .hasNoCause();
    assertThatThrownBy(
            () -> RtcConfig.fromJson(json.replace("\"hidden-word\"", "{\"a\": \"hidden\"}")))
        .hasMessageNotContaining("hidden");
  }
}
