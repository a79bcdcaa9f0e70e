package to.clasp.hybrid.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.transport.peer.LinkStep.ANSWERED;
import static to.clasp.transport.peer.LinkStep.CANDIDATES_EXCHANGED;
import static to.clasp.transport.peer.LinkStep.CHANNELS_OPEN;
import static to.clasp.transport.peer.LinkStep.CONNECTED;
import static to.clasp.transport.peer.LinkStep.OFFER_CREATED;
import static to.clasp.transport.peer.LinkStep.OFFER_RECEIVED;
import static to.clasp.transport.peer.LinkStep.OFFER_SENT;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import to.clasp.transport.peer.LinkStep;
import to.clasp.transport.peer.Signal;

class LinkProgressTest {

  private static final Signal OFFER =
      new Signal.Offer("1", "v=0\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n", Map.of());
  private static final Signal BARE_OFFER = new Signal.Offer("1", "v=0\r\n", Map.of());
  private static final Signal ANSWER =
      new Signal.Answer("1", "v=0\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n", Map.of());
  private static final Signal BARE_ANSWER = new Signal.Answer("1", "v=0\r\n", Map.of());
  private static final Signal CANDIDATE = new Signal.Candidate("1", "{}");

  private final List<LinkStep> told = new ArrayList<>();
  private final LinkProgress progress = new LinkProgress(told::add);

  @Test
  void theSideThatOffersSeesSixSteps() {
    progress.made(OFFER);
    progress.sent(OFFER);
    progress.received(ANSWER);
    progress.connected();
    progress.open();

    assertThat(told)
        .containsExactly(
            OFFER_CREATED, OFFER_SENT, ANSWERED, CANDIDATES_EXCHANGED, CONNECTED, CHANNELS_OPEN);
  }

  @Test
  void theOtherSideSeesFive() {
    progress.received(OFFER);
    progress.made(ANSWER);
    progress.sent(ANSWER);
    progress.connected();
    progress.open();

    assertThat(told)
        .containsExactly(OFFER_RECEIVED, ANSWERED, CANDIDATES_EXCHANGED, CONNECTED, CHANNELS_OPEN);
  }

  @Test
  void anOfferThatIsNotTakenIsNotSent() {
    progress.made(OFFER);

    assertThat(told).containsExactly(OFFER_CREATED);
  }

  @Test
  void candidatesMayFollowByThemselves() {
    progress.made(BARE_OFFER);
    progress.sent(BARE_OFFER);
    progress.received(CANDIDATE);
    progress.received(BARE_ANSWER);
    assertThat(told).doesNotContain(CANDIDATES_EXCHANGED);

    progress.sent(CANDIDATE);
    assertThat(told).endsWith(CANDIDATES_EXCHANGED);
  }

  @Test
  void aTransportThatSaysLittleIsConnectedWhenItIsOpen() {
    progress.open();

    assertThat(told).containsExactly(CONNECTED, CHANNELS_OPEN);
  }

  @Test
  void whatComesLaterIsNoStep() {
    progress.open();
    progress.made(OFFER);
    progress.sent(OFFER);
    progress.received(ANSWER);

    assertThat(told).containsExactly(CONNECTED, CHANNELS_OPEN);
  }
}
