package to.clasp.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.contract.NumberedFrames;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.testkit.memory.InMemoryPeerNetwork;
import to.clasp.testkit.memory.InMemoryPeerTransportProvider;
import to.clasp.testkit.record.Recorder;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.transport.CloseReason;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

class FaultyPeerTransportTest {

  private static final Duration NOW = Duration.ZERO;

  private final ManualEventLoop loop = new ManualEventLoop();
  private final TransportContext context = new TransportContext(loop, new SplittableRandom(1));
  private final InMemoryPeerNetwork network = new InMemoryPeerNetwork();
  private final RecordingListener offererHeard = new RecordingListener(loop);
  private final RecordingListener answererHeard = new RecordingListener(loop);
  private final Recorder<Signal> signals = new Recorder<>();
  private final AtomicReference<@Nullable PeerTransport> offerer = new AtomicReference<>();
  private final AtomicReference<@Nullable PeerTransport> answerer = new AtomicReference<>();

  @AfterEach
  void contractIsKept() {
    offerer().close();
    answerer().close();
    loop.advance(Duration.ofMinutes(1));
    loop.assertNothingPending();
    offererHeard.assertContract();
    answererHeard.assertContract();
  }

  @Test
  void losesFramesOfAPeer() {
    begin(List.of(Faults.drop(1)), List.of());
    offererHeard.awaitOpen(NOW);

    assertThat(offerer().send(NumberedFrames.small(0, 0))).isSameAs(SendResult.P2P);
    assertThat(answerer().send(NumberedFrames.small(1, 0))).isSameAs(SendResult.P2P);
    loop.runPending();

    assertThat(answererHeard.frames()).isEmpty();
    assertThat(offererHeard.frames()).hasSize(1);
  }

  @Test
  void losesASignalSoThatTheAttemptEndsInTime() {
    begin(List.of(), List.of(Faults.only(Faults.signal(Signal.Offer.class), Faults.drop(1))));

    loop.advance(Duration.ofSeconds(10));

    assertThat(signals.events(Signal.Offer.class)).isEmpty();
    assertThat(offererHeard.awaitClosed(NOW).code()).isEqualTo(CloseReason.Code.CONNECT_TIMEOUT);
  }

  @Test
  void repeatsSignalsWithoutHarm() {
    begin(List.of(), List.of(Faults.duplicate(1)));

    offererHeard.awaitOpen(NOW);
    answererHeard.awaitOpen(NOW);
    assertThat(signals.events(Signal.Offer.class)).hasSize(2);
  }

  @Test
  void endsTheAttemptAtANamedStep() {
    begin(List.of(), List.of(Faults.disconnectAfter(Faults.signal(Signal.Connected.class), 1)));

    assertThat(offererHeard.awaitClosed(NOW).code()).isEqualTo(CloseReason.Code.LOCAL_CLOSE);
    assertThat(answererHeard.awaitClosed(NOW).code()).isEqualTo(CloseReason.Code.REMOTE_CLOSE);
  }

  @Test
  void passesOnEverythingElse() {
    begin(List.of(), List.of());

    assertThat(offerer().peerId()).isEqualTo("answerer");
    assertThat(offerer().correlationId()).isEqualTo("attempt");
    assertThat(offerer().channels()).hasSize(2);
    assertThat(offerer().candidatePair()).isPresent();
    assertThat(offerer().restartIce()).isTrue();
    assertThat(offerer().toString()).contains("InMemoryPeerTransport");
  }

  private void begin(List<Fault<Frame>> frames, List<Fault<Signal>> signalFaults) {
    PeerTransportProvider plain = new InMemoryPeerTransportProvider(network);
    PeerTransportProvider faulty =
        new FaultyPeerTransportProvider(plain, frames, List.of(), signalFaults, new Seed(3));
    offerer.set(
        faulty.create(
            request(
                "answerer",
                PeerRole.OFFERER,
                signal -> {
                  signals.record(signal);
                  answerer().signal(signal);
                }),
            context));
    answerer.set(
        plain.create(
            request("offerer", PeerRole.ANSWERER, signal -> offerer().signal(signal)), context));
    offerer().start(offererHeard);
    answerer().start(answererHeard);
    loop.runPending();
  }

  private PeerTransport offerer() {
    return present(offerer.get());
  }

  private PeerTransport answerer() {
    return present(answerer.get());
  }

  private static PeerTransport present(@Nullable PeerTransport transport) {
    if (transport == null) {
      throw new AssertionError("not created yet");
    }
    return transport;
  }

  private static PeerTransportRequest request(
      String peer, PeerRole role, to.clasp.transport.peer.PeerTransportObserver observer) {
    return new PeerTransportRequest(
        peer,
        "attempt",
        role,
        RtcConfig.DEFAULTS,
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Map.of(),
        observer);
  }
}
