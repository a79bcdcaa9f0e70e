package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.contract.LeakCheck;
import to.clasp.testkit.contract.NumberedFrames;
import to.clasp.transport.Backoff;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;

/**
 * Plain frames that are sent while the path changes, with real threads. On each path the order is
 * kept and nothing comes twice; a link that is closed in order loses nothing. Across paths the
 * order is not promised.
 */
class SwitchTest {

  private static final int COUNT = 20_000;

  private final LeakCheck leaks = LeakCheck.begin();
  private final ThreadRouter router = new ThreadRouter();
  private final Side stage = new Side("stage", router, options("stage"));
  private final Side desk = new Side("desk", router, options("desk"));

  private static P2POptions options(String id) {
    return P2POptions.builder()
        .peerId(id)
        .breakerFailures(100)
        .backoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), 2, 0.5))
        .link(PeerLinkOptions.builder().enabled(false).build())
        .build();
  }

  @BeforeEach
  void start() {
    stage.start();
    desk.start();
  }

  @AfterEach
  void close() throws Exception {
    desk.close();
    stage.close();
    router.close();
    leaks.assertNoThreads(Side.TIMEOUT);
  }

  private Path send(int number) {
    SendResult result = desk.send("stage", NumberedFrames.small(0, number));
    assertThat(result.status()).isEqualTo(SendResult.Status.ACCEPTED);
    return java.util.Objects.requireNonNull(result.path());
  }

  private List<Side.Arrival> awaitAll(int count) {
    return stage.arrivals.await(Side.Arrival.class, count, Side.TIMEOUT);
  }

  private static Set<Integer> assertOrderAndNoRepetition(List<Side.Arrival> arrivals) {
    Set<Integer> seen = new HashSet<>();
    int byLink = -1;
    int byRouter = -1;
    for (Side.Arrival arrival : arrivals) {
      int number = NumberedFrames.number(arrival.frame());
      assertThat(seen.add(number)).as("frame %s came once", number).isTrue();
      if (arrival.path() == Path.P2P) {
        assertThat(number).isGreaterThan(byLink);
        byLink = number;
      } else {
        assertThat(number).isGreaterThan(byRouter);
        byRouter = number;
      }
    }
    return seen;
  }

  @Test
  void losesNothingWhenThePeerClosesTheLinkAmidTraffic() throws Exception {
    desk.hybrid.connectPeer("stage").toCompletableFuture().get();
    int byRouter = 0;
    int sent = 0;
    while (sent < COUNT || byRouter == 0) {
      if (sent == COUNT / 2) {
        stage.hybrid.disconnectPeer("desk");
      }
      if (send(sent++) == Path.ROUTER) {
        byRouter++;
      }
    }

    List<Side.Arrival> arrivals = awaitAll(sent);
    assertThat(assertOrderAndNoRepetition(arrivals)).hasSize(sent);
    assertThat(arrivals).filteredOn(arrival -> arrival.path() == Path.ROUTER).hasSize(byRouter);
  }

  @Test
  void losesNothingWhenOurOwnLinkIsClosedAmidTraffic() throws Exception {
    desk.hybrid.connectPeer("stage").toCompletableFuture().get();
    int sent = 0;
    int rounds = 0;
    while (sent < COUNT) {
      if (sent % (COUNT / 10) == COUNT / 20) {
        desk.hybrid.disconnectPeer("stage");
        rounds++;
      }
      send(sent++);
    }

    assertThat(rounds).isEqualTo(10);
    // A new link may overtake the one before it, which drains.
    assertThat(awaitAll(sent))
        .extracting(arrival -> NumberedFrames.number(arrival.frame()))
        .doesNotHaveDuplicates()
        .hasSize(sent);
  }
}
