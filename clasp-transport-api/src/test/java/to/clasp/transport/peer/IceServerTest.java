package to.clasp.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IceServerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stun:localhost",
        "stun:localhost:3478",
        "STUN:Localhost:3478",
        "stuns:stun.example.org:5349",
        "stun:127.0.0.1:1",
        "stun:[::1]:65535"
      })
  void takesStunUrls(String url) {
    assertThat(IceServer.stun(url).urls()).containsExactly(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "turn:localhost",
        "turn:localhost:3478?transport=udp",
        "turns:turn.example.org:443?transport=tcp",
        "TURN:[2001:db8::1]:3478"
      })
  void takesTurnUrls(String url) {
    IceServer server = IceServer.turn(url, "user", "secret");

    assertThat(server.urls()).containsExactly(url);
    assertThat(server.username()).isEqualTo("user");
    assertThat(server.credential()).isEqualTo("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:3478",
        "http://localhost",
        "stun:",
        "stun://localhost",
        "stun:localhost:0",
        "stun:localhost:65536",
        "stun:localhost:99999",
        "stun:localhost?transport=udp",
        "turn:localhost?transport=sctp",
        "turn:user@localhost",
        "stun:local host",
        "stun:localhost\n"
      })
  void refusesWhatIsNoUrlOfAnIceServer(String url) {
    assertThatThrownBy(() -> new IceServer(List.of(url), "user", "secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no ICE server URL; write stun:host:port");
  }

  @Test
  void wantsCredentialsForTurn() {
    assertThatThrownBy(() -> new IceServer(List.of("turn:localhost"), "user", null))
        .hasMessageContaining("needs username and credential");
    assertThatThrownBy(() -> new IceServer(List.of("turns:localhost"), null, "secret"))
        .hasMessageContaining("needs username and credential");
  }

  @Test
  void wantsAtLeastOneUrl() {
    assertThatThrownBy(() -> new IceServer(List.of(), null, null))
        .hasMessageContaining("at least one URL");
  }

  @Test
  void neverShowsItsCredential() {
    assertThat(IceServer.turn("turn:localhost", "user", "secret").toString())
        .contains("turn:localhost")
        .doesNotContain("secret", "user");
  }
}
