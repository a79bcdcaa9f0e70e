package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;

/** What a link does, step by step, with a clock that the test moves. */
class PeerLinkTest {

  private static final Duration SOON = Duration.ofMillis(20);

  private final LinkPair pair = new LinkPair(new Random(1), P2POptions.DEFAULTS);

  @AfterEach
  void nothingThrew() {
    pair.loop.assertNoFailures();
  }

  private static List<Integer> numbersTo(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  @Test
  void framesTravelPlainlyUntilThePeerIsKnownToNumberThem() {
    assertThat(pair.a.send()).isSameAs(LinkPair.PLAIN);
    pair.advance(SOON);
    assertThat(pair.b.plain).containsExactly(0);
  }

  @Test
  void greetingsThroughTheRouterEstablishBothSides() {
    pair.meet();
    assertThat(pair.a.link.isEstablished()).isTrue();
    assertThat(pair.b.link.isEstablished()).isTrue();
    assertThat(pair.a.send()).isSameAs(SendResult.RELAYED);
    pair.advance(SOON);
    assertThat(pair.b.received).containsExactly(0);
    assertThat(pair.b.plain).isEmpty();
    assertThat(pair.b.paths).containsExactly(Path.ROUTER);
    assertThat(pair.a.link.isDrained()).isTrue();
  }

  @Test
  void helloOnTheChannelEstablishesWithoutARouter() {
    pair.a.routerUp = false;
    pair.b.routerUp = false;
    pair.connect();
    pair.advance(SOON);
    assertThat(pair.a.send()).isSameAs(SendResult.P2P);
    pair.advance(SOON);
    assertThat(pair.b.received).containsExactly(0);
    assertThat(pair.b.paths).containsExactly(Path.P2P);
  }

  @Test
  void theFirstNumberedFrameWaitsForPlainOnesThatAreUnderWay() {
    pair.delays(Duration.ofMillis(1), Duration.ofMillis(30));
    pair.a.link.relayIs(true);
    pair.b.link.relayIs(true);
    pair.a.send(3);
    pair.connect();
    pair.advance(Duration.ofMillis(10));
    assertThat(pair.a.send()).isSameAs(SendResult.P2P);
    pair.advance(Duration.ofMillis(10));
    assertThat(pair.b.received).isEmpty();
    pair.advance(Duration.ofMillis(50));
    assertThat(pair.b.received).isEqualTo(numbersTo(4));
    assertThat(pair.b.plain).containsExactly(0, 1, 2);
  }

  @Test
  void aClosedChannelLosesNothing() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    pair.a.send(10);
    pair.loop.runPending();
    wire.close(Duration.ofMillis(3), Duration.ofMillis(5));
    pair.a.send(10);
    pair.advance(Duration.ofMillis(100));
    pair.a.send(5);
    pair.advance(SOON);
    assertThat(pair.b.received).isEqualTo(numbersTo(25));
    assertThat(pair.a.routes).containsExactly(Path.ROUTER, Path.P2P, Path.ROUTER);
  }

  @Test
  void aSilentChannelIsLeftAfterTheSilenceTimeout() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    pair.a.send(10);
    pair.advance(SOON);
    wire.silence(true, true);
    pair.a.send(10);
    pair.advance(Duration.ofMillis(440));
    assertThat(pair.b.received).hasSize(10);
    pair.advance(Duration.ofMillis(200));
    assertThat(pair.b.received).isEqualTo(numbersTo(20));
    assertThat(pair.a.routes).endsWith(Path.ROUTER);
    // What arrives late was delivered before.
    wire.heal();
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.b.received).isEqualTo(numbersTo(20));
    assertThat(pair.a.routes).endsWith(Path.P2P);
  }

  @Test
  void aFrameLargerThanAMessageTravelsInParts() {
    pair.meet();
    pair.a.send(LinkPair.large(0, 65_000));
    pair.a.send();
    pair.advance(Duration.ofMillis(100));
    pair.connect();
    pair.advance(SOON);
    pair.a.send(LinkPair.large(2, 65_450));
    pair.a.send();
    pair.advance(Duration.ofMillis(100));
    assertThat(pair.b.received).isEqualTo(numbersTo(4));
  }

  @Test
  void plainCopiesAreSentForOthersAndNotDeliveredTwice() {
    pair.a.maxCopies = 3;
    pair.meet();
    pair.a.send(5);
    pair.advance(Duration.ofMillis(100));
    assertThat(pair.b.received).isEqualTo(numbersTo(5));
    assertThat(pair.b.plain).isEmpty();
  }

  // ---- Bounds

  @Test
  void aFullWindowIsBackPressureAndTellsWhenThereIsRoomAgain() {
    LinkPair small = small(16, 65_536);
    small.meet();
    small.b.routerUp = false;
    small.a.send(20);
    assertThat(small.a.refused).isEqualTo(4);
    assertThat(small.a.send()).isSameAs(SendResult.BUFFER_FULL);
    assertThat(small.a.link.isFull()).isTrue();
    assertThat(small.a.roomAgain).isZero();
    small.b.routerUp = true;
    small.settle();
    assertThat(small.a.roomAgain).isEqualTo(1);
    assertThat(small.a.link.isFull()).isFalse();
    assertThat(small.b.received).isEqualTo(numbersTo(16));
  }

  @Test
  void theWindowIsBoundedInBytesToo() {
    LinkPair small = small(1_000, 65_536);
    small.meet();
    small.b.routerUp = false;
    assertThat(small.a.send(LinkPair.large(0, 40_000)).isAccepted()).isTrue();
    assertThat(small.a.send(LinkPair.large(1, 40_000))).isSameAs(SendResult.BUFFER_FULL);
    assertThat(small.a.send(LinkPair.large(1, 20_000)).isAccepted()).isTrue();
  }

  @Test
  void theSmallerWindowOfTheTwoCounts() {
    LinkPair mixed =
        new LinkPair(
            new Random(1),
            P2POptions.DEFAULTS,
            P2POptions.builder().link(PeerLinkOptions.builder().windowFrames(16).build()).build());
    mixed.meet();
    mixed.b.routerUp = false;
    mixed.a.send(20);
    assertThat(mixed.a.refused).isEqualTo(4);
  }

  @Test
  void aBarrierThatIsLateKeepsNoMoreThanTheWindow() {
    LinkPair small = small(16, 65_536);
    small.delays(Duration.ofMillis(1), Duration.ofSeconds(1));
    small.a.link.relayIs(true);
    small.b.link.relayIs(true);
    small.a.send(1);
    small.connect();
    small.advanceMillis(10);
    for (int i = 0; i < 50; i++) {
      small.a.send();
      small.advanceMillis(1);
    }
    assertThat(small.a.refused).isPositive();
    small.advance(Duration.ofSeconds(2));
    assertThat(small.b.received).isEqualTo(numbersTo(small.a.sent));
    assertThat(small.b.dropped).isZero();
  }

  // ---- Packing

  @Test
  void whatGathersWhileAMessageIsHandedOverTravelsTogether() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    int before = wire.toB.messages;
    pair.a.send(1_000);
    pair.advance(SOON);
    assertThat(pair.b.received).hasSize(1_000);
    assertThat(wire.toB.messages - before).isLessThan(10);
    assertThat(wire.toB.largest).isLessThanOrEqualTo(PeerLinkOptions.DEFAULTS.batchBytes());
  }

  @Test
  void envelopesHoldManyFramesAndFitIntoAFrame() {
    pair.meet();
    int before = pair.a.envelopes;
    pair.a.send(5_000);
    pair.advance(Duration.ofSeconds(1));
    assertThat(pair.b.received).isEqualTo(numbersTo(5_000));
    assertThat(pair.a.envelopes - before).isLessThan(15);
    assertThat(pair.a.largestEnvelope).isBetween(50_000, 60_000);
  }

  @Test
  void fiveThousandFramesASecondPassARouterThatAllowsThirtyMessages() {
    pair.meet();
    pair.a.pace = Duration.ofNanos(1_000_000_000 / 30);
    pair.b.pace = pair.a.pace;
    pair.a.maxCopies = 100;
    pair.advance(Duration.ofSeconds(1));
    int latest = 0;
    for (int i = 0; i < 10_000; i++) {
      pair.a.send(5);
      pair.advanceMillis(1);
      latest = Math.max(latest, pair.a.sent - pair.b.received.size());
    }
    pair.settle();
    assertThat(pair.a.refused).isZero();
    assertThat(pair.b.received).isEqualTo(numbersTo(50_000));
    assertThat(latest).as("frames behind").isLessThan(20_000);
  }

  @Test
  void onlySoManyEnvelopesAreUnderWayAtOnce() {
    pair.delays(Duration.ofMillis(1), Duration.ofMillis(400));
    pair.meet();
    pair.advance(Duration.ofSeconds(2));
    int before = pair.a.envelopes;
    pair.a.send(20_000);
    pair.advanceMillis(300);
    assertThat(pair.a.envelopes - before).isEqualTo(PeerLinkOptions.DEFAULTS.relayedInFlight());
  }

  @Test
  void aFrameThatIsCutByAChangeOfPathArrivesWhole() {
    LinkPair slow = new LinkPair(new Random(1), P2POptions.DEFAULTS);
    slow.delays(Duration.ofMillis(30), Duration.ofMillis(2));
    slow.meet();
    LinkPair.Wire wire = slow.connect();
    slow.advance(Duration.ofMillis(200));
    slow.a.send(LinkPair.large(0, 65_450));
    slow.loop.runPending();
    wire.close(Duration.ZERO, Duration.ZERO);
    slow.a.send();
    slow.advance(Duration.ofMillis(200));
    assertThat(slow.b.received).isEqualTo(numbersTo(2));
    assertThat(slow.b.paths).containsOnly(Path.ROUTER);
  }

  // ---- Acknowledging

  @Test
  void anAcknowledgementRidesOnAFrame() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    int before = wire.toA.messages;
    pair.a.send();
    pair.advanceMillis(2);
    pair.b.send();
    pair.advanceMillis(2);
    assertThat(pair.a.link.isDrained()).isTrue();
    assertThat(wire.toA.messages - before).isEqualTo(1);
    pair.advance(SOON);
    assertThat(wire.toA.messages - before).isEqualTo(1);
  }

  @Test
  void anAcknowledgementWaitsOnlySoLongForAFrame() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    int before = wire.toA.messages;
    pair.a.send();
    pair.advanceMillis(5);
    assertThat(pair.a.link.isDrained()).isFalse();
    pair.advanceMillis(5);
    assertThat(pair.a.link.isDrained()).isTrue();
    assertThat(wire.toA.messages - before).isEqualTo(1);
  }

  @Test
  void anEnvelopeThatCarriesFramesAcknowledgesToo() {
    pair.meet();
    pair.advance(Duration.ofMillis(100));
    int before = pair.b.envelopes;
    for (int i = 0; i < 100; i++) {
      pair.a.send();
      pair.advanceMillis(3);
      pair.b.send();
      pair.advanceMillis(7);
    }
    assertThat(pair.a.link.isDrained()).isTrue();
    // Without frames that carry them there would be one more for each.
    assertThat(pair.b.envelopes - before).isLessThan(170);
  }

  @Test
  void anAcknowledgementThatTheRouterRefusesIsSaidWhenItHasRoom() {
    pair.meet();
    pair.advance(Duration.ofMillis(100));
    pair.b.full = true;
    pair.a.send();
    pair.advance(SOON);
    assertThat(pair.a.link.isDrained()).isFalse();
    pair.b.full = false;
    pair.b.link.relayHasRoom();
    pair.advance(SOON);
    assertThat(pair.a.link.isDrained()).isTrue();
  }

  @Test
  void anEnvelopeThatTheRouterRefusesIsSentWhenItHasRoom() {
    pair.meet();
    pair.a.full = true;
    pair.a.send(3);
    pair.advance(Duration.ofSeconds(2));
    pair.a.full = false;
    pair.a.link.relayHasRoom();
    pair.advance(SOON);
    assertThat(pair.b.received).isEqualTo(numbersTo(3));
  }

  @Test
  void anEnvelopeThatIsLostIsSentAgain() {
    pair.meet();
    pair.a.loseEnvelopes = 2;
    pair.a.send(3);
    pair.advance(Duration.ofMillis(1_400));
    assertThat(pair.b.received).isEmpty();
    pair.advance(Duration.ofSeconds(6));
    assertThat(pair.b.received).isEqualTo(numbersTo(3));
  }

  @Test
  void aRouterThatIsBackIsNotMadeToWaitForWhatWasLostBefore() {
    pair.meet();
    pair.a.loseEnvelopes = 1_000;
    pair.a.send(1);
    pair.advance(Duration.ofSeconds(40));
    pair.a.routerGoes();
    pair.a.routerComes();
    pair.advance(Duration.ofSeconds(2));
    pair.a.loseEnvelopes = 0;
    pair.advance(Duration.ofSeconds(4));
    assertThat(pair.b.received).containsExactly(0);
  }

  // ---- Copies

  @Test
  void aCopyIsSentOnlyWhenThePeerHasTheFrame() {
    pair.a.maxCopies = 10;
    pair.meet();
    pair.a.loseEnvelopes = 1;
    pair.a.send(1);
    pair.advance(Duration.ofSeconds(1));
    assertThat(pair.b.plain).isEmpty();
    assertThat(pair.b.expectedCopies).isEmpty();
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.b.received).containsExactly(0);
    assertThat(pair.b.plain).isEmpty();
    assertThat(pair.b.expectedCopies).isEmpty();
  }

  @Test
  void framesOfWhichCopiesFollowShareEnvelopes() {
    pair.a.maxCopies = 1_000_000;
    pair.meet();
    pair.advance(Duration.ofMillis(100));
    int before = pair.a.envelopes;
    for (int i = 0; i < 1_000; i++) {
      pair.a.send(5);
      pair.advanceMillis(1);
    }
    pair.advance(Duration.ofMillis(100));
    assertThat(pair.b.received).isEqualTo(numbersTo(5_000));
    assertThat(pair.a.envelopes - before).isLessThan(250);
  }

  @Test
  void aFrameThatIsMarkedAndThenGoesDirectlyIsStillCopiedOnce() {
    pair.a.maxCopies = 10;
    pair.meet();
    pair.a.loseEnvelopes = 10;
    pair.a.send(4);
    pair.advanceMillis(5);
    pair.connect();
    pair.advance(Duration.ofMillis(200));
    assertThat(pair.b.received).isEqualTo(numbersTo(4));
    assertThat(pair.b.plain).isEmpty();
    assertThat(pair.b.expectedCopies).isEmpty();
  }

  // ---- Choosing the path

  @Test
  void aDisconnectedChannelIsLeftAtOnceAndTakenAgainWhenItHasProvenItself() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    pair.a.link.connectivity(wire.toB, false);
    assertThat(pair.a.link.path()).isEqualTo(Path.ROUTER);
    pair.a.link.connectivity(wire.toB, true);
    pair.advance(Duration.ofMillis(100));
    assertThat(pair.a.link.path()).isEqualTo(Path.ROUTER);
    pair.advance(Duration.ofMillis(500));
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    assertThat(wire.closed).isFalse();
  }

  @Test
  void aDisconnectedChannelThatDoesNotHealIsGivenUpAfterTheGraceTime() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    wire.silence(true, true);
    pair.a.link.connectivity(wire.toB, false);
    pair.advance(P2POptions.DEFAULTS.disconnectGrace().minusMillis(100));
    assertThat(wire.closed).isFalse();
    pair.advance(Duration.ofMillis(200));
    assertThat(wire.closed).isTrue();
    assertThat(pair.a.events).contains("failed SILENT");
  }

  @Test
  void whileIceSaysDisconnectedLateReceiptsDoNotHealTheChannel() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    pair.a.send(1);
    pair.loop.runPending();
    pair.a.link.connectivity(wire.toB, false);
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.a.link.path()).isEqualTo(Path.ROUTER);
  }

  @Test
  void eachRelapseMakesTheNextProofLonger() {
    pair.meet();
    pair.connect();
    pair.advance(SOON);
    long before = 0;
    for (int relapse = 0; relapse < 5; relapse++) {
      LinkPair.Wire wire = Objects.requireNonNull(pair.wire());
      pair.a.link.connectivity(wire.toB, false);
      pair.a.link.connectivity(wire.toB, true);
      long took = 0;
      while (pair.a.link.path() != Path.P2P) {
        pair.advanceMillis(10);
        took += 10;
        assertThat(took).isLessThan(60_000);
      }
      assertThat(took).as("relapse %d", relapse).isGreaterThan(before);
      before = took;
    }
  }

  @Test
  void aLinkThatLastedIsForgivenItsRelapses() {
    pair.meet();
    pair.connect();
    pair.advance(SOON);
    LinkPair.Wire wire = Objects.requireNonNull(pair.wire());
    for (int relapse = 0; relapse < 4; relapse++) {
      pair.a.link.connectivity(wire.toB, false);
      pair.a.link.connectivity(wire.toB, true);
      pair.advanceMillis(100);
    }
    pair.advance(Duration.ofSeconds(80));
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    pair.a.link.connectivity(wire.toB, false);
    pair.a.link.connectivity(wire.toB, true);
    pair.advance(Duration.ofMillis(500));
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
  }

  @Test
  void aChannelThatIsClosedOnPurposeIsNoRelapse() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    CloseReason idle = CloseReason.of(Code.IDLE, "closed by the test");
    pair.a.link.detach(wire.toB, idle);
    pair.b.link.detach(wire.toA, idle);
    assertThat(pair.a.link.path()).isEqualTo(Path.ROUTER);
    pair.connect();
    pair.advance(SOON);
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
  }

  @Test
  void withoutARouterFramesStayOnADoubtfulChannel() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    pair.a.routerGoes();
    pair.b.routerGoes();
    wire.silence(true, true);
    pair.a.send(5);
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    wire.heal();
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(5));
  }

  @Test
  void whenTheRouterIsPreferredAChannelServesWhileItIsDown() {
    P2POptions routerFirst = P2POptions.builder().preferP2P(false).build();
    LinkPair second = new LinkPair(new Random(1), routerFirst);
    second.meet();
    second.connect();
    second.advance(SOON);
    assertThat(second.a.link.path()).isEqualTo(Path.ROUTER);
    second.a.routerGoes();
    assertThat(second.a.link.path()).isEqualTo(Path.P2P);
    second.a.send(3);
    second.a.routerComes();
    second.a.send(3);
    second.settle();
    assertThat(second.a.link.path()).isEqualTo(Path.ROUTER);
    assertThat(second.b.received).isEqualTo(numbersTo(6));
  }

  @Test
  void crossingSwitchesLoseNothing() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    for (int i = 0; i < 40; i++) {
      pair.a.send(5);
      pair.b.send(5);
      // Each side changes its path while the other's change is on its way.
      pair.a.link.connectivity(wire.toB, i % 2 == 0);
      pair.advanceMillis(1);
      pair.b.link.connectivity(wire.toA, i % 2 == 1);
      pair.advanceMillis(i * 7 % 13);
    }
    pair.a.link.connectivity(wire.toB, true);
    pair.b.link.connectivity(wire.toA, true);
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(200));
    assertThat(pair.a.received).isEqualTo(numbersTo(200));
  }

  @Test
  void aLinkThatFlapsWithinMillisecondsLosesNothing() {
    pair.meet();
    for (int i = 0; i < 30; i++) {
      LinkPair.Wire wire = pair.connect();
      pair.a.send(3);
      pair.advanceMillis(3);
      pair.a.send(3);
      wire.close(Duration.ofMillis(i % 3), Duration.ofMillis(i % 5));
      pair.a.send(3);
      pair.advanceMillis(2);
    }
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(270));
  }

  // ---- Standby

  @Test
  void aNewerChannelTakesOverWithoutAGap() {
    pair.meet();
    LinkPair.Wire old = pair.connect();
    pair.advance(SOON);
    pair.a.send(50);
    LinkPair.Wire fresh = pair.connect();
    pair.a.send(50);
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    pair.advance(SOON);
    int before = old.toB.messages;
    pair.a.send(50);
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(150));
    assertThat(pair.b.paths).containsOnly(Path.P2P);
    assertThat(old.toB.messages).isEqualTo(before);
    assertThat(fresh.toB.messages).isPositive();
    assertThat(pair.a.routes).containsExactly(Path.ROUTER, Path.P2P, Path.P2P);
    assertThat(pair.a.channels).endsWith(old.toB, fresh.toB);
  }

  @Test
  void whatIsUnderWayOnAnOlderChannelThatIsLetGoAtOnceArrivesByTheNewerOne() {
    pair.delays(Duration.ofMillis(10), Duration.ofMillis(2));
    pair.meet();
    LinkPair.Wire old = pair.connect();
    pair.advance(Duration.ofMillis(50));
    pair.connect();
    pair.a.send(20);
    pair.b.send(20);
    boolean letGo = false;
    for (int i = 0; i < 100; i++) {
      pair.advanceMillis(1);
      pair.a.send();
      pair.b.send();
      if (!letGo && pair.a.events.stream().filter("trusted"::equals).count() == 2) {
        // This side stops listening while the other one still speaks on it.
        letGo = true;
        assertThat(pair.b.events.stream().filter("trusted"::equals)).hasSize(1);
        old.close(Duration.ZERO, Duration.ofMillis(10));
      }
    }
    pair.settle();
    assertThat(letGo).isTrue();
    assertThat(pair.b.received).isEqualTo(numbersTo(120));
    assertThat(pair.a.received).isEqualTo(numbersTo(120));
  }

  @Test
  void aFrameCountsOnceHoweverOftenItIsSent() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    pair.a.send(10);
    pair.settle();
    assertThat(pair.a.directFrames).isEqualTo(10);
    assertThat(pair.a.repeated).isZero();
    pair.a.send(5);
    pair.a.send(LinkPair.large(15, 65_495));
    pair.loop.runPending();
    wire.close(Duration.ZERO, Duration.ZERO);
    pair.settle();
    pair.connect();
    pair.advance(Duration.ofSeconds(2));
    pair.a.send(LinkPair.large(16, 65_495));
    pair.settle();

    assertThat(pair.b.received).isEqualTo(numbersTo(17));
    assertThat(pair.a.repeated).isEqualTo(6);
    assertThat(pair.a.directFrames).isEqualTo(17);
  }

  @Test
  void aSilentChannelIsLeftTheMomentThatAReceiptIsOverdue() {
    PeerLinkOptions prompt =
        PeerLinkOptions.builder()
            .acknowledgeDelay(Duration.ZERO)
            .silenceTimeout(Duration.ofMillis(460))
            .build();
    LinkPair at = new LinkPair(new Random(1), P2POptions.builder().link(prompt).build());
    at.delays(Duration.ZERO, Duration.ofMillis(2));
    at.meet();
    LinkPair.Wire wire = at.connect();
    at.advance(SOON);
    at.a.send(1);
    at.advance(Duration.ofMillis(7));
    wire.silence(true, true);
    at.a.send(1);
    // A round trip takes no time here, so nothing is added to the time-out.
    at.advance(Duration.ofMillis(459));
    assertThat(at.a.routes).endsWith(Path.P2P);
    at.advance(Duration.ofMillis(1));
    assertThat(at.a.routes).endsWith(Path.ROUTER);
    at.loop.assertNoFailures();
  }

  @Test
  void aChannelInDoubtIsToldOnce() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    wire.silence(true, true);
    pair.a.send(1);
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.a.events).containsOnlyOnce("doubted SILENT");
  }

  @Test
  void aChannelThatHealsIsTrustedWhenWhatWaitedHasComeThrough() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    wire.silence(false, true);
    pair.a.send(1);
    pair.advance(Duration.ofSeconds(1));
    assertThat(pair.a.link.path()).isEqualTo(Path.ROUTER);
    // The first packet that SCTP tries; the others wait for its acknowledgement.
    wire.toB.arriveOne();
    pair.advance(Duration.ofMillis(400));
    assertThat(pair.a.link.path()).isEqualTo(Path.ROUTER);
    wire.heal();
    pair.advance(SOON);
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    assertThat(pair.b.received).isEqualTo(numbersTo(1));
  }

  @Test
  void aNewerChannelThatNeverWorksLeavesTheOlderOneInPlace() {
    pair.meet();
    pair.connect();
    pair.advance(SOON);
    LinkPair.Wire fresh = pair.connect();
    fresh.silence(true, true);
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    fresh.close(Duration.ZERO, Duration.ZERO);
    pair.a.send(3);
    pair.settle();
    assertThat(pair.b.paths).containsOnly(Path.P2P);
  }

  @Test
  void theOlderChannelIsTakenAgainWhenTheNewerOneFails() {
    pair.meet();
    LinkPair.Wire old = pair.connect();
    pair.advance(SOON);
    LinkPair.Wire fresh = pair.connect();
    pair.advance(SOON);
    // The owner has not closed the old one yet.
    fresh.close(Duration.ZERO, Duration.ZERO);
    pair.loop.runPending();
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    pair.a.send(3);
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(3));
    assertThat(old.closed).isFalse();
  }

  @Test
  void aDoubtfulChannelHealsThoughANewerOneCameAndFailed() {
    pair.meet();
    LinkPair.Wire old = pair.connect();
    pair.advance(SOON);
    pair.a.link.connectivity(old.toB, false);
    LinkPair.Wire fresh = pair.connect();
    fresh.silence(true, true);
    pair.advance(SOON);
    fresh.close(Duration.ZERO, Duration.ZERO);
    pair.loop.runPending();
    pair.a.link.connectivity(old.toB, true);
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    assertThat(old.closed).isFalse();
  }

  @Test
  void theOlderChannelServesWhenItHealsBeforeTheNewerOneWorks() {
    pair.meet();
    LinkPair.Wire old = pair.connect();
    pair.advance(SOON);
    pair.a.link.connectivity(old.toB, false);
    LinkPair.Wire fresh = pair.connect();
    fresh.silence(true, true);
    pair.advance(SOON);
    pair.a.link.connectivity(old.toB, true);
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    fresh.heal();
    pair.advance(Duration.ofSeconds(40));
    int before = fresh.toB.messages;
    pair.a.send(3);
    pair.settle();
    assertThat(fresh.toB.messages).isGreaterThan(before);
    assertThat(pair.b.received).isEqualTo(numbersTo(3));
  }

  // ---- Plain frames before

  @Test
  void aBarrierThatIsLostIsSentAgain() {
    pair.a.link.relayIs(true);
    pair.b.link.relayIs(true);
    pair.a.send(3);
    pair.connect();
    pair.a.loseEnvelopes = 1_000;
    pair.advance(SOON);
    pair.a.send(3);
    pair.advance(SOON);
    assertThat(pair.b.received).isEqualTo(numbersTo(3));
    pair.a.loseEnvelopes = 0;
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.b.received).isEqualTo(numbersTo(6));
  }

  @Test
  void aBarrierThatTheRouterNeverCarriesIsGivenUpAfterItsTimeout() {
    pair.a.link.relayIs(true);
    pair.b.link.relayIs(true);
    pair.a.send(3);
    pair.connect();
    pair.a.loseEnvelopes = 1_000;
    pair.advance(SOON);
    pair.a.send(3);
    pair.advance(Duration.ofMillis(9_800));
    assertThat(pair.b.received).isEqualTo(numbersTo(3));
    pair.advance(Duration.ofMillis(300));
    assertThat(pair.b.received).isEqualTo(numbersTo(6));
  }

  @Test
  void aBarrierIsGivenUpAtOnceWhenTheRouterGoes() {
    pair.a.link.relayIs(true);
    pair.b.link.relayIs(true);
    pair.a.send(3);
    pair.connect();
    pair.a.loseEnvelopes = 1_000;
    pair.advance(SOON);
    pair.a.send(3);
    pair.a.routerGoes();
    pair.advance(Duration.ofMillis(100));
    assertThat(pair.b.received).isEqualTo(numbersTo(6));
  }

  @Test
  void noBarrierIsNeededWhenThePlainFramesAreLongGone() {
    pair.a.link.relayIs(true);
    pair.b.link.relayIs(true);
    pair.a.send(3);
    pair.advance(Duration.ofSeconds(11));
    pair.meet();
    pair.a.loseEnvelopes = 1;
    pair.connect();
    pair.advance(SOON);
    pair.a.send(1);
    pair.advance(SOON);
    assertThat(pair.b.received).isEqualTo(numbersTo(4));
  }

  // ---- What goes wrong around it

  @Test
  void aFrameThatTheApplicationChokesOnIsNotRepeatedAndStopsNothing() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    pair.b.digesting = false;
    pair.a.send(20);
    pair.advance(SOON);
    wire.close(Duration.ZERO, Duration.ZERO);
    pair.a.send(20);
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(40));
  }

  @Test
  void framesThatWaitedForAnEarlierOneAllComeThoughTheApplicationChokes() {
    pair.meet();
    pair.b.digesting = false;
    long a = pair.a.epoch();
    long b = pair.b.epoch();
    pair.b.link.received(LinkMessages.data(a, b, 1, LinkPair.frame(1), LinkPair.frame(2)), null);
    assertThat(pair.b.received).isEmpty();
    pair.b.link.received(LinkMessages.data(a, b, 0, LinkPair.frame(0)), null);
    assertThat(pair.b.received).isEqualTo(numbersTo(3));
  }

  @Test
  void aChannelThatRefusesEverythingIsLeft() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    wire.toB.refusing = true;
    pair.a.send(5);
    pair.advance(Duration.ofMillis(100));
    assertThat(pair.b.received).isEqualTo(numbersTo(5));
    assertThat(pair.a.link.path()).isEqualTo(Path.ROUTER);
  }

  @Test
  void aChannelThatIsOnlyFullIsNotLeft() {
    pair.delays(Duration.ofMillis(300), Duration.ofMillis(1));
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(Duration.ofSeconds(3));
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    pair.a.send(1);
    pair.loop.runPending();
    wire.toB.refusing = true;
    pair.a.send(5);
    pair.advance(Duration.ofMillis(200));
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    wire.toB.refusing = false;
    pair.a.link.drained(wire.toB);
    pair.advance(Duration.ofSeconds(1));
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    assertThat(pair.b.received).isEqualTo(numbersTo(6));
  }

  @Test
  void framesThatThePeerHadNoRoomForAreSentAgainOnTheSameChannel() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    // The peer drops what it gets, as one does that has just given us up.
    PeerLink live = pair.b.link;
    pair.a.send(10);
    pair.loop.runPending();
    wire.toB.loseContent = true;
    pair.advance(SOON);
    wire.toB.loseContent = false;
    assertThat(pair.b.received).isEmpty();
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.b.received).isEqualTo(numbersTo(10));
    assertThat(pair.b.link).isSameAs(live);
    assertThat(pair.a.routes).endsWith(Path.P2P);
  }

  @Test
  void anIdleLinkIsAskedOnceASecondAndNotMore() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(Duration.ofSeconds(5));
    int before = wire.toB.messages;
    pair.advance(Duration.ofSeconds(60));
    assertThat(wire.toB.messages - before).isBetween(60, 130);
  }

  @Test
  void whoIsAskedOnAnIdleLinkAsksInItsAnswer() {
    // A question, a question that answers it, and the answer to that; 61 times at most.
    assertThat(messagesInAnIdleMinute(1)).isBetween(3 * 57, 3 * 61);
  }

  @Test
  void manyLinksShareTheHeartbeats() {
    // Every two and a half seconds, for 20 are sent in a second at most.
    assertThat(messagesInAnIdleMinute(50)).isBetween(3 * 22, 3 * 25);
  }

  private int messagesInAnIdleMinute(int linkedPeers) {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.a.linkedPeers = linkedPeers;
    pair.b.linkedPeers = linkedPeers;
    pair.advance(Duration.ofSeconds(3));
    int before = wire.toA.messages + wire.toB.messages;
    pair.advance(Duration.ofSeconds(60));
    return wire.toA.messages + wire.toB.messages - before;
  }

  @Test
  void anIdleLinkThatFallsSilentIsLeftWithinTwoSeconds() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(Duration.ofSeconds(5));
    wire.silence(true, true);
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.a.link.path()).isEqualTo(Path.ROUTER);
    assertThat(pair.b.link.path()).isEqualTo(Path.ROUTER);
  }

  @Test
  void oneLostPacketIsNoSilence() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    for (int i = 0; i < 100; i++) {
      pair.a.send(1);
      wire.silence(false, true);
      // What SCTP takes to send it again.
      pair.advanceMillis(410);
      wire.heal();
      pair.advanceMillis(20);
    }
    assertThat(pair.a.routes).containsExactly(Path.ROUTER, Path.P2P);
    assertThat(pair.b.received).isEqualTo(numbersTo(100));
  }

  @Test
  void aSlowLinkIsNotSilent() {
    pair.delays(Duration.ofMillis(900), Duration.ofMillis(1));
    pair.meet();
    pair.connect();
    pair.advance(Duration.ofSeconds(4));
    for (int i = 0; i < 50; i++) {
      pair.a.send(10);
      pair.advanceMillis(333);
    }
    pair.settle();
    assertThat(pair.a.routes).containsExactly(Path.ROUTER, Path.P2P);
  }

  private static LinkPair small(int frames, int bytes) {
    return new LinkPair(
        new Random(1),
        P2POptions.builder()
            .link(PeerLinkOptions.builder().windowFrames(frames).windowBytes(bytes).build())
            .build());
  }

  @Test
  void aPeerThatIsHeldBackFillsItsWindowAndLosesNothing() {
    pair.meet();
    pair.connect();
    pair.advance(SOON);
    pair.a.send(10);
    pair.advance(SOON);
    pair.b.link.hold();
    while (pair.a.send() != SendResult.BUFFER_FULL) {
      pair.loop.runPending();
    }
    int window = PeerLinkOptions.DEFAULTS.windowFrames();
    assertThat(pair.a.sent).isEqualTo(10 + window);
    pair.advance(Duration.ofSeconds(30));
    assertThat(pair.b.received).isEqualTo(numbersTo(10));
    assertThat(pair.a.routes).endsWith(Path.P2P);
    assertThat(pair.a.roomAgain).isZero();
    pair.b.link.release();
    pair.advance(SOON);
    assertThat(pair.b.received).isEqualTo(numbersTo(10 + window));
    assertThat(pair.a.roomAgain).isEqualTo(1);
    assertThat(pair.a.link.isDrained()).isTrue();
    assertThat(pair.a.undelivered).isZero();
  }

  @Test
  void whatWaitsForAPeerThatIsHeldBackIsSentAgainEverMoreSeldom() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    pair.b.link.hold();
    pair.a.send();
    pair.advance(Duration.ofSeconds(1));
    assertThat(wire.toB.dataMessages).isEqualTo(1);
    pair.advance(Duration.ofSeconds(60));
    // After 1.5, 3, 6, 12 and 24 s.
    assertThat(wire.toB.dataMessages).isEqualTo(1 + 5);
  }

  @Test
  void whatAPeerSaidBeforeItEndedIsDeliveredThoughItIsHeldBack() {
    pair.meet();
    pair.connect();
    pair.advance(SOON);
    pair.b.link.hold();
    pair.a.send(3);
    pair.advance(SOON);
    pair.a.link.close(Duration.ZERO, drained -> {});
    pair.advance(SOON);
    assertThat(pair.b.received).isEqualTo(numbersTo(3));
  }
}
