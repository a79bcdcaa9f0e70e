package to.clasp.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QoS;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.transport.CloseReason;
import to.clasp.transport.peer.CandidatePair.Candidate;

class PeerTypesTest {

  @Test
  void onlyStreamsWithoutAnyPromiseMayBeLost() {
    assertThat(reliability(SignalType.STREAM, QoS.FIRE)).isEqualTo(Reliability.UNRELIABLE);
    assertThat(reliability(SignalType.STREAM, QoS.CONFIRM)).isEqualTo(Reliability.RELIABLE);
    assertThat(reliability(SignalType.GESTURE, QoS.FIRE)).isEqualTo(Reliability.RELIABLE);
    assertThat(reliability(SignalType.EVENT, QoS.FIRE)).isEqualTo(Reliability.RELIABLE);
    assertThat(Reliability.of(Frame.of(SetMessage.of("/a", Value.of(1L)), QoS.FIRE)))
        .isEqualTo(Reliability.RELIABLE);
    assertThat(Reliability.of(Frame.of(new PingMessage()))).isEqualTo(Reliability.RELIABLE);
  }

  private static Reliability reliability(SignalType signal, QoS qos) {
    return Reliability.of(Frame.of(PublishMessage.of("/a", signal, Value.of(1L)), qos));
  }

  @Test
  void aPairIsRelayedWhenEitherEndIs() {
    Candidate host = new Candidate(CandidatePair.Type.HOST, "udp", "127.0.0.1", 1, null);
    Candidate relayed = new Candidate(CandidatePair.Type.RELAYED, "udp", null, 0, "udp");
    Candidate disguised = new Candidate(CandidatePair.Type.PEER_REFLEXIVE, "udp", null, 0, "tls");

    assertThat(new CandidatePair(host, host).relayed()).isFalse();
    assertThat(new CandidatePair(host, relayed).relayed()).isTrue();
    assertThat(new CandidatePair(disguised, host).relayed()).isTrue();
  }

  @Test
  void signalsCopyTheirExtensions() {
    Map<String, String> extensions = new HashMap<>(Map.of("a", "b"));
    Signal.Offer offer = new Signal.Offer("id", "sdp", extensions);
    Signal.Answer answer = new Signal.Answer("id", "sdp", extensions);

    extensions.clear();

    assertThat(offer.extensions()).containsEntry("a", "b");
    assertThat(answer.extensions()).containsEntry("a", "b");
  }

  @Test
  void aRequestTakesAnotherObserver() {
    PeerTransportRequest request =
        new PeerTransportRequest(
            "b",
            "attempt",
            PeerRole.OFFERER,
            RtcConfig.DEFAULTS,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Map.of("a", "b"),
            signal -> {});
    PeerTransportObserver other = signal -> {};

    PeerTransportRequest changed = request.withObserver(other);

    assertThat(changed.observer()).isSameAs(other);
    assertThat(changed).usingRecursiveComparison().ignoringFields("observer").isEqualTo(request);
  }

  @Test
  void theExceptionNamesThePeerThatCannotBeReached() {
    CloseReason reason = CloseReason.of(CloseReason.Code.CONNECT_TIMEOUT, "no link in time");
    PeerUnreachableException exception = new PeerUnreachableException("b", reason);

    assertThat(exception.peerId()).isEqualTo("b");
    assertThat(exception.reason()).isSameAs(reason);
    assertThat(exception).hasMessage("no link in time");
  }
}
