package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerLinkOptions;
import to.clasp.transport.peer.PeerSnapshot;

/**
 * The faults of socket.io-p2p, the nearest relative of a hybrid transport: each is one that a
 * switch between a server and peers invites.
 */
class SocketIoP2pFaultsTest {

  private final World world = new World();

  @AfterEach
  void end() {
    world.close();
  }

  private Node node(String id) {
    return world.node(id, options -> options.link(PeerLinkOptions.DEFAULTS));
  }

  private static List<Long> to(long end) {
    return LongStream.range(0, end).boxed().toList();
  }

  private static List<Long> numbers(Node node) {
    return node.arrivals().stream().map(Node.Arrival::number).toList();
  }

  @Test
  void oneFlagMovesAllPeersAtOnceAndOnlyWhenEachIsReady() {
    Node desk = node("desk");
    Node ready = node("ready");
    Node slow = node("slow");
    slow.peers.behaviour().answerOffers(false);
    for (int i = 0; i < 50; i++) {
      desk.send(ready, i);
      desk.send(slow, i);
      world.advanceMillis(2);
    }
    world.advanceMillis(100);
    assertThat(desk.snapshotOf(ready).path()).isEqualTo(Path.P2P);
    assertThat(desk.snapshotOf(slow).path()).isEqualTo(Path.ROUTER);
    assertThat(numbers(ready)).isEqualTo(to(50));
    assertThat(numbers(slow)).isEqualTo(to(50));
  }

  @Test
  void messagesToAPeerWhoseChannelIsNotReadyAreSkippedWithoutAWord() {
    Node desk = node("desk");
    Node stage = node("stage");
    stage.peers.behaviour().connectDelay(Duration.ofMillis(200));
    desk.peers.behaviour().connectDelay(Duration.ofMillis(200));
    desk.hybrid.connectPeer("stage");
    for (int i = 0; i < 300; i++) {
      assertThat(desk.send(stage, i).isAccepted()).isTrue();
      world.advanceMillis(1);
    }
    world.advance(Duration.ofSeconds(1));
    assertThat(numbers(stage)).isEqualTo(to(300));
    assertThat(stage.arrivals().stream().map(Node.Arrival::path)).contains(Path.ROUTER, Path.P2P);
  }

  @Test
  void nothingMovesBackByItselfWhenAPeerCloses() {
    Node desk = node("desk");
    Node stage = node("stage");
    world.link(desk, stage);
    world.advanceMillis(50);
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
    desk.link().dropLink(Code.CHANNEL_CLOSED);
    world.run();
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.ROUTER);
    assertThat(desk.send(stage, 0)).isSameAs(SendResult.RELAYED);
    world.advance(Duration.ofSeconds(10));
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
    assertThat(numbers(stage)).containsExactly(0L);
  }

  @Test
  void nothingOrdersOrDedupesMessagesAcrossTheSwitch() {
    Node desk = node("desk");
    Node stage = node("stage");
    int number = 0;
    for (int change = 0; change < 10; change++) {
      for (int i = 0; i < 40; i++) {
        desk.send(stage, number++);
        world.advanceMillis(i % 3);
      }
      if (!desk.peers.transports().isEmpty()) {
        desk.link().dropLink(Code.ICE_FAILED);
      }
    }
    world.advance(Duration.ofSeconds(30));
    assertThat(numbers(stage)).isEqualTo(to(number));
  }

  @Test
  void disconnectClosesTheServerSocketOnlyWithinTheLoopOverPeers() {
    Node alone = node("alone");
    assertThat(alone.hybrid.peers()).isEmpty();
    alone.hybrid.close();
    world.run();
    assertThat(alone.hybrid.state()).isEqualTo(TransportState.CLOSED);
    assertThat(alone.router.state()).isEqualTo(TransportState.CLOSED);
  }

  @Test
  void aListenerIsAddedWithEachSignal() {
    Node desk = node("desk");
    Node stage = node("stage");
    // Each signal comes five times, and there are many.
    world.router.forward(MemoryRouter.SIGNAL, 4);
    desk.peers.behaviour().trickleCandidates(20);
    world.link(desk, stage);
    world.advanceMillis(50);
    for (int i = 0; i < 100; i++) {
      desk.send(stage, i);
    }
    world.advanceMillis(50);
    desk.link().dropLink(Code.ICE_FAILED);
    for (int i = 100; i < 200; i++) {
      desk.send(stage, i);
    }
    world.advance(Duration.ofSeconds(5));
    assertThat(numbers(stage)).isEqualTo(to(200));
    assertThat(stage.events(PeerEvent.Restarted.class)).isEmpty();
  }

  @Test
  void readyIsWaitedForAndNeverTold() {
    Node desk = node("desk");
    node("stage");
    CompletableFuture<PeerSnapshot> linked = desk.hybrid.connectPeer("stage").toCompletableFuture();
    world.advanceMillis(50);
    assertThat(linked).isCompleted();
    assertThat(desk.events(PeerEvent.Connected.class)).hasSize(1);
    assertThat(desk.events(PeerEvent.PathChanged.class))
        .last()
        .extracting(PeerEvent.PathChanged::to)
        .isEqualTo(Path.P2P);
  }
}
