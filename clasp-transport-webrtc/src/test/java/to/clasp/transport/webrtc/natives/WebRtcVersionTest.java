package to.clasp.transport.webrtc.natives;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebRtcVersionTest {

  @ParameterizedTest
  @CsvSource({
    "0.14.0, true",
    "0.15.0, true",
    "0.15.1-SNAPSHOT, true",
    "0.9, true",
    "of unknown version, true",
    "'', true",
    "0.16.0, false",
    "0.16.0-SNAPSHOT, false",
    "1.0.0, false",
    "1.14.0, false"
  })
  void knowsWhichVersionsKeepReceivedMessages(String version, boolean leaks) {
    assertThat(new WebRtcVersion(version).leaksReceivedMessages()).isEqualTo(leaks);
  }

  @Test
  void theOneThatIsUsedNeedsBothRemedies() {
    WebRtcVersion version = WebRtcVersion.current();

    assertThat(version).hasToString("0.14.0");
    assertThat(version.forgetsConnections()).isTrue();
    assertThat(version.leaksReceivedMessages()).isTrue();
  }
}
