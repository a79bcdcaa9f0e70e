package to.clasp.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
