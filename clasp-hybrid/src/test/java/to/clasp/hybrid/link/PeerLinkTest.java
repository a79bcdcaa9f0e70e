package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.P2POptions;

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
}
