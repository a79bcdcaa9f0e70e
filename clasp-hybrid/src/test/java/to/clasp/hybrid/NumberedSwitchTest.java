package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.contract.LeakCheck;
import to.clasp.testkit.contract.NumberedFrames;
import to.clasp.transport.Backoff;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;

/**
 * Numbered frames that are sent while the path changes, with real threads: all come, once and in
 * the order in which they were sent, whatever path each took.
 */
class NumberedSwitchTest {

  private static final int COUNT = 20_000;
  private static final Backoff SOON =
      new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), 2, 0.5);

  private final LeakCheck leaks = LeakCheck.begin();
  private final ThreadRouter router = new ThreadRouter();
  private final Side stage = new Side("stage", router, options("stage"));
  private final Side desk = new Side("desk", router, options("desk"));

  private static P2POptions options(String id) {
    return P2POptions.builder()
        .peerId(id)
        .breakerFailures(100)
        .backoff(SOON)
        .link(PeerLinkOptions.builder().stability(SOON).build())
        .build();
  }

  @BeforeEach
  void start() throws Exception {
    stage.start();
    desk.start();
    desk.hybrid.connectPeer("stage").toCompletableFuture().get();
  }

  @AfterEach
  void close() throws Exception {
    desk.close();
    stage.close();
    router.close();
    leaks.assertNoThreads(Side.TIMEOUT);
  }

  /** Sends a number, as soon as there is room for it. */
  private void send(int number) {
    SendResult result = desk.send("stage", NumberedFrames.small(0, number));
    while (result.status() == SendResult.Status.BUFFER_FULL) {
      Thread.onSpinWait();
      result = desk.send("stage", NumberedFrames.small(0, number));
    }
    assertThat(result.isForPeer()).isTrue();
  }

  private void assertComplete(int sent) {
    List<Integer> numbers =
        stage.arrivals.await(Side.Arrival.class, sent, Side.TIMEOUT).stream()
            .map(arrival -> NumberedFrames.number(arrival.frame()))
            .toList();
    assertThat(numbers).isEqualTo(IntStream.range(0, sent).boxed().toList());
  }

  @Test
  void losesNothingWhenThePeerClosesTheLinkAmidTraffic() {
    for (int sent = 0; sent < COUNT; sent++) {
      if (sent == COUNT / 2) {
        stage.hybrid.disconnectPeer("desk");
      }
      send(sent);
    }
    assertComplete(COUNT);
  }

  @Test
  void losesNothingWhenOurOwnLinkIsClosedAgainAndAgain() {
    for (int sent = 0; sent < COUNT; sent++) {
      if (sent % (COUNT / 10) == COUNT / 20) {
        desk.hybrid.disconnectPeer("stage");
      }
      send(sent);
    }
    assertComplete(COUNT);
  }

  @Test
  void losesNothingWhenTheLinkBreaksAgainAndAgain() {
    int sent = 0;
    int breaks = 0;
    while (sent < COUNT || breaks < 5) {
      boolean direct =
          desk.hybrid.peer("stage").orElseThrow().path() == Path.P2P && sent % 1_000 == 500;
      if (direct) {
        stage.peers.transports().forEach(link -> link.dropLink(Code.ICE_FAILED));
        breaks++;
      }
      send(sent++);
    }
    assertComplete(sent);
    assertThat(stage.arrivals.events(Side.Arrival.class))
        .extracting(Side.Arrival::path)
        .contains(Path.P2P, Path.ROUTER);
  }
}
