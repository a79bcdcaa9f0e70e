package to.clasp.transport.webrtc.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SdpCandidatesTest {

  private static final HostCandidate OWN = new HostCandidate("127.0.0.1", 40_000);
  private static final String OWN_LINE = "a=candidate:1 1 udp 2130706431 127.0.0.1 40000 typ host";
  private static final String OTHER_LINE =
      "a=candidate:7 1 udp 2122260223 192.0.2.1 5000 typ host generation 0";
  private static final String SESSION = "v=0\no=- 1 2 IN IP4 127.0.0.1\ns=-\nt=0 0\n";
  private static final String DATA =
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\nc=IN IP4 0.0.0.0\na=mid:0\n";

  @Test
  void candidateIsWrittenAsRfc8839Says() {
    assertThat("a=" + OWN.attribute()).isEqualTo(OWN_LINE);
  }

  @Test
  void candidateGoesToTheEndOfTheSection() {
    assertThat(add(SESSION + DATA)).isEqualTo(SESSION + DATA + OWN_LINE + "\n");
  }

  @Test
  void candidateGoesBehindThoseThatAreThere() {
    String sdp = SESSION + DATA + OTHER_LINE + "\na=sctp-port:5000\n";

    assertThat(add(sdp))
        .isEqualTo(SESSION + DATA + OTHER_LINE + "\n" + OWN_LINE + "\na=sctp-port:5000\n");
  }

  @Test
  void candidateGoesBeforeTheEndOfCandidates() {
    String before = SESSION + DATA;
    String behind = "a=end-of-candidates\na=sctp-port:5000\n";

    assertThat(add(before + behind)).isEqualTo(before + OWN_LINE + "\n" + behind);
    assertThat(add(before + OTHER_LINE + "\n" + behind))
        .isEqualTo(before + OTHER_LINE + "\n" + OWN_LINE + "\n" + behind);
  }

  @Test
  void endOfCandidatesOfTheSessionIsNotThatOfASection() {
    String sdp = SESSION + "a=end-of-candidates\n" + DATA;

    assertThat(add(sdp)).isEqualTo(sdp + OWN_LINE + "\n");
  }

  @Test
  void candidateGoesToEachSectionInUse() {
    String rejected = "m=audio 0 UDP/TLS/RTP/SAVPF 111\na=mid:1\n";
    String video = "m=video 9 UDP/TLS/RTP/SAVPF 96\na=mid:2\n";

    assertThat(add(SESSION + DATA + rejected + video))
        .isEqualTo(SESSION + DATA + OWN_LINE + "\n" + rejected + video + OWN_LINE + "\n");
  }

  @Test
  void candidateIsNotAddedTwice() {
    String once = add(SESSION + DATA);

    assertThat(add(once)).isEqualTo(once);
  }

  @Test
  void lineEndingsStayAsTheyAre() {
    String sdp = (SESSION + DATA).replace("\n", "\r\n");

    assertThat(add(sdp)).isEqualTo(sdp + OWN_LINE + "\r\n");
  }

  @Test
  void textThatIsNoSessionDescriptionIsLeftAlone() {
    assertThat(add("nonsense\n")).isEqualTo("nonsense\n");
    assertThat(add("m=\n")).isEqualTo("m=\n");
    assertThat(add("m=application\n")).isEqualTo("m=application\n");
  }

  @Test
  void onlyWantedCandidatesStay() {
    String sdp = SESSION + DATA + OTHER_LINE + "\n" + OWN_LINE + "\na=sctp-port:5000\n";

    assertThat(SdpCandidates.retain(sdp, candidate -> candidate.contains("127.0.0.1")))
        .isEqualTo(SESSION + DATA + OWN_LINE + "\na=sctp-port:5000\n");
    assertThat(SdpCandidates.retain(sdp, candidate -> true)).isEqualTo(sdp);
  }

  @Test
  void candidateBehindALoneCarriageReturnIsSeen() {
    String sdp = SESSION + DATA + "a=x\r" + OTHER_LINE + "\n";

    assertThat(SdpCandidates.retain(sdp, candidate -> false)).doesNotContain("a=candidate");
  }

  private static String add(String sdp) {
    return SdpCandidates.add(sdp, OWN);
  }
}
