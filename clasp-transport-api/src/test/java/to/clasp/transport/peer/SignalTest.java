package to.clasp.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;

class SignalTest {

  @Test
  void passwordsOfIceArePartOfNoText() {
    String sdp = "v=0\r\na=ice-ufrag:abcd\r\na=ice-pwd:hidden-word\r\na=setup:actpass\r\n";

    for (Signal signal :
        new Signal[] {
          new Signal.Offer("1", sdp, Map.of("clasp_link", "1")),
          new Signal.Answer("1", sdp, Map.of("clasp_link", "1"))
        }) {
      assertThat(signal.toString())
          .doesNotContain("hidden-word")
          .contains("abcd", "actpass", "clasp_link");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"SILENT", "ICE_FAILED", "CHANNEL_CLOSED", "CONNECTION_LOST", "INBOUND_OVERFLOW"})
  void aBreakIsReadAsOne(Code code) {
    Signal.Disconnected said =
        Signal.Disconnected.of("1", CloseReason.of(code, "nothing came through"));

    CloseReason read = said.reasonOf("desk");
    assertThat(read.code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(read.message()).contains("desk", "nothing came through");
    assertThat(said.isRejection()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"LOCAL_CLOSE", "IDLE", "EVICTED", "REPLACED", "PEER_RESTARTED"})
  void whatWasWantedIsReadAsSuch(Code code) {
    Signal.Disconnected said = Signal.Disconnected.of("1", CloseReason.of(code, "enough"));

    assertThat(said).isEqualTo(new Signal.Disconnected("1", "enough"));
    assertThat(said.reasonOf("desk").code()).isEqualTo(Code.REMOTE_CLOSE);
    assertThat(new Signal.Disconnected("1", null).reasonOf("desk"))
        .isEqualTo(CloseReason.of(Code.REMOTE_CLOSE, "desk ended the link"));
  }
}
