package to.clasp.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RouterUriTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ws://127.0.0.1:7330",
        "WSS://router.example",
        "ws://[::1]:7330/clasp?x=1",
        "ws://host:65535"
      })
  void takesRouterUris(String text) {
    URI uri = URI.create(text);
    assertThat(RouterUri.requireValid(uri)).isSameAs(uri);
  }

  @ParameterizedTest
  @CsvSource({
    "http://host:7330, scheme",
    "//host:7330, scheme",
    "ws:///path, host",
    "ws:host, host",
    "ws://bad_host:7330, host",
    "ws://host:0, port",
    "ws://host:65536, port",
    "ws://user:secret@host, token",
    "ws://host#x, fragment"
  })
  void saysWhatIsWrongWithOthers(String text, String why) {
    assertThatThrownBy(() -> RouterUri.requireValid(URI.create(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("write ws://host:7330");
  }

  @Test
  void aProviderChecksTheUri() {
    assertThat(new WebSocketProvider().schemes()).containsExactlyInAnyOrder("ws", "wss");
    assertThat(new WebSocketProvider().availability().isAvailable()).isTrue();
  }
}
