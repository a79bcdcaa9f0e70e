package to.clasp.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.testkit.record.TransportEvent.Closed;
import to.clasp.testkit.record.TransportEvent.Opened;
import to.clasp.testkit.record.TransportEvent.Writable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportException;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.TransportContext;

class InMemoryPeerTransportTest {

  private static final Duration NOW = Duration.ZERO;

  private final ManualEventLoop loop = new ManualEventLoop();
  private final InMemoryPeerNetwork network = new InMemoryPeerNetwork();
  private final Peer alice = new Peer("alice");
  private final Peer bob = new Peer("bob");

  @AfterEach
  void nothingIsLeft() {
    alice.provider.transports().forEach(PeerTransport::close);
    bob.provider.transports().forEach(PeerTransport::close);
    // Drain times, where nobody reads any more.
    loop.advance(Duration.ofMinutes(1));
    loop.assertNothingPending();
    alice.heard.assertContract();
    bob.heard.assertContract();
  }

  @Test
  void opensOnceOfferAndAnswerWereExchanged() {
    connect();

    assertThat(alice.emitted).hasExactlyElementsOfTypes(Signal.Offer.class, Signal.Connected.class);
    assertThat(bob.emitted).hasExactlyElementsOfTypes(Signal.Answer.class, Signal.Connected.class);
    assertThat(alice.emitted.get(0))
        .isInstanceOfSatisfying(
            Signal.Offer.class,
            offer -> assertThat(offer.extensions()).containsEntry("from", "alice"));
    assertThat(alice.transport().state()).isEqualTo(TransportState.OPEN);
    assertThat(bob.transport().state()).isEqualTo(TransportState.OPEN);
    assertThat(alice.transport().channels())
        .extracting(PeerChannel::label)
        .containsExactly("clasp-reliable", "clasp");
    assertThat(bob.transport().candidatePair()).isPresent();
  }

  @Test
  void carriesFramesBothWaysInOrderAndNamesThePeer() {
    connect();

    for (int i = 0; i < 100; i++) {
      assertThat(alice.transport().send(number(i))).isSameAs(SendResult.P2P);
      assertThat(bob.transport().send(number(-i))).isSameAs(SendResult.P2P);
    }
    loop.runPending();

    assertThat(bob.heard.awaitFrames(100, NOW)).first().isEqualTo(number(0));
    assertThat(bob.heard.frames()).last().isEqualTo(number(99));
    assertThat(alice.heard.frames()).hasSize(100);
    assertThat(bob.heard.await(to.clasp.testkit.record.TransportEvent.Received.class, NOW).source())
        .isEqualTo(FrameSource.peer("alice"));
  }

  @Test
  void keepsSignalsThatComeBeforeTheStart() {
    alice.create(PeerRole.OFFERER, bob);
    bob.create(PeerRole.ANSWERER, alice);
    alice.transport().start(alice.heard);
    loop.runPending();
    bob.transport().start(bob.heard);
    loop.runPending();

    assertThat(alice.transport().state()).isEqualTo(TransportState.OPEN);
  }

  @Test
  void tellsTheOffererWhyTheOfferWasRefused() {
    bob.provider.behaviour().refuseOffers("no visitors");

    begin();

    assertThat(alice.heard.awaitClosed(NOW))
        .satisfies(reason -> assertThat(reason.code()).isEqualTo(Code.REJECTED))
        .satisfies(reason -> assertThat(reason.message()).contains("no visitors"));
    assertThat(bob.heard.awaitClosed(NOW).code()).isEqualTo(Code.REJECTED);
    assertThat(alice.heard.events(Opened.class)).isEmpty();
  }

  @Test
  void anIceRestartEndsSilence() {
    connect();
    alice.transport().silence(true);
    alice.transport().send(number(1));
    loop.runPending();
    assertThat(bob.heard.frames()).isEmpty();

    assertThat(alice.transport().restartIce()).isTrue();
    loop.runPending();
    assertThat(bob.heard.frames()).containsExactly(number(1));
    assertThat(alice.transport().iceRestarts()).isEqualTo(1);
    assertThat(bob.transport().iceRestarts()).isEqualTo(1);
    assertThat(alice.emitted)
        .hasExactlyElementsOfTypes(Signal.Offer.class, Signal.Connected.class, Signal.Offer.class);
    assertThat(bob.emitted)
        .hasExactlyElementsOfTypes(
            Signal.Answer.class, Signal.Connected.class, Signal.Answer.class);
  }

  @Test
  void anIceRestartThatFindsNoWayIsNotAnswered() {
    connect();
    bob.provider.behaviour().iceRestartWorks(false);
    alice.transport().silence(true);
    alice.transport().restartIce();
    alice.transport().restartIce();
    alice.transport().send(number(1));
    loop.runPending();

    assertThat(bob.heard.frames()).isEmpty();
    assertThat(alice.transport().iceRestarts()).isZero();
    assertThat(alice.emitted).as("one until it is answered").hasSize(3);
    assertThat(alice.transport().state()).isEqualTo(TransportState.OPEN);
  }

  @Test
  void copiesOfSignalsAreNoIceRestarts() {
    connect();
    Signal offer = alice.emitted.get(0);
    Signal answer = bob.emitted.get(0);
    bob.transport().signal(offer);
    alice.transport().signal(answer);
    alice.transport().signal(offer);
    bob.transport().restartIce();
    alice.transport().restartIce();
    loop.runPending();
    bob.transport().signal(alice.emitted.get(2));
    alice.transport().signal(bob.emitted.get(2));
    loop.runPending();

    assertThat(alice.transport().iceRestarts()).isEqualTo(1);
    assertThat(bob.transport().iceRestarts()).isEqualTo(1);
    assertThat(alice.transport().signalsDropped()).isEqualTo(3);
    assertThat(bob.transport().signalsDropped()).isEqualTo(2);
    assertThat(bob.emitted).hasSize(3);
  }

  @Test
  void asksToBeReplacedUntilItHasEnded() {
    connect();
    alice.transport().reportRenewalDue(false);
    alice.transport().reportRenewalDue(true);
    loop.runPending();
    alice.transport().close();
    loop.runPending();
    alice.transport().reportRenewalDue(true);
    loop.runPending();

    assertThat(alice.renewalsDue).containsExactly(false, true);
    assertThat(bob.renewalsDue).isEmpty();
  }

  @Test
  void endsByTimeoutWhenTheOfferIsNotAnswered() {
    bob.provider.behaviour().answerOffers(false);

    begin();
    loop.advance(Duration.ofSeconds(10));

    assertThat(alice.heard.awaitClosed(NOW).code()).isEqualTo(Code.CONNECT_TIMEOUT);
    assertThat(bob.heard.awaitClosed(NOW).code()).isEqualTo(Code.REMOTE_CLOSE);
  }

  @Test
  void failsOnBothSidesWhenIceFindsNoWayOnOne() {
    bob.provider.behaviour().iceWorks(false);

    begin();

    assertThat(alice.heard.awaitClosed(NOW).code()).isEqualTo(Code.ICE_FAILED);
    assertThat(bob.heard.awaitClosed(NOW).code()).isEqualTo(Code.ICE_FAILED);
  }

  @Test
  void takesItsTimeToConnect() {
    alice.provider.behaviour().connectDelay(Duration.ofSeconds(3));

    begin();
    loop.advance(Duration.ofMillis(2_999));
    assertThat(alice.heard.events()).isEmpty();
    loop.advance(Duration.ofMillis(1));

    alice.heard.awaitOpen(NOW);
    bob.heard.awaitOpen(NOW);
  }

  @Test
  void losesALinkOnBothSidesOnCommand() {
    connect();
    alice.transport().send(number(1));

    alice.transport().dropLink(Code.ICE_FAILED);
    alice.transport().send(number(2));
    loop.runPending();

    assertThat(alice.heard.awaitClosed(NOW).code()).isEqualTo(Code.ICE_FAILED);
    assertThat(bob.heard.awaitClosed(NOW).code()).isEqualTo(Code.ICE_FAILED);
    assertThat(alice.transport().send(number(3))).isSameAs(SendResult.CLOSED);
  }

  @Test
  void vanishesWithoutAWord() {
    connect();
    bob.transport().vanish(Code.INTERNAL);
    loop.runPending();
    alice.transport().send(number(1));
    loop.runPending();

    assertThat(bob.heard.awaitClosed(NOW).code()).isEqualTo(Code.INTERNAL);
    assertThat(alice.heard.events(Closed.class)).isEmpty();
    assertThat(bob.emitted).noneMatch(Signal.Disconnected.class::isInstance);
  }

  @Test
  void swallowsWhatIsSentIntoASilentLinkAndDeliversTheReliablePartLater() {
    connect();
    alice.transport().silence(true);
    loop.runPending();

    alice.transport().send(number(1));
    alice.transport().send(stream(2));
    loop.runPending();

    PeerChannel reliable = alice.transport().channels().get(0);
    assertThat(reliable.bufferedAmount()).isZero();
    assertThat(bob.heard.frames()).isEmpty();

    bob.transport().silence(false);
    loop.runPending();
    assertThat(bob.heard.frames()).containsExactly(number(1));
    assertThat(alice.transport().stats().framesDropped()).isEqualTo(1);
  }

  @Test
  void fillsItsBufferOnASilentLinkOnceTheWindowOfTheNetworkIsUsedUp() {
    connect();
    alice.transport().silence(true);
    loop.runPending();

    int accepted = fill(alice.transport());

    assertThat(alice.transport().isWritable()).isFalse();
    assertThat(alice.transport().channels().get(0).bufferedAmount())
        .isGreaterThanOrEqualTo(RtcConfig.DEFAULTS.sendBufferBytes());
    alice.transport().silence(false);
    loop.runPending();
    assertThat(bob.heard.frames()).hasSize(accepted);
    assertThat(alice.heard.events(Writable.class)).isNotEmpty();
  }

  @Test
  void keepsEverythingInItsBufferWhileStalled() {
    connect();
    alice.transport().stall(true);
    loop.runPending();

    alice.transport().send(number(1));
    loop.runPending();

    assertThat(alice.transport().channels().get(0).bufferedAmount()).isEqualTo(number(1).size());
    assertThat(bob.heard.frames()).isEmpty();

    alice.transport().stall(false);
    loop.runPending();
    assertThat(bob.heard.frames()).containsExactly(number(1));
  }

  @Test
  void keepsTheNewestOnAStalledUnreliableChannel() {
    connect();
    alice.transport().stall(true);
    loop.runPending();

    int sent = 0;
    while (alice.transport().stats().framesDropped() == 0) {
      assertThat(alice.transport().send(stream(sent++))).isSameAs(SendResult.P2P);
    }
    alice.transport().stall(false);
    loop.runPending();

    assertThat(bob.heard.frames()).hasSize(sent - 1).last().isEqualTo(stream(sent - 1));
  }

  @Test
  void reportsConnectivityOnCommand() {
    connect();

    alice.transport().reportConnectivity(Connectivity.DISCONNECTED);
    alice.transport().reportConnectivity(Connectivity.CONNECTED);
    loop.runPending();

    assertThat(alice.connectivity)
        .containsExactly(Connectivity.DISCONNECTED, Connectivity.CONNECTED);
    assertThat(bob.connectivity).isEmpty();
  }

  @Test
  void deliversWhatWasAcceptedBeforeItCloses() {
    connect();

    for (int i = 0; i < 1_000; i++) {
      alice.transport().send(number(i));
    }
    alice.transport().close();
    assertThat(alice.transport().send(number(1_000))).isSameAs(SendResult.CLOSED);
    loop.runPending();

    assertThat(bob.heard.frames()).hasSize(1_000);
    assertThat(alice.heard.awaitClosed(NOW).code()).isEqualTo(Code.LOCAL_CLOSE);
    assertThat(bob.heard.awaitClosed(NOW).code()).isEqualTo(Code.REMOTE_CLOSE);
    assertThat(alice.emitted).last().isInstanceOf(Signal.Disconnected.class);
    assertThat(bob.emitted).noneMatch(Signal.Disconnected.class::isInstance);
  }

  @Test
  void carriesMessagesThatAreNoFramesOnItsChannelsAndCountsThemAsDropped() {
    connect();
    PeerChannel reliable = alice.transport().channels().get(0);

    assertThat(reliable.send(new byte[] {1, 2, 3})).isTrue();
    assertThat(reliable.send(number(7).toByteArray())).isTrue();
    assertThat(reliable.send(new byte[reliable.maxMessageSize() + 1])).isFalse();
    loop.runPending();

    assertThat(bob.heard.frames()).containsExactly(number(7));
    assertThat(bob.transport().stats().framesDropped()).isEqualTo(1);
  }

  @Test
  void usesTheReliableChannelWhenThereIsNoOther() {
    alice.provider.behaviour().unreliableChannel(false);
    connect();
    alice.transport().silence(true);
    loop.runPending();

    alice.transport().send(stream(1));
    alice.transport().silence(false);
    loop.runPending();

    assertThat(bob.heard.frames()).containsExactly(stream(1));
  }

  @Test
  void countsSignalsThatDoNotFit() {
    connect();
    String id = alice.transport().correlationId();

    alice.transport().signal(new Signal.Answer(id, "v=0", Map.of()));
    alice.transport().signal(new Signal.Offer(id, "v=0", Map.of()));
    alice.transport().signal(new Signal.Disconnected("another attempt", null));
    loop.runPending();

    assertThat(alice.transport().signalsDropped()).isEqualTo(3);
    assertThat(alice.transport().state()).isEqualTo(TransportState.OPEN);
  }

  @Test
  void endsAnAttemptWhoseDescriptionIsGarbage() {
    bob.create(PeerRole.ANSWERER, alice);
    alice.create(PeerRole.OFFERER, bob);
    bob.transport().start(bob.heard);

    bob.transport().signal(new Signal.Offer(bob.transport().correlationId(), "garbage", Map.of()));
    loop.runPending();

    assertThat(bob.heard.awaitClosed(NOW).code()).isEqualTo(Code.NEGOTIATION_FAILED);
  }

  @Test
  void boundsTheCandidatesOfTheOtherSide() {
    bob.provider.behaviour().trickleCandidates(150);

    connect();

    assertThat(alice.transport().signalsDropped()).isEqualTo(50);
    assertThat(bob.emitted).filteredOn(Signal.Candidate.class::isInstance).hasSize(150);
  }

  @Test
  void closesForGoodWhenAskedToReconnect() {
    connect();

    alice.transport().reconnect("by a test");
    loop.runPending();

    assertThat(alice.heard.awaitClosed(NOW).code()).isEqualTo(Code.RECONNECT_REQUESTED);
    assertThat(bob.heard.events(Closed.class)).hasSize(1);
  }

  @Test
  void goesOnWhenTheObserverThrows() {
    alice.failingObserver = new IllegalStateException("thrown by a test on purpose");

    connect();

    assertThat(alice.transport().stats().listenerFailures()).isPositive();
  }

  @Test
  void saysWhyItIsUnavailableAndCountsWarmUps() throws Exception {
    AutoCloseable handle = alice.provider.warmUp(RtcConfig.DEFAULTS);
    assertThat(alice.provider.openWarmUps()).isEqualTo(1);
    handle.close();
    handle.close();
    assertThat(alice.provider.openWarmUps()).isZero();

    alice.provider.unavailable("no library");
    assertThat(alice.provider.availability().reason()).isEqualTo("no library");
    assertThatThrownBy(() -> alice.provider.warmUp(RtcConfig.DEFAULTS))
        .isInstanceOfSatisfying(
            TransportException.class,
            e -> assertThat(e.reason().code()).isEqualTo(Code.UNAVAILABLE))
        .hasMessage("no library");
    assertThatThrownBy(() -> alice.create(PeerRole.OFFERER, bob)).hasMessage("no library");
  }

  @Test
  void closesBeforeItWasStarted() {
    alice.create(PeerRole.OFFERER, bob);
    bob.create(PeerRole.ANSWERER, alice);

    alice.transport().close();
    alice.transport().start(alice.heard);
    loop.runPending();

    assertThat(alice.heard.awaitClosed(NOW))
        .extracting(CloseReason::code)
        .isEqualTo(Code.LOCAL_CLOSE);
    assertThat(alice.emitted).isEmpty();
  }

  private void begin() {
    alice.create(PeerRole.OFFERER, bob);
    bob.create(PeerRole.ANSWERER, alice);
    alice.transport().start(alice.heard);
    bob.transport().start(bob.heard);
    loop.runPending();
  }

  private void connect() {
    begin();
    alice.heard.awaitOpen(NOW);
    bob.heard.awaitOpen(NOW);
  }

  private int fill(PeerTransport transport) {
    int accepted = 0;
    while (transport.send(number(accepted)).isAccepted()) {
      accepted++;
      loop.runPending();
    }
    return accepted;
  }

  private static Frame number(int number) {
    return Frame.of(SetMessage.of("/peer/x/number", Value.of((long) number)));
  }

  private static Frame stream(int number) {
    return Frame.of(
        PublishMessage.of("/peer/x/stream", SignalType.STREAM, Value.of((long) number)));
  }

  private final class Peer implements PeerTransportObserver {
    private final String name;
    private final InMemoryPeerTransportProvider provider =
        new InMemoryPeerTransportProvider(network);
    private final RecordingListener heard = new RecordingListener(loop);
    private final List<Signal> emitted = new ArrayList<>();
    private final List<Connectivity> connectivity = new ArrayList<>();
    private final List<Boolean> renewalsDue = new ArrayList<>();
    private final RandomGenerator random = new SplittableRandom(1);
    private @Nullable RuntimeException failingObserver;
    private @Nullable Peer other;

    Peer(String name) {
      this.name = name;
    }

    InMemoryPeerTransport transport() {
      return provider.newest();
    }

    InMemoryPeerTransport create(PeerRole role, Peer other) {
      this.other = other;
      provider.create(
          new PeerTransportRequest(
              other.name,
              "alice-bob-1",
              role,
              RtcConfig.DEFAULTS,
              Duration.ofSeconds(10),
              Duration.ofSeconds(2),
              Duration.ofSeconds(10),
              Map.of("from", name),
              this),
          new TransportContext(loop, random));
      return transport();
    }

    @Override
    public void onSignal(Signal signal) {
      emitted.add(signal);
      Objects.requireNonNull(other).transport().signal(signal);
      if (failingObserver != null) {
        throw failingObserver;
      }
    }

    @Override
    public void onConnectivity(Connectivity now) {
      connectivity.add(now);
    }

    @Override
    public void onRenewalDue(boolean overdue) {
      renewalsDue.add(overdue);
    }
  }
}
