package to.clasp.testkit.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import to.clasp.transport.peer.Signal;

final class CandidateRewriterTest {

  private final CandidateRewriter rewriter = new CandidateRewriter(port -> port + 10_000);

  @Test
  void putsFrontPortsIntoTheDescriptionAndRemovesWhatItCannotRelay() {
    String kept = "a=candidate:1 1 udp 2122 192.0.2.7 4000 typ host generation 0";
    String tcp = "a=candidate:2 1 tcp 1518 127.0.0.1 9 typ host tcptype active";
    String reflexive = "a=candidate:3 1 udp 1686 192.0.2.9 5000 typ srflx raddr 0.0.0.0 rport 0";
    String sdp = String.join("\r\n", "v=0", kept, tcp, reflexive, "a=x", "");

    Signal.Offer offer =
        (Signal.Offer) rewriter.rewrite(new Signal.Offer("c", sdp, Map.of("k", "v")));

    assertThat(Objects.requireNonNull(offer).sdp())
        .isEqualTo(
            String.join(
                "\r\n",
                "v=0",
                "a=candidate:1 1 udp 2122 127.0.0.1 14000 typ host generation 0",
                "a=x",
                ""));
    assertThat(offer.extensions()).containsEntry("k", "v");
  }

  @Test
  void putsTheFrontPortIntoATrickledCandidate() {
    Signal.Candidate candidate =
        (Signal.Candidate)
            rewriter.rewrite(
                new Signal.Candidate(
                    "c",
                    "{\"candidate\":\"candidate:1 1 UDP 2122 127.0.0.1 4000 typ host\","
                        + "\"sdpMid\":\"0\"}"));

    assertThat(Objects.requireNonNull(candidate).json())
        .contains("127.0.0.1 14000 typ host")
        .contains("\"sdpMid\":\"0\"");
  }

  @Test
  void carriesNoSignalForACandidateItCannotRelay() {
    assertThat(
            rewriter.rewrite(
                new Signal.Candidate(
                    "c", "{\"candidate\":\"1 1 tcp 1 127.0.0.1 9 typ host tcptype active\"}")))
        .isNull();
  }

  @Test
  void leavesOtherSignalsAlone() {
    Signal signal = new Signal.Connected("c");
    assertThat(rewriter.rewrite(signal)).isSameAs(signal);
    Signal end = new Signal.Candidate("c", "{\"candidate\":null}");
    assertThat(rewriter.rewrite(end)).isEqualTo(end);
  }
}
