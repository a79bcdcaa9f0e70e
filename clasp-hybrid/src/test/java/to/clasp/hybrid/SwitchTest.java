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
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;

/**
 * Plain frames that are sent while the path changes, with real threads. On each path the order is
 * kept, nothing comes twice, and only what a link that broke had taken may be lost. Across paths
 * the order is not promised.
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
  void losesNothingWhenTheLinkComesUpAmidTraffic() {
    stage.peers.behaviour().connectDelay(Duration.ofMillis(5));
    int byLink = 0;
    int sent = 0;
    // As long as it takes, and then as much again.
    while (byLink < COUNT / 2) {
      if (send(sent++) == Path.P2P) {
        byLink++;
      }
    }

    List<Side.Arrival> arrivals = awaitAll(sent);
    assertThat(assertOrderAndNoRepetition(arrivals)).hasSize(sent);
    assertThat(arrivals).filteredOn(arrival -> arrival.path() == Path.P2P).hasSize(byLink);
    assertThat(arrivals.get(0).path()).isEqualTo(Path.ROUTER);
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

  @Test
  void losesOnlyWhatTheLinkHadTakenWhenItBreaksAmidTraffic() throws Exception {
    desk.hybrid.connectPeer("stage").toCompletableFuture().get();
    Set<Integer> byRouter = new HashSet<>();
    Set<Integer> byLink = new HashSet<>();
    int sent = 0;
    int breaks = 0;
    Path path = Path.P2P;
    boolean breaking = false;
    while (sent < COUNT || breaks < 5 || breaking || path == Path.ROUTER) {
      if (sent % 1_000 == 500 && path == Path.P2P && !breaking && breaks < 5) {
        // Whichever of them is up.
        stage.peers.transports().forEach(link -> link.dropLink(Code.ICE_FAILED));
        breaks++;
        breaking = true;
      }
      path = send(sent);
      breaking &= path == Path.P2P;
      (path == Path.P2P ? byLink : byRouter).add(sent);
      sent++;
    }
    // The last one on each path comes after all others on it.
    int lastByRouter = sent;
    int lastByLink = sent + 1;
    desk.hybrid.sendToRouter(Tunnel.wrap("stage", NumberedFrames.small(0, lastByRouter)));
    SendResult result =
        desk.hybrid.sendToPeer("stage", Tunnel.wrap("stage", NumberedFrames.small(0, lastByLink)));
    assertThat(result).isSameAs(SendResult.P2P);
    for (int last : new int[] {lastByRouter, lastByLink}) {
      stage.arrivals.await(
          Side.Arrival.class,
          arrival -> NumberedFrames.number(arrival.frame()) == last,
          Side.TIMEOUT);
    }

    Set<Integer> seen = assertOrderAndNoRepetition(stage.arrivals.events());
    assertThat(byRouter).isNotEmpty();
    assertThat(seen).containsAll(byRouter);
    // Some of what the link had taken came.
    byLink.retainAll(seen);
    assertThat(byLink).isNotEmpty();
  }
}
