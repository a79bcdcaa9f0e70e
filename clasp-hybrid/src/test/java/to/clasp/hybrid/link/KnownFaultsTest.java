package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.transport.Path;
import to.clasp.transport.peer.P2POptions;

/**
 * Faults by which others lost messages when a connection resumed. Each was reported for a client of
 * LiveKit, whose replay after a resume had all five.
 */
class KnownFaultsTest {

  private static final Duration SOON = Duration.ofMillis(20);

  private final LinkPair pair = new LinkPair(new Random(1), P2POptions.DEFAULTS);

  @AfterEach
  void nothingThrew() {
    pair.loop.assertNoFailures();
  }

  private static List<Integer> numbersTo(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  private LinkPair.Wire linked() {
    pair.meet();
    LinkPair.Wire wire = pair.connect();
    pair.advance(SOON);
    assertThat(pair.a.link.path()).isEqualTo(Path.P2P);
    return wire;
  }

  @Test
  void sendResultIgnored() {
    LinkPair.Wire wire = linked();
    wire.toB.refusing = true;
    pair.a.full = true;
    pair.a.send(10);
    pair.advance(Duration.ofSeconds(1));
    // Neither path has taken anything, and nothing counts as sent.
    assertThat(pair.b.received).isEmpty();
    assertThat(pair.a.link.isDrained()).isFalse();
    pair.a.full = false;
    pair.a.link.relayHasRoom();
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(10));
  }

  @Test
  void sameBufferReplayedTwice() {
    LinkPair.Wire first = linked();
    Frame frame = LinkPair.large(0, 5_000);
    byte[] content = frame.toByteArray();
    first.silence(true, true);
    pair.a.send(frame);
    pair.advanceMillis(5);
    // Sent once, and lost; sent again in an envelope, and lost; and a third time.
    pair.a.loseEnvelopes = 1;
    first.close(Duration.ZERO, Duration.ZERO);
    pair.advanceMillis(5);
    LinkPair.Wire second = pair.connect();
    pair.advance(Duration.ofSeconds(3));
    assertThat(second.closed).isFalse();
    assertThat(pair.b.frames).hasSize(1);
    assertThat(pair.b.frames.get(0).toByteArray()).isEqualTo(content);
  }

  @Test
  void windowTrimmedToLastBurst() {
    LinkPair.Wire wire = linked();
    wire.silence(true, true);
    for (int burst = 0; burst < 20; burst++) {
      pair.a.send(10);
      pair.advanceMillis(7);
    }
    wire.close(Duration.ZERO, Duration.ZERO);
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(200));
  }

  @Test
  void windowTrimmedToLastBurstByTheSecondOfTwoFailovers() {
    LinkPair.Wire wire = linked();
    wire.silence(true, true);
    pair.a.send(100);
    wire.close(Duration.ZERO, Duration.ZERO);
    pair.a.loseEnvelopes = 1_000;
    pair.a.send(10);
    pair.advanceMillis(50);
    // No progress in between: the second failover has to send all of it again.
    pair.a.routerGoes();
    pair.a.loseEnvelopes = 0;
    pair.a.send(10);
    pair.a.routerComes();
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(120));
  }

  @Test
  void alignDuringResumeClearsIt() {
    LinkPair.Wire wire = linked();
    pair.a.send(20);
    pair.settle();
    wire.silence(true, true);
    pair.a.send(20);
    pair.advanceMillis(5);
    wire.close(Duration.ZERO, Duration.ZERO);
    // A greeting in the middle of it tells the peer where our numbers begin: at what is not
    // acknowledged, and not at the newest one.
    pair.connect();
    pair.a.send(20);
    pair.advanceMillis(1);
    pair.connect();
    pair.a.send(20);
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(80));
    assertThat(pair.b.missing).isZero();
  }

  @Test
  void exceptionWhileResending() {
    LinkPair.Wire wire = linked();
    wire.silence(true, true);
    pair.a.send(50);
    pair.advanceMillis(5);
    pair.a.throwingRelay = true;
    wire.close(Duration.ZERO, Duration.ZERO);
    pair.advanceMillis(5);
    pair.a.send(10);
    assertThat(pair.b.received).isEmpty();
    pair.a.throwingRelay = false;
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(60));
  }

  @Test
  void exceptionWhileResendingOnAChannel() {
    LinkPair.Wire wire = linked();
    pair.a.routerGoes();
    wire.toB.throwing = true;
    assertThat(pair.a.send().isAccepted()).isTrue();
    pair.a.send(9);
    pair.advanceMillis(5);
    wire.toB.throwing = false;
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(10));
    assertThat(pair.a.refused).isZero();
  }
}
