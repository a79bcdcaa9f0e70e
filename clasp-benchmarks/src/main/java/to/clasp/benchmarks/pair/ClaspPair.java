package to.clasp.benchmarks.pair;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import to.clasp.client.Clasp;
import to.clasp.router.EmbeddedRouter;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.RtcConfig;

/**
 * Two clients with all defaults, a direct link between them, and the router that brought them
 * together, all in this JVM and on the loopback interface.
 */
public final class ClaspPair implements AutoCloseable {

  private static final Duration LINK_TIMEOUT = Duration.ofSeconds(20);

  private final EmbeddedRouter router;
  private final Clasp left;
  private final Clasp right;
  private final Room leftRoom = new Room();
  private final Room rightRoom = new Room();

  private ClaspPair(EmbeddedRouter router) {
    this.router = router;
    this.left = connect("a", leftRoom);
    this.right = connect("b", rightRoom);
  }

  /**
   * Connects two clients, {@code a} on the left and {@code b} on the right.
   *
   * @return both, with a direct path in both directions
   * @throws InterruptedException if interrupted
   * @throws IllegalStateException if there is no direct path in time
   */
  public static ClaspPair open() throws InterruptedException {
    ClaspPair pair = new ClaspPair(EmbeddedRouter.builder().port(0).start());
    try {
      pair.link();
    } catch (RuntimeException | InterruptedException e) {
      pair.close();
      throw e;
    }
    return pair;
  }

  private Clasp connect(String peerId, Room room) {
    return Clasp.builder(router.uri())
        .name(peerId)
        .listener(room)
        .withP2P(
            P2POptions.builder()
                .peerId(peerId)
                .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
                .build())
        .connect();
  }

  private void link() throws InterruptedException {
    CountDownLatch direct = new CountDownLatch(2);
    left.onPeerEvent(event -> countIfDirect(event, direct));
    right.onPeerEvent(event -> countIfDirect(event, direct));
    left.connectPeer("b").toCompletableFuture().join();
    if (!direct.await(LINK_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException(
          "no direct path within " + LINK_TIMEOUT.toSeconds() + " s: " + left.peers());
    }
  }

  private static void countIfDirect(PeerEvent event, CountDownLatch direct) {
    if (event instanceof PeerEvent.PathChanged change && change.to() == Path.P2P) {
      direct.countDown();
    }
  }

  /**
   * Returns the one who sends.
   *
   * @return client {@code a}
   */
  public Clasp left() {
    return left;
  }

  /**
   * Returns the one who receives.
   *
   * @return client {@code b}
   */
  public Clasp right() {
    return right;
  }

  /**
   * Returns where to wait for room on the left.
   *
   * @return the room of client {@code a}
   */
  public Room leftRoom() {
    return leftRoom;
  }

  @Override
  public void close() {
    left.close();
    right.close();
    router.close();
  }
}
