package to.clasp.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import to.clasp.testkit.contract.NumberedFrames;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.Signal;

/**
 * Links with peers whose descriptions hold no candidates, as those of the Rust client: all come in
 * signals of their own, at the worst moments.
 */
@Timeout(60)
class TrickledCandidatesTest {

  private final AtomicReference<@Nullable PeerTransport> offering = new AtomicReference<>();
  private final AtomicReference<@Nullable PeerTransport> answering = new AtomicReference<>();
  private final AtomicInteger trickled = new AtomicInteger();

  /**
   * Takes the candidates out of the descriptions. Those of one side come by themselves, those of
   * the other are lost: packets find their way only if each that comes is used.
   */
  private void carry(Signal signal, PeerTransport to, PeerRole trickles, boolean candidatesFirst) {
    List<Signal> parts = new ArrayList<>();
    if (signal instanceof Signal.Offer offer) {
      parts.add(new Signal.Offer(offer.correlationId(), without(offer.sdp()), offer.extensions()));
      if (trickles == PeerRole.OFFERER) {
        parts.addAll(candidatesFirst ? 0 : 1, candidates(offer.sdp()));
      }
    } else if (signal instanceof Signal.Answer answer) {
      parts.add(
          new Signal.Answer(answer.correlationId(), without(answer.sdp()), answer.extensions()));
      if (trickles == PeerRole.ANSWERER) {
        parts.addAll(candidatesFirst ? 0 : 1, candidates(answer.sdp()));
      }
    } else {
      parts.add(signal);
    }
    parts.forEach(to::signal);
  }

  private static String without(String sdp) {
    return sdp.replaceAll("a=(candidate:.*|end-of-candidates)\r\n", "");
  }

  private List<Signal> candidates(String sdp) {
    List<Signal> parts = new ArrayList<>();
    sdp.lines()
        .filter(line -> line.startsWith("a=candidate:"))
        .forEach(
            line -> {
              // As the Rust client writes it.
              JsonObject json = new JsonObject();
              json.addProperty("candidate", line.substring("a=".length()));
              json.addProperty("sdpMid", "");
              json.addProperty("sdpMLineIndex", 0);
              json.add("usernameFragment", JsonNull.INSTANCE);
              parts.add(new Signal.Candidate(End.ATTEMPT, json.toString()));
              trickled.incrementAndGet();
            });
    return parts;
  }

  private static PeerTransport started(AtomicReference<@Nullable PeerTransport> reference) {
    PeerTransport transport = reference.get();
    if (transport == null) {
      throw new IllegalStateException("a signal before the start");
    }
    return transport;
  }

  private void link(PeerRole trickles, boolean candidatesFirst) {
    try (End offerer =
            End.of(PeerRole.OFFERER)
                .carry(signal -> carry(signal, started(answering), trickles, candidatesFirst))
                .make();
        End answerer =
            End.of(PeerRole.ANSWERER)
                .carry(signal -> carry(signal, started(offering), trickles, candidatesFirst))
                .make()) {
      offering.set(offerer.transport);
      answering.set(answerer.transport);
      answerer.start();
      offerer.start();
      offerer.heard.awaitOpen(End.TIMEOUT);

      assertThat(offerer.transport.send(NumberedFrames.small(1, 1))).isEqualTo(SendResult.P2P);

      answerer.heard.awaitFrames(1, End.TIMEOUT);
      assertThat(answerer.heard.frames()).containsExactly(NumberedFrames.small(1, 1));
    }
    assertThat(trickled).hasPositiveValue();
  }

  @ParameterizedTest
  @EnumSource(PeerRole.class)
  void candidatesRightBehindTheirDescriptionAreUsed(PeerRole trickles) {
    link(trickles, false);
  }

  @ParameterizedTest
  @EnumSource(PeerRole.class)
  void candidatesThatOvertakeTheirDescriptionAreUsed(PeerRole trickles) {
    link(trickles, true);
  }
}
