package to.clasp.hybrid.signal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalAddressTest {

  @Test
  void writesAndReadsBothSchemes() {
    assertThat(SignalAddress.toSession("s1")).isEqualTo("/clasp/p2p/signal/s1");
    assertThat(SignalAddress.session("/clasp/p2p/signal/s1")).isEqualTo("s1");
    assertThat(SignalAddress.toName("stage", "desk")).isEqualTo("/webrtc/signal/stage/desk");
    assertThat(SignalAddress.recipient("/webrtc/signal/stage/desk")).isEqualTo("stage");
    assertThat(SignalAddress.sender("/webrtc/signal/stage/desk")).isEqualTo("desk");
    assertThat(SignalAddress.allToName("stage")).isEqualTo("/webrtc/signal/stage/*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/webrtc/signal/",
        "/webrtc/signal/stage",
        "/webrtc/signal/stage/",
        "/webrtc/signal//desk",
        "/webrtc/signal/stage/desk/more",
        "/clasp/p2p/signal/",
        "/clasp/p2p/announce",
        "/elsewhere"
      })
  void readsNothingIntoOtherAddresses(String address) {
    assertThat(SignalAddress.recipient(address)).isNull();
    assertThat(SignalAddress.sender(address)).isNull();
    assertThat(SignalAddress.session(address)).isNull();
  }

  @Test
  void knowsTheFormOfASessionId() {
    assertThat(SignalAddress.isSessionId("0f24a5f4-a933-443c-b2f6-b807de2768ab")).isTrue();
    assertThat(SignalAddress.isSessionId("0F24A5F4-A933-443C-B2F6-B807DE2768AB")).isFalse();
    assertThat(SignalAddress.isSessionId("stage")).isFalse();
    assertThat(SignalAddress.isSessionId("0f24a5f4-a933-443c-b2f6-b807de2768ab-2")).isFalse();
  }
}
