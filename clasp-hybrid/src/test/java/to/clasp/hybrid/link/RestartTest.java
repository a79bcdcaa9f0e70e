package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;

/** Lives of the two sides: greetings that get lost, restarts, ends. */
class RestartTest {

  private static final Duration SOON = Duration.ofMillis(20);

  private final LinkPair pair = new LinkPair(new Random(1), P2POptions.DEFAULTS);

  @AfterEach
  void nothingThrew() {
    pair.loop.assertNoFailures();
  }

  private static List<Integer> numbers(int from, int end) {
    return IntStream.range(from, end).boxed().toList();
  }

  private static CloseReason channelClosed() {
    return CloseReason.of(Code.CHANNEL_CLOSED, "closed by the test");
  }

  // ---- Greeting

  @Test
  void aHelloThatIsLostIsSaidAgain() {
    pair.a.loseEnvelopes = 2;
    pair.b.loseEnvelopes = 2;
    pair.meet();
    assertThat(pair.a.link.isEstablished()).isFalse();
    pair.advance(Duration.ofSeconds(4));
    assertThat(pair.a.link.isEstablished()).isTrue();
    assertThat(pair.b.link.isEstablished()).isTrue();
  }

  @Test
  void aHelloThatComesTwiceChangesNothing() {
    pair.a.duplicateEnvelopes = 100;
    pair.b.duplicateEnvelopes = 100;
    pair.meet();
    pair.a.send(10);
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbers(0, 10));
    assertThat(pair.b.restarts).isZero();
    assertThat(pair.a.envelopes).isLessThan(30);
  }

  @Test
  void aPeerThatNeverAnswersIsGreetedEverMoreSeldomAndThenNoMore() {
    pair.b.routerUp = false;
    pair.a.link.relayIs(true);
    pair.a.link.greet();
    pair.advance(Duration.ofSeconds(10));
    assertThat(pair.a.envelopes).isBetween(3, 5);
    pair.advance(Duration.ofMinutes(10));
    assertThat(pair.a.envelopes).isLessThan(10);
    assertThat(pair.loop.pendingTimers()).isEmpty();
    assertThat(pair.a.send()).isSameAs(LinkPair.PLAIN);
  }

  @Test
  void aPeerThatIsBackAfterGreetingInVainIsFound() {
    pair.b.routerUp = false;
    pair.a.link.relayIs(true);
    pair.a.link.greet();
    pair.advance(Duration.ofMinutes(10));
    pair.b.routerUp = true;
    pair.b.link.relayIs(true);
    pair.b.link.greet();
    pair.advance(SOON);
    assertThat(pair.a.link.isEstablished()).isTrue();
    assertThat(pair.b.link.isEstablished()).isTrue();
  }

  @Test
  void greetingAPeerThatIsSilentCostsNoTicks() {
    pair.b.routerUp = false;
    pair.a.link.relayIs(true);
    pair.a.link.greet();
    pair.loop.runPending();
    assertThat(pair.loop.advance(Duration.ofSeconds(20))).isLessThan(40);
  }

  @Test
  void messagesOfAStrangerAreNotDeliveredAndGetOneHello() {
    pair.meet();
    long epoch = pair.a.epoch();
    int envelopes = pair.a.envelopes;
    for (int i = 0; i < 100; i++) {
      pair.a.link.received(LinkMessages.data(4711, epoch, i, LinkPair.frame(i)), null);
    }
    assertThat(pair.a.received).isEmpty();
    assertThat(pair.a.dropped).isEqualTo(100);
    assertThat(pair.a.envelopes).isEqualTo(envelopes + 1);
    assertThat(pair.a.link.isEstablished()).isTrue();
  }

  // ---- Restarts

  @Test
  void aPeerThatRestartsIsHeardOfAndGetsNothingTwice() {
    pair.meet();
    pair.a.send(10);
    pair.settle();
    pair.b.crash(Duration.ofSeconds(1));
    pair.b.received.clear();
    pair.b.link.greet();
    pair.advance(SOON);
    pair.a.send(5);
    pair.settle();
    assertThat(pair.a.restarts).isEqualTo(1);
    assertThat(pair.b.received).isEqualTo(numbers(10, 15));
    assertThat(pair.b.missing).isZero();
    assertThat(pair.a.undelivered).isZero();
  }

  @Test
  void whatWasUnderWayToTheLifeBeforeIsReportedAndNotSentToTheNext() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    wire.silence(true, true);
    pair.a.send(10);
    pair.advanceMillis(5);
    pair.b.crash(Duration.ofSeconds(1));
    pair.a.link.detach(wire.toB, channelClosed());
    pair.b.link.greet();
    pair.advance(SOON);
    pair.a.send(5);
    pair.settle();
    assertThat(pair.a.undelivered + pair.b.received.size()).isEqualTo(15);
    assertThat(pair.b.received).endsWith(10, 11, 12, 13, 14);
    assertThat(pair.a.events).contains("undelivered 10 PEER_RESTARTED");
  }

  @Test
  void framesThatWereNeverSentGoToTheNextLife() {
    pair.meet();
    pair.a.routerGoes();
    pair.a.send(10);
    pair.b.crash(Duration.ofSeconds(1));
    pair.connect();
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbers(0, 10));
    assertThat(pair.a.undelivered).isZero();
  }

  @Test
  void framesOfTheLifeBeforeThatArriveLateAreIgnored() {
    pair.delays(Duration.ofMillis(1), Duration.ofMillis(500));
    pair.meet();
    pair.advance(Duration.ofSeconds(3));
    assertThat(pair.b.link.isEstablished()).isTrue();
    pair.a.send(10);
    pair.loop.runPending();
    LinkMessage late = pair.a.lastEnvelope();
    pair.settle();
    int before = pair.b.received.size();
    pair.a.crash(Duration.ofSeconds(1));
    pair.a.link.greet();
    pair.advance(Duration.ofSeconds(3));
    pair.b.link.received(LinkCodec.encode(late), null);
    pair.advance(Duration.ofSeconds(3));
    assertThat(pair.b.received).hasSize(before);
    assertThat(pair.b.restarts).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {-3_600_000, -1, 0})
  void aRestartIsNoticedThoughTheClockWentBack(long millis) {
    pair.meet();
    pair.a.send(3);
    pair.settle();
    pair.b.crash(Duration.ofMillis(millis));
    pair.b.received.clear();
    pair.b.link.greet();
    pair.advance(Duration.ofSeconds(3));
    pair.a.send(3);
    pair.b.send(3);
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbers(3, 6));
    assertThat(pair.a.received).isEqualTo(numbers(0, 3));
    assertThat(pair.a.restarts).isEqualTo(1);
  }

  @Test
  void bothSidesRestartWithClocksThatWentBack() {
    pair.meet();
    pair.a.send(3);
    pair.settle();
    pair.a.crash(Duration.ofHours(-1));
    pair.b.crash(Duration.ofHours(-2));
    pair.a.link.greet();
    pair.b.link.greet();
    pair.advance(Duration.ofSeconds(5));
    pair.b.received.clear();
    pair.a.send(3);
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbers(3, 6));
  }

  @Test
  void twoSidesThatTakeEachOtherForOlderLivesDoNotChatter() {
    pair.meet();
    long later = pair.a.epoch() + 1_000_000;
    // Hellos of lives that never were, as only somebody else can make them.
    pair.a.link.received(LinkMessages.hello(later + 1, 0), null);
    pair.b.link.received(LinkMessages.hello(later + 2, 0), null);
    int before = pair.a.envelopes + pair.b.envelopes;
    pair.advance(Duration.ofSeconds(10));
    assertThat(pair.a.envelopes + pair.b.envelopes - before).isLessThan(60);
    pair.a.send(3);
    pair.settle();
    assertThat(pair.b.received).contains(0, 1, 2);
  }

  @Test
  void aChannelToTheNextLifeOutlivesTheHelloThatComesByTheRouter() {
    pair.meet();
    LinkPair.Wire old = pair.connect();
    pair.advance(SOON);
    pair.b.crash(Duration.ofSeconds(1));
    pair.a.link.detach(old.toB, channelClosed());
    pair.delays(Duration.ofMillis(50), Duration.ofMillis(1));
    LinkPair.Wire fresh = pair.connect();
    pair.advance(Duration.ofMillis(300));
    assertThat(fresh.closed).isFalse();
    assertThat(pair.a.restarts).isEqualTo(1);
    pair.a.send(3);
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbers(0, 3));
  }

  @Test
  void channelsToTheLifeBeforeAreClosedOnceTheNextHasSpoken() {
    pair.meet();
    LinkPair.Wire old = pair.connect();
    pair.advance(SOON);
    old.silence(true, true);
    pair.b.link =
        new PeerLink(
            "b",
            P2POptions.DEFAULTS,
            new MovedClock(pair.loop, Duration.ofSeconds(1)),
            pair.random,
            pair.b);
    pair.b.link.relayIs(true);
    pair.b.link.greet();
    pair.advance(SOON);
    assertThat(pair.a.events).contains("failed PEER_RESTARTED");
    assertThat(old.closed).isTrue();
  }

  @Test
  void countsOnlyFramesAndNotTheBarrierAsUndelivered() {
    pair.delays(Duration.ofMillis(1), Duration.ofMillis(30));
    pair.a.link.relayIs(true);
    pair.b.link.relayIs(true);
    pair.a.send(1);
    LinkPair.Wire wire = pair.connect();
    pair.advanceMillis(5);
    assertThat(pair.a.send().path()).isNotNull();
    pair.b.crash(Duration.ofSeconds(1));
    pair.a.link.detach(wire.toB, channelClosed());
    pair.b.link.greet();
    pair.advance(Duration.ofSeconds(1));
    assertThat(pair.a.undelivered).isEqualTo(1);
  }

  // ---- A peer that takes plain frames only

  @Test
  void aPeerThatNoLongerNumbersGetsPlainFramesAtOnce() {
    pair.meet();
    pair.b.routerUp = false;
    pair.a.send(2);
    pair.advance(SOON);
    pair.a.link.ungreet();
    assertThat(pair.a.undelivered).isEqualTo(2);
    assertThat(pair.a.send()).isSameAs(LinkPair.PLAIN);
  }

  // ---- Given up, and back

  @Test
  void framesForAPeerThatCannotBeReachedAreGivenUpAndReportedOnBothSides() {
    pair.meet();
    pair.b.routerGoes();
    pair.a.send(7);
    pair.advance(Duration.ofSeconds(61));
    assertThat(pair.a.undelivered).isEqualTo(7);
    assertThat(pair.a.link.isEstablished()).isFalse();
    assertThat(pair.a.send()).isSameAs(LinkPair.PLAIN);
    pair.b.routerComes();
    pair.b.send(3);
    pair.settle();
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.a.received).isEqualTo(numbers(0, 3));
    assertThat(pair.a.link.isEstablished()).isTrue();
    pair.a.send(2);
    pair.settle();
    assertThat(pair.b.missing).isEqualTo(7);
    assertThat(pair.b.received).isEqualTo(numbers(7, 10));
    assertThat(pair.a.restarts + pair.b.restarts).isZero();
  }

  @Test
  void theHelloThatTellsWhatWasGivenUpIsSaidAgainWhenItIsLost() {
    pair.meet();
    pair.b.routerGoes();
    pair.a.send(7);
    pair.advance(Duration.ofSeconds(61));
    pair.b.routerComes();
    pair.a.loseEnvelopes = 1;
    pair.b.send(1);
    for (int i = 0; i < 10; i++) {
      pair.advance(Duration.ofSeconds(1));
      pair.a.send();
    }
    pair.settle();
    assertThat(pair.b.missing).isEqualTo(7);
    assertThat(pair.b.received).endsWith(16);
  }

  // ---- The end

  @Test
  void aByeMakesTheOtherSidePlain() {
    pair.meet();
    pair.connect();
    pair.advance(SOON);
    pair.a.send(10);
    Boolean[] drained = new Boolean[1];
    pair.a.link.close(Duration.ofSeconds(1), all -> drained[0] = all);
    assertThat(drained[0]).isNull();
    pair.advance(SOON);
    assertThat(drained[0]).isTrue();
    assertThat(pair.a.link.isClosed()).isTrue();
    assertThat(pair.b.received).isEqualTo(numbers(0, 10));
    assertThat(pair.b.link.isEstablished()).isFalse();
    assertThat(pair.b.send()).isSameAs(LinkPair.PLAIN);
    assertThat(pair.b.dropped).isZero();
  }

  @Test
  void whatComesAfterAByeGreetsNobody() {
    pair.meet();
    pair.a.send(1);
    pair.loop.runPending();
    LinkMessage late = pair.a.lastEnvelope();
    pair.settle();
    pair.a.link.close(Duration.ofSeconds(1), all -> {});
    pair.advance(SOON);
    int envelopes = pair.b.envelopes;
    pair.b.link.received(LinkCodec.encode(late), null);
    pair.advance(Duration.ofMinutes(2));
    assertThat(pair.b.envelopes).isEqualTo(envelopes);
    assertThat(pair.loop.pendingTimers()).isEmpty();
  }

  @Test
  void bothSidesCloseAtOnceAndEachHasWhatTheOtherSent() {
    pair.meet();
    pair.connect();
    pair.advance(SOON);
    pair.a.send(50);
    pair.b.send(50);
    Boolean[] drained = new Boolean[2];
    pair.a.link.close(Duration.ofSeconds(1), all -> drained[0] = all);
    pair.b.link.close(Duration.ofSeconds(1), all -> drained[1] = all);
    pair.advance(Duration.ofMillis(100));
    assertThat(drained).containsExactly(true, true);
    assertThat(pair.b.received).isEqualTo(numbers(0, 50));
    assertThat(pair.a.received).isEqualTo(numbers(0, 50));
    assertThat(pair.a.undelivered + pair.b.undelivered).isZero();
  }

  @Test
  void closingIsBoundedInTimeAndTellsWhatIsLost() {
    pair.meet();
    pair.b.routerUp = false;
    pair.a.send(4);
    Boolean[] drained = new Boolean[1];
    pair.a.link.close(Duration.ofMillis(300), all -> drained[0] = all);
    pair.advance(Duration.ofMillis(299));
    assertThat(drained[0]).isNull();
    pair.advance(Duration.ofMillis(1));
    assertThat(drained[0]).isFalse();
    assertThat(pair.a.events).contains("undelivered 4 LOCAL_CLOSE");
  }

  @Test
  void nothingIsLeftBehindByAClosedLink() {
    pair.meet();
    pair.connect();
    pair.advance(SOON);
    pair.a.send(10);
    pair.b.send(10);
    pair.advanceMillis(2);
    pair.a.link.close(Duration.ofSeconds(1), all -> {});
    pair.b.link.close(Duration.ofSeconds(1), all -> {});
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.loop.pendingTimers()).isEmpty();
    assertThat(pair.loop.pendingTasks()).isZero();
  }

  @Test
  void aClosedLinkTakesNothing() {
    pair.meet();
    long epoch = pair.a.epoch();
    pair.a.link.close(Duration.ZERO, all -> {});
    pair.a.link.received(LinkMessages.hello(4711, epoch), null);
    pair.a.link.attach(pair.new Wire().toB);
    pair.a.link.greet();
    pair.a.link.relayIs(false);
    pair.a.link.ungreet();
    assertThat(pair.a.link.isClosed()).isTrue();
    assertThat(pair.a.send()).isSameAs(LinkPair.PLAIN);
    pair.advance(Duration.ofMinutes(1));
    assertThat(pair.loop.pendingTimers()).isEmpty();
  }

  @Test
  void isOffWhenTurnedOff() {
    LinkPair off =
        new LinkPair(
            new Random(1),
            P2POptions.DEFAULTS,
            P2POptions.builder().link(PeerLinkOptions.builder().enabled(false).build()).build());
    off.meet();
    off.advance(Duration.ofSeconds(3));
    assertThat(off.a.link.isEstablished()).isFalse();
    assertThat(off.b.envelopes).isZero();
    assertThat(off.a.send()).isSameAs(LinkPair.PLAIN);
  }
}
