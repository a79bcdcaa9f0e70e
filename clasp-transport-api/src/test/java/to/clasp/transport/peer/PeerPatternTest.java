package to.clasp.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.address.InvalidAddressException;

class PeerPatternTest {

  private static final PeerPattern DEFAULT = PeerPattern.parse("/peer/{id}/**");

  @ParameterizedTest
  @CsvSource({"/peer/b/fader,b", "/peer/b/,b", "/peer/b-1.x/a/b/c,b-1.x", "/peer/ü/x,ü"})
  void findsThePeerOfAnAddress(String address, String peer) {
    assertThat(DEFAULT.peerIdOf(address)).isEqualTo(peer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/peer",
        "/peer/",
        "/peer/b",
        "/peer//x",
        "/peers/b/x",
        "peer/b/x",
        "/a/peer/b/x",
        "/peer/*/x",
        "/peer/**/x",
        "/peer/b*/x"
      })
  void findsNoPeerInOtherAddresses(String address) {
    assertThat(DEFAULT.peerIdOf(address)).isNull();
  }

  @Test
  void findsThePeerInTheMiddleOfALongerPattern() {
    PeerPattern pattern = PeerPattern.parse("/studio/a/{id}/in/**");

    assertThat(pattern.peerIdOf("/studio/a/b/in/x")).isEqualTo("b");
    assertThat(pattern.peerIdOf("/studio/a/b/out/x")).isNull();
    assertThat(pattern.peerIdOf("/studio/a/b/in")).isNull();
    assertThat(pattern.address("b", "/x")).isEqualTo("/studio/a/b/in/x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/peer/**",
        "/peer/{id}",
        "/peer/{id}/*",
        "/{id}/**",
        "peer/{id}/**",
        "/peer/*/{id}/**",
        "/peer/{id}/**/x/**",
        "/peer/{id}/{id}/**",
        "/peer/{name}/**",
        "/peer//{id}/**",
        "/peer/x{id}/**"
      })
  void refusesWhatIsNoPeerPattern(String text) {
    assertThatThrownBy(() -> PeerPattern.parse(text))
        .isInstanceOf(InvalidAddressException.class)
        .hasMessageContaining("as in /peer/{id}/**");
  }

  @Test
  void makesAddressesThatItFindsAgain() {
    assertThat(DEFAULT.address("b", "/fader/1")).isEqualTo("/peer/b/fader/1");
    assertThat(DEFAULT.peerIdOf(DEFAULT.address("b", "/fader/1"))).isEqualTo("b");
    assertThatThrownBy(() -> DEFAULT.address("a/b", "/x"))
        .isInstanceOf(InvalidAddressException.class);
  }

  @Test
  void checksPeerIds() {
    assertThat(PeerPattern.requireValidPeerId("alice")).isEqualTo("alice");
    for (String id : new String[] {"", "/", "a/b", "*"}) {
      assertThatThrownBy(() -> PeerPattern.requireValidPeerId(id))
          .isInstanceOf(InvalidAddressException.class)
          .hasMessageContaining("is no peer id");
    }
  }

  @Test
  void equalsByText() {
    assertThat(PeerPattern.parse("/peer/{id}/**"))
        .isEqualTo(DEFAULT)
        .hasSameHashCodeAs(DEFAULT)
        .isNotEqualTo(PeerPattern.parse("/p/{id}/**"))
        .hasToString("/peer/{id}/**");
  }
}
