package to.clasp.transport.webrtc.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fingerprints of descriptions, with the tricks by which checks elsewhere have been gone round. */
class SdpCheckTest {

  private static final String BYTES = "AB:".repeat(31) + "01";
  private static final String OTHER = "AB:".repeat(31) + "02";
  private static final String LINE = "a=fingerprint:sha-256 " + BYTES + "\r\n";

  private static String sdp(String session, String media) {
    return "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
        + session
        + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
        + media
        + "a=ice-ufrag:abcd\r\na=setup:actpass\r\n";
  }

  @Test
  void readsItFromSessionOrMedia() {
    for (String sdp : new String[] {sdp(LINE, ""), sdp("", LINE), sdp(LINE, LINE)}) {
      assertThat(SdpCheck.fingerprint(SdpCheck.requireDataChannels(sdp)))
          .isEqualTo("sha-256 " + BYTES);
    }
    assertThat(
            SdpCheck.fingerprint(
                sdp(
                    "",
                    "a=fingerprint:SHA-256 " + BYTES.toLowerCase(java.util.Locale.ROOT) + "\r\n")))
        .isEqualTo("sha-256 " + BYTES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a=fingerprint:sha-1 AB:CD\r\n",
        "a=fingerprint:sha-256 AB:CD\r\n",
        "a=fingerprint:sha-256\r\n",
        "a=fingerprint\r\n",
        "{LINE}a=fingerprint:sha-1 AB:CD\r\n",
        "a=fingerprint:sha-512 AB:CD\r\n{LINE}",
        "{LINE}a=fingerprint:sha-256 {OTHER}\r\n",
        "{LINE}a=fingerprint:sha-256 {OTHER}\n",
        "{LINE}a=Fingerprint:sha-256 {OTHER}\r\n",
        "{LINE} a=fingerprint:sha-256 {OTHER}\r\n",
        "{LINE}a=fingerprint:sha-256  {BYTES}\r\n",
        "{LINE}a=x:y\ra=fingerprint:sha-256 {OTHER}\r\n"
      })
  void refusesMissingWeakAndMixedOnes(String pattern) {
    String media =
        pattern.replace("{LINE}", LINE).replace("{OTHER}", OTHER).replace("{BYTES}", BYTES);

    assertThatThrownBy(() -> SdpCheck.requireDataChannels(sdp("", media)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fingerprint");
  }

  @Test
  void refusesAMediaFingerprintThatIsNotTheSessions() {
    assertThatThrownBy(
            () ->
                SdpCheck.requireDataChannels(sdp(LINE, "a=fingerprint:sha-256 " + OTHER + "\r\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than one");
  }

  @Test
  void anIceRestartKeepsTheCertificate() {
    String known = sdp("", LINE);
    String restarted = known.replace("abcd", "efgh");

    assertThat(SdpCheck.isIceRestart(known, restarted)).isTrue();
    assertThat(SdpCheck.isIceRestart(known, known)).isFalse();
    assertThat(SdpCheck.isIceRestart(known, restarted.replace(BYTES, OTHER))).isFalse();
  }
}
