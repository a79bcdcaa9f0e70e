package to.clasp.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.contract.NumberedFrames;
import to.clasp.testkit.relay.RelayedPeerTransportProvider;
import to.clasp.testkit.relay.UdpRelay;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.PeerTransportProvider;

/** A link whose path is gone finds another one, and goes on with what it holds. */
class IceRestartTest {

  private final UdpRelay relay = UdpRelay.start();

  @AfterEach
  void closeRelay() {
    relay.close();
  }

  @Test
  void aLinkWhosePathIsGoneFindsAnotherOneAgainAndAgain() {
    try (Pair pair =
        new Pair(
            NetworkScope.LOOPBACK, webrtc -> new RelayedPeerTransportProvider(webrtc, relay))) {
      for (int round = 0; round < 3; round++) {
        pair.send();
        pair.awaitAll();
        relay.losePaths();
        pair.send();
        pair.restart();
        pair.awaitAll();
      }
      assertThat(pair.offers()).hasSize(4);
      assertThat(pair.answers()).hasSize(4);
      assertThat(pair.offerer.transport.channels()).hasSize(2);
      assertThat(pair.offerer.transport.stats().connects()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(NetworkScope.class)
  void aLinkThatWorksGoesOnWhileIceIsRestarted(NetworkScope scope) {
    try (Pair pair = new Pair(scope, webrtc -> webrtc)) {
      for (int round = 0; round < 6; round++) {
        pair.send();
        pair.restart();
        pair.send();
        pair.awaitAll();
      }
      assertThat(pair.offers()).hasSize(7);
      assertThat(pair.lastOffer().correlationId()).isEqualTo(End.ATTEMPT);
      assertThat(candidates(pair.lastAnswer().sdp())).isNotEmpty();
      if (scope == NetworkScope.LOOPBACK) {
        assertThat(candidates(pair.lastOffer().sdp()))
            .hasSize(1)
            .allMatch(line -> line.contains(" 127.0.0.1 "))
            .doesNotContainAnyElementsOf(candidates(pair.offers().get(0).sdp()));
      } else {
        assertThat(candidates(pair.lastOffer().sdp())).isNotEmpty();
      }
    }
  }

  @Test
  void aStalledLinkThatSomebodyElseWatchesWaitsForItsRestart() {
    try (Pair pair =
        new Pair(
            NetworkScope.LOOPBACK, webrtc -> new RelayedPeerTransportProvider(webrtc, relay))) {
      relay.losePaths();
      // More than the network holds, so that some of it waits to be sent.
      for (int i = 0; i < 100; i++) {
        pair.send();
      }
      pair.offerer.stalls.awaitThat("a second time", End.TIMEOUT, all -> all.size() >= 2);
      assertThat(pair.offerer.transport.state()).isEqualTo(TransportState.OPEN);

      pair.restart();
      pair.awaitAll();
    }
  }

  @Test
  void whatIsNoRestartIsDropped() {
    try (Pair pair = loopback()) {
      Signal.Offer original = pair.lastOffer();
      Signal.Answer answer = pair.lastAnswer();

      pair.answerer.transport.signal(original);
      pair.answerer.transport.signal(new Signal.Offer(End.ATTEMPT, "nonsense", Map.of()));
      // Somebody else's certificate.
      pair.answerer.transport.signal(
          new Signal.Offer(
              End.ATTEMPT,
              original
                  .sdp()
                  .replaceAll("a=ice-ufrag:\\S+", "a=ice-ufrag:abcd")
                  .replaceAll("(a=fingerprint:\\S+ )..", "$100"),
              Map.of()));
      pair.offerer.transport.signal(original);
      pair.offerer.transport.signal(answer);
      pair.answerer.transport.restartIce();
      pair.settle();

      assertThat(pair.answerer.transport.stats().framesDropped()).isEqualTo(3);
      assertThat(pair.offerer.transport.stats().framesDropped()).isEqualTo(2);
      pair.send();
      pair.awaitAll();
      assertThat(pair.offers()).hasSize(1);
      assertThat(pair.answers()).hasSize(1);
      assertThat(pair.answerer.signals.events(Signal.Offer.class)).isEmpty();
    }
  }

  @Test
  void copiesOfARestartAreDropped() {
    try (Pair pair = loopback()) {
      pair.restart();
      pair.answerer.transport.signal(pair.lastOffer());
      pair.offerer.transport.signal(pair.lastAnswer());
      pair.settle();
      pair.send();
      pair.awaitAll();

      assertThat(pair.answers()).hasSize(2);
      assertThat(pair.answerer.transport.stats().framesDropped()).isEqualTo(1);
      assertThat(pair.offerer.transport.stats().framesDropped()).isEqualTo(1);
    }
  }

  @Test
  void aClosedLinkIsNotRestarted() {
    try (Pair pair = loopback()) {
      pair.offerer.transport.close();
      pair.offerer.transport.restartIce();
      pair.offerer.awaitClosed();
      pair.settle();

      assertThat(pair.offers()).hasSize(1);
      assertThat(pair.offerer.transport.state()).isEqualTo(TransportState.CLOSED);
    }
  }

  private static Pair loopback() {
    return new Pair(NetworkScope.LOOPBACK, webrtc -> webrtc);
  }

  private static List<String> candidates(String sdp) {
    return sdp.lines().filter(line -> line.startsWith("a=candidate:")).toList();
  }

  /** Two ends of an open link. */
  private static final class Pair implements AutoCloseable {
    private final AtomicReference<@Nullable PeerTransport> offering = new AtomicReference<>();
    private final AtomicReference<@Nullable PeerTransport> answering = new AtomicReference<>();
    final End offerer;
    final End answerer;
    private int sent;

    Pair(NetworkScope scope, UnaryOperator<PeerTransportProvider> decorate) {
      // A machine that others keep busy may need long to gather, and what came late would follow.
      RtcConfig config =
          RtcConfig.builder().networkScope(scope).gatheringTimeout(End.TIMEOUT).build();
      offerer = end(PeerRole.OFFERER, config, decorate, answering);
      answerer = end(PeerRole.ANSWERER, config, decorate, offering);
      offering.set(offerer.transport);
      answering.set(answerer.transport);
      answerer.start();
      offerer.start();
      offerer.heard.awaitOpen(End.TIMEOUT);
      answerer.heard.awaitOpen(End.TIMEOUT);
    }

    private static End end(
        PeerRole role,
        RtcConfig config,
        UnaryOperator<PeerTransportProvider> decorate,
        AtomicReference<@Nullable PeerTransport> other) {
      return End.of(role)
          .config(config)
          .provider(decorate.apply(new WebRtcPeerTransportProvider()))
          .stallTimeout(Duration.ofMillis(500), true)
          .carry(signal -> Objects.requireNonNull(other.get()).signal(signal))
          .make();
    }

    void send() {
      for (int end = sent + 10; sent < end; sent++) {
        assertThat(offerer.transport.send(NumberedFrames.small(1, sent))).isEqualTo(SendResult.P2P);
        assertThat(answerer.transport.send(NumberedFrames.small(2, sent)))
            .isEqualTo(SendResult.P2P);
      }
    }

    void awaitAll() {
      answerer.heard.awaitFrames(sent, End.TIMEOUT);
      offerer.heard.awaitFrames(sent, End.TIMEOUT);
      assertThat(answerer.heard.frames()).isEqualTo(frames(1));
      assertThat(offerer.heard.frames()).isEqualTo(frames(2));
    }

    private List<Frame> frames(int stream) {
      return IntStream.range(0, sent).mapToObj(i -> NumberedFrames.small(stream, i)).toList();
    }

    /** Restarts ICE and waits for the answer. */
    void restart() {
      int before = answers().size();
      assertThat(offerer.transport.restartIce()).isTrue();
      answerer.signals.awaitThat(
          "an answer",
          End.TIMEOUT,
          all -> all.stream().filter(Signal.Answer.class::isInstance).count() > before);
      settle();
    }

    void settle() {
      answerer.settle();
      offerer.settle();
    }

    List<Signal.Offer> offers() {
      return offerer.signals.events(Signal.Offer.class);
    }

    List<Signal.Answer> answers() {
      return answerer.signals.events(Signal.Answer.class);
    }

    Signal.Offer lastOffer() {
      return offers().get(offers().size() - 1);
    }

    Signal.Answer lastAnswer() {
      return answers().get(answers().size() - 1);
    }

    @Override
    public void close() {
      offerer.close();
      answerer.close();
    }
  }
}
