package to.clasp.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.record.TransportEvent.Closed;
import to.clasp.testkit.record.TransportEvent.Opened;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.FrameSource;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.Reliability;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.PeerTransportProvider;

/**
 * The contract of {@link PeerTransport} as tests, beside that of any transport. The two ends are
 * joined by carrying the signals of each to the other. Extend it twice, once for each role.
 */
public abstract class PeerTransportContract extends TransportContract {

  /** For subclasses. */
  protected PeerTransportContract() {}

  /**
   * Gives the provider under test.
   *
   * @return a provider
   */
  protected abstract PeerTransportProvider provider();

  /**
   * Gives the provider of the other end.
   *
   * @return that under test by default
   */
  protected PeerTransportProvider otherProvider() {
    return provider();
  }

  /**
   * Tells which end is under test.
   *
   * @return the offerer by default
   */
  protected PeerRole role() {
    return PeerRole.OFFERER;
  }

  /**
   * Gives the configuration of links.
   *
   * @param options what the test asks for
   * @return loopback only, by default, with the buffers asked for
   */
  protected RtcConfig rtcConfig(ConnectionOptions options) {
    return RtcConfig.builder()
        .networkScope(NetworkScope.LOOPBACK)
        .sendBufferBytes(options.sendBufferBytes())
        .receiveBufferBytes(options.receiveBufferBytes())
        .build();
  }

  /**
   * Makes the other end stop reading. Only asked for when {@link #pushesBack()}.
   *
   * @param other the other end
   * @param paused true to stop, false to go on
   */
  protected void pauseReading(PeerTransport other, boolean paused) {
    throw new UnsupportedOperationException("say in pushesBack() that this is not possible");
  }

  /**
   * Breaks the link abruptly at the other end. Signals are not carried any more.
   *
   * @param other the other end
   */
  protected void loseLink(PeerTransport other) {
    other.reconnect("lost on command");
  }

  @Override
  protected final TransportHarness openHarness() {
    return new PeerHarness(this);
  }

  @Override
  protected final boolean reconnects() {
    return false;
  }

  /**
   * Tells whether a receiver that does not read makes the sender's buffer full. Data channels have
   * no such means.
   *
   * @return false by default
   */
  @Override
  protected boolean pushesBack() {
    return false;
  }

  @Override
  protected final FrameSource source() {
    return FrameSource.peer(PeerHarness.OTHER);
  }

  @Test
  void emitsItsDescriptionFirstThenTellsOnceThatItIsConnected() throws Exception {
    PeerHarness harness = peerHarness();
    opened(harness);

    harness.fromSubject().await(Signal.Connected.class, timeout());
    List<Signal> signals = harness.fromSubject().events();
    assertInstanceOf(descriptionOf(role()), signals.get(0));
    assertEquals(1, harness.fromSubject().events(descriptionOf(role())).size());
    assertEquals(1, harness.fromSubject().events(Signal.Connected.class).size());
  }

  @Test
  void namesTheAttemptInEverySignalAndCarriesTheExtensions() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = opened(harness);
    harness.fromSubject().await(Signal.Connected.class, timeout());
    subject.transport().close();
    subject.heard().awaitClosed(timeout());

    for (Signal signal : harness.fromSubject().events()) {
      assertEquals(harness.subject().correlationId(), signal.correlationId());
      if (signal instanceof Signal.Offer offer) {
        assertEquals(Map.of("about", "to other"), offer.extensions());
      } else if (signal instanceof Signal.Answer answer) {
        assertEquals(Map.of("about", "to other"), answer.extensions());
      }
    }
  }

  @Test
  void knowsItsPeerItsAttemptAndHowPacketsTravel() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = created(harness);
    assertEquals(PeerHarness.OTHER, harness.subject().peerId());
    assertEquals(List.of(), harness.subject().channels());
    assertTrue(harness.subject().candidatePair().isEmpty());

    subject.start();
    subject.heard().awaitOpen(timeout());
    assertFalse(harness.subject().channels().isEmpty());
    assertEquals("clasp-reliable", reliable(harness.subject()).label());

    subject.transport().close();
    subject.heard().awaitClosed(timeout());
    assertEquals(List.of(), harness.subject().channels());
  }

  @Test
  void carriesWholeMessagesOnItsChannels() throws Exception {
    PeerHarness harness = peerHarness();
    opened(harness);
    PeerChannel channel = reliable(harness.subject());
    Frame frame = NumberedFrames.small(0, 0);

    assertFalse(channel.send(new byte[channel.maxMessageSize() + 1]));
    assertTrue(channel.send(frame.toByteArray()));

    assertEquals(List.of(frame), received(harness, 1));
    assertTrue(channel.bufferedAmount() >= 0);
  }

  @Test
  void refusesMessagesOnAChannelThatIsClosed() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = opened(harness);
    PeerChannel channel = reliable(harness.subject());

    subject.transport().close();
    subject.heard().awaitClosed(timeout());

    assertFalse(channel.send(NumberedFrames.small(0, 0).toByteArray()));
  }

  @Test
  void dropsMessagesThatAreNoFramesAndCountsThem() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = opened(harness);
    PeerChannel channel = reliable(harness.other());

    assertTrue(channel.send(new byte[] {1, 2, 3}));
    assertTrue(channel.send(new byte[] {0x53, 1, 0, 9, 1}));
    assertTrue(channel.send(NumberedFrames.small(1, 0).toByteArray()));

    assertEquals(List.of(NumberedFrames.small(1, 0)), subject.heard().awaitFrames(1, timeout()));
    assertEquals(2, subject.transport().stats().framesDropped());
  }

  @Test
  void carriesStreamsOnTheUnreliableChannel() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = opened(harness);

    // One at a time: nothing makes a lossy channel lose it, and nothing can overtake it.
    for (int i = 0; i < 10; i++) {
      assertAccepted(subject.send(NumberedFrames.lossy(0, i), timeout()));
      received(harness, i + 1);
    }

    NumberedFrames.assertComplete(0, 10, harness.otherSide().received().events());
  }

  @Test
  void survivesSignalsThatDoNotFit() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = opened(harness);
    PeerTransport peer = harness.subject();
    String id = peer.correlationId();

    peer.signal(new Signal.Offer("another attempt", "v=0\r\n", Map.of()));
    peer.signal(new Signal.Answer("another attempt", "v=0\r\n", Map.of()));
    peer.signal(new Signal.Candidate("another attempt", "{}"));
    peer.signal(new Signal.Connected("another attempt"));
    peer.signal(new Signal.Disconnected("another attempt", "by a test"));
    for (String garbage : List.of("", "{", "[]", "null", "{}", "{\"candidate\":7}", "\0")) {
      peer.signal(new Signal.Candidate(id, garbage));
    }
    peer.signal(
        new Signal.Candidate(id, "{\"candidate\":\"candidate:nonsense\",\"sdpMid\":\"0\"}"));
    peer.signal(new Signal.Connected(id));
    settle(subject);

    assertAccepted(subject.send(NumberedFrames.small(0, 0), timeout()));
    NumberedFrames.assertComplete(0, 1, received(harness, 1));
    assertEquals(TransportState.OPEN, subject.transport().state());
  }

  @Test
  void survivesTenThousandCandidates() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = created(harness);
    String id = harness.subject().correlationId();
    subject.start();
    for (int i = 0; i < 10_000; i++) {
      harness
          .subject()
          .signal(
              new Signal.Candidate(
                  id,
                  "{\"candidate\":\"candidate:1 1 udp "
                      + i
                      + " 127.0.0.1 9 typ host\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}"));
    }

    subject.heard().awaitOpen(timeout());

    assertAccepted(subject.send(NumberedFrames.small(0, 0), timeout()));
    NumberedFrames.assertComplete(0, 1, received(harness, 1));
  }

  @Test
  void endsWithAReasonWhenTheDescriptionIsGarbage() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = subject(context -> harness.createWithNobodyListening(options(), context));
    subject.start();
    String id = harness.subject().correlationId();

    Signal garbage =
        role() == PeerRole.OFFERER
            ? new Signal.Answer(id, "no description\0", Map.of())
            : new Signal.Offer(id, "no description\0", Map.of());
    harness.subject().signal(garbage);

    assertEquals(
        CloseReason.Code.NEGOTIATION_FAILED, subject.heard().awaitClosed(timeout()).code());
    assertEquals(List.of(), subject.heard().events(Opened.class));
  }

  @Test
  void givesUpInTimeWhenTheAttemptLeadsNowhere() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject =
        subject(
            context ->
                harness.createWithNobodyListening(
                    options().toBuilder().connectTimeout(Duration.ofMillis(200)).build(), context));
    subject.start();

    assertEquals(CloseReason.Code.CONNECT_TIMEOUT, subject.heard().awaitClosed(timeout()).code());
  }

  @Test
  void endsWhenThePeerSaysSo() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = opened(harness);

    harness.subject().signal(new Signal.Disconnected(harness.subject().correlationId(), "enough"));

    CloseReason reason = subject.heard().awaitClosed(timeout());
    assertEquals(CloseReason.Code.REMOTE_CLOSE, reason.code(), reason::toString);
    assertEquals(1, subject.heard().events(Closed.class).size());
  }

  @Test
  void tellsABrokenLinkFromOneThatThePeerHasPutAway() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = opened(harness);

    harness
        .subject()
        .signal(
            Signal.Disconnected.of(
                harness.subject().correlationId(),
                CloseReason.of(CloseReason.Code.SILENT, "nothing came through")));

    CloseReason reason = subject.heard().awaitClosed(timeout());
    assertEquals(CloseReason.Code.CONNECTION_LOST, reason.code(), reason::toString);
    settle(subject);
    assertEquals(List.of(), harness.fromSubject().events(Signal.Disconnected.class));
  }

  @Test
  void isAbandonedForAReasonThatThePeerIsTold() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = opened(harness);
    CloseReason silence = CloseReason.of(CloseReason.Code.SILENT, "nothing came through");

    harness.subject().abandon(silence);

    assertEquals(silence, subject.heard().awaitClosed(timeout()));
    settle(subject);
    assertEquals(
        List.of(Signal.Disconnected.of(harness.subject().correlationId(), silence)),
        harness.fromSubject().events(Signal.Disconnected.class));
    harness.otherSide().awaitDisconnected(timeout());
  }

  @Test
  void tellsThePeerOnceWhenItIsClosed() throws Exception {
    PeerHarness harness = peerHarness();
    Subject subject = opened(harness);

    subject.transport().close();
    subject.heard().awaitClosed(timeout());
    settle(subject);

    assertEquals(1, harness.fromSubject().events(Signal.Disconnected.class).size());
    harness.otherSide().awaitDisconnected(timeout());
  }

  @Test
  void tellsNobodyWhenItIsClosedBeforeItHasSaidAnything() throws Exception {
    assumeTrue(role() == PeerRole.ANSWERER, "the offerer speaks at once");
    PeerHarness harness = peerHarness();
    Subject subject = subject(context -> harness.createWithNobodyListening(options(), context));
    subject.start();

    subject.transport().close();
    subject.heard().awaitClosed(timeout());

    assertEquals(List.of(), harness.fromSubject().events());
  }

  private PeerHarness peerHarness() throws Exception {
    return (PeerHarness) harness();
  }

  private static Class<? extends Signal> descriptionOf(PeerRole role) {
    return role == PeerRole.OFFERER ? Signal.Offer.class : Signal.Answer.class;
  }

  private static PeerChannel reliable(PeerTransport transport) {
    return transport.channels().stream()
        .filter(channel -> channel.reliability() == Reliability.RELIABLE)
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no reliable channel"));
  }
}
