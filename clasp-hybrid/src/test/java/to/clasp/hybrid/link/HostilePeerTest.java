package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.hybrid.link.LinkMessage.Data;
import to.clasp.hybrid.link.LinkMessage.Header;
import to.clasp.hybrid.link.LinkMessage.Hello;
import to.clasp.hybrid.link.LinkMessage.Part;
import to.clasp.transport.Path;
import to.clasp.transport.peer.P2POptions;

/** What a peer can do to us that says what it should not, and what it cannot. */
class HostilePeerTest {

  private static final Duration SOON = Duration.ofMillis(20);

  private final LinkPair pair = new LinkPair(new Random(1), P2POptions.DEFAULTS);
  private long own;
  private long peer;

  @BeforeEach
  void meet() {
    pair.meet();
    own = pair.a.epoch();
    peer = pair.b.epoch();
  }

  @AfterEach
  void nothingThrew() {
    pair.loop.assertNoFailures();
  }

  private void says(byte[] message) {
    pair.a.link.received(message, null);
  }

  private static List<Integer> numbersTo(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  @Test
  void bytesThatAreNoMessageAreCountedAndDropped() {
    says(new byte[0]);
    says(new byte[] {0x4C});
    says("nonsense".repeat(10).getBytes(StandardCharsets.US_ASCII));
    assertThat(pair.a.dropped).isEqualTo(3);
    assertThat(pair.a.link.isEstablished()).isTrue();
  }

  @Test
  void anAcknowledgementOfWhatWasNeverSentTrimsNothing() {
    pair.b.routerUp = false;
    pair.a.send(5);
    pair.advance(SOON);
    says(LinkMessages.ack(peer, own, 6, 0));
    says(LinkMessages.ack(peer, own, 1L << 62, 0));
    assertThat(pair.a.link.isDrained()).isFalse();
    assertThat(pair.a.dropped).isEqualTo(2);
    says(LinkMessages.ack(peer, own, 5, 0));
    assertThat(pair.a.link.isDrained()).isTrue();
  }

  @Test
  void impossibleReceiptsProveNothing() {
    LinkPair.Wire wire = pair.connect();
    wire.silence(true, true);
    for (int receipt : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1_000}) {
      pair.a.link.received(LinkMessages.ack(peer, own, 0, receipt), wire.toB);
    }
    pair.advance(SOON);
    assertThat(pair.a.link.path()).isEqualTo(Path.ROUTER);
  }

  @Test
  void framesFarAheadAreNotKept() {
    for (int i = 0; i < 1_000; i++) {
      says(LinkMessages.data(peer, own, (1L << 40) + i, LinkPair.frame(i)));
    }
    assertThat(pair.a.dropped).isEqualTo(1_000);
    assertThat(pair.a.received).isEmpty();
  }

  @Test
  void numbersNearTheEndDoNotOverflow() {
    Data data =
        new Data(
            new Header(peer, own, 0, 0),
            1L << 62,
            false,
            List.of(LinkPair.frame(0), LinkPair.frame(1)));
    says(LinkCodec.encode(data));
    says(LinkCodec.encode(new Hello(new Header(peer, own, 0, 0), 1L << 62, 1, 1, true)));
    says(LinkCodec.encode(data));
    says(LinkMessages.data(peer, own, 1L << 62, LinkPair.frame(2)));
    assertThat(pair.a.missing).isEqualTo(1L << 62);
    assertThat(pair.a.received).containsExactly(0, 1);
  }

  @Test
  void aFloodOfPartsKeepsOneFrame() {
    for (int i = 0; i < 1_000; i++) {
      says(
          LinkCodec.encode(
              new Part(new Header(peer, own, 0, 0), i % 50, 0, 65_000, new byte[1_000])));
    }
    assertThat(pair.a.received).isEmpty();
    pair.b.send(3);
    pair.settle();
    assertThat(pair.a.received).isEqualTo(numbersTo(3));
  }

  @Test
  void partsOfWhatIsNoFrameAreDropped() {
    byte[] nonsense = new byte[100];
    says(LinkCodec.encode(new Part(new Header(peer, own, 0, 0), 0, 0, 100, nonsense)));
    assertThat(pair.a.dropped).isEqualTo(1);
    assertThat(pair.a.received).isEmpty();
  }

  @Test
  void aHelloThatLeavesRoomForOneFrameSlowsDownAndNoMore() {
    says(LinkCodec.encode(new Hello(new Header(peer, own, 0, 0), 0, 1, 1, true)));
    for (int i = 0; i < 20; i++) {
      pair.a.send();
      pair.advance(SOON);
    }
    pair.settle();
    assertThat(pair.b.received).isEqualTo(numbersTo(pair.a.sent));
    assertThat(pair.a.sent).isGreaterThan(5);
  }

  @Test
  void aFloodOfLivesIsAnsweredAndLeavesNothing() {
    for (int i = 1; i <= 1_000; i++) {
      says(LinkMessages.hello(peer + i, own));
    }
    assertThat(pair.a.restarts).isEqualTo(1_000);
    assertThat(pair.loop.pendingTimers()).hasSizeLessThan(2_100);
    pair.a.link.close(Duration.ZERO, drained -> {});
    pair.b.link.close(Duration.ZERO, drained -> {});
    pair.advance(SOON);
    assertThat(pair.loop.pendingTimers()).isEmpty();
  }

  @Test
  void aFloodOfOldLivesIsNotAnsweredEachTime() {
    int before = pair.a.envelopes;
    for (int i = 1; i <= 1_000; i++) {
      says(LinkMessages.hello(peer - i, own));
    }
    assertThat(pair.a.envelopes - before).isLessThanOrEqualTo(1);
    assertThat(pair.a.restarts).isZero();
  }

  @Test
  void aForgedEpochFarInTheFutureDoesNotShutTheTruePeerOut() {
    says(LinkMessages.hello((1L << 62) - 10, own));
    pair.b.send(3);
    pair.advance(Duration.ofSeconds(70));
    assertThat(pair.b.undelivered).isEqualTo(3);
    pair.b.send(3);
    pair.a.send(3);
    pair.settle();
    pair.advance(Duration.ofSeconds(2));
    assertThat(pair.a.link.isEstablished()).isTrue();
    assertThat(pair.b.link.isEstablished()).isTrue();
    pair.a.send(3);
    pair.b.send(3);
    pair.settle();
    assertThat(pair.b.received).endsWith(3, 4, 5);
    assertThat(pair.a.received).endsWith(6, 7, 8);
  }

  @Test
  void messagesWithChangedBytesStopNothing() {
    Random random = new Random(7);
    pair.connect();
    pair.advance(SOON);
    for (int i = 0; i < 20_000; i++) {
      byte[] message =
          switch (random.nextInt(5)) {
            case 0 -> LinkMessages.hello(peer, own);
            case 1 -> LinkMessages.ack(peer, own, random.nextInt(10), random.nextInt(10));
            case 2 ->
                LinkMessages.data(
                    peer, own, random.nextInt(100), LinkPair.frame(0), LinkPair.frame(1));
            case 3 ->
                LinkCodec.encode(
                    new Part(
                        new Header(peer, own, 0, 0),
                        3,
                        0,
                        2_000,
                        new byte[random.nextInt(2_000) + 1]));
            default ->
                LinkCodec.encode(
                    new LinkMessage.Barrier(new Header(peer, own, 0, 0), random.nextInt(50)));
          };
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        message[random.nextInt(message.length)] = (byte) random.nextInt(256);
      }
      says(message);
      pair.advanceMillis(random.nextInt(3));
    }
    pair.advance(Duration.ofSeconds(5));
    // It lives: with a peer that begins anew all is as before.
    pair.b.crash(Duration.ofDays(1_000));
    pair.b.link.greet();
    pair.advance(Duration.ofSeconds(5));
    pair.b.received.clear();
    int first = pair.a.sent;
    pair.a.send(3);
    pair.settle();
    assertThat(pair.b.received).containsExactly(first, first + 1, first + 2);
  }
}
