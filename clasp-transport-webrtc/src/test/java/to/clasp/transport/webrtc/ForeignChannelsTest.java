package to.clasp.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import to.clasp.testkit.contract.NumberedFrames;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.Signal;

/** A peer that opens other channels than CLASP peers do. */
@Timeout(60)
class ForeignChannelsTest {

  @Test
  void channelsAreKnownByTheirLabelInAnyOrderAndTakenOnce() throws Exception {
    List<String> labels =
        List.of("chat", "clasp-reliable", "clasp", "clasp-reliable", "clasp", "CLASP");
    try (ForeignOfferer foreign = new ForeignOfferer(labels);
        End answerer = End.of(PeerRole.ANSWERER).make().start()) {
      answerer.transport.signal(new Signal.Offer(End.ATTEMPT, foreign.offer(), Map.of()));
      foreign.answered(answerer.signals.await(Signal.Answer.class, End.TIMEOUT).sdp());
      answerer.heard.awaitOpen(End.TIMEOUT);
      for (int refused : new int[] {0, 3, 4, 5}) {
        foreign.awaitClosed(refused);
      }

      for (int taken : new int[] {1, 2}) {
        foreign.awaitOpen(taken);
        foreign.send(taken, NumberedFrames.small(1, taken).toByteArray());
        answerer.heard.awaitFrames(taken, End.TIMEOUT);
      }

      assertThat(answerer.heard.frames())
          .containsExactly(NumberedFrames.small(1, 1), NumberedFrames.small(1, 2));
      assertThat(answerer.transport.channels()).hasSize(2);
      answerer.settle();
      assertThat(answerer.transport.stats().framesDropped()).isEqualTo(4);
    }
  }

  @Test
  void thePlainReliableChannelAloneIsEnough() throws Exception {
    try (ForeignOfferer foreign = new ForeignOfferer(List.of("clasp-reliable"));
        End answerer = End.of(PeerRole.ANSWERER).make().start()) {
      answerer.transport.signal(new Signal.Offer(End.ATTEMPT, foreign.offer(), Map.of()));
      foreign.answered(answerer.signals.await(Signal.Answer.class, End.TIMEOUT).sdp());
      answerer.heard.awaitOpen(End.TIMEOUT);
      foreign.awaitOpen(0);

      foreign.send(0, NumberedFrames.small(1, 7).toByteArray());

      answerer.heard.awaitFrames(1, End.TIMEOUT);
      assertThat(answerer.heard.frames()).containsExactly(NumberedFrames.small(1, 7));
    }
  }
}
