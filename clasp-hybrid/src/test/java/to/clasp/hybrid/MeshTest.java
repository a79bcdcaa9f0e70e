package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerState;

/** Who announces itself and leaves, and who of them is kept linked. */
class MeshTest {

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private Node hub(int limit) {
    return world.node("hub", options -> options.mesh(true).maxMeshPeers(limit));
  }

  private static List<String> announced(Node node) {
    return node.events(PeerEvent.Announced.class).stream().map(PeerEvent::peerId).toList();
  }

  private static List<String> left(Node node) {
    return node.events(PeerEvent.Left.class).stream().map(PeerEvent::peerId).toList();
  }

  @Test
  void thoseBeforeAndAfterItAreKnownOnce() {
    world.node("before");
    Node hub = world.node("hub");
    world.node("after");

    assertThat(announced(hub)).containsExactly("before", "after");
    assertThat(left(hub)).isEmpty();
  }

  @Test
  void whoClosesSaysGoodbye() {
    Node hub = world.node("hub");
    Node guest = world.node("guest");

    guest.hybrid.close();
    world.run();

    assertThat(left(hub)).containsExactly("guest");
    assertThat(hub.events(PeerEvent.Left.class).get(0).reason().code())
        .isEqualTo(Code.REMOTE_CLOSE);
  }

  @Test
  void linksWithEverybodyUpToTheLimit() {
    Node first = world.node("first");
    Node hub = hub(2);
    Node second = world.node("second");
    Node third = world.node("third");
    world.run();

    assertThat(hub.stateOf(first)).isEqualTo(PeerState.CONNECTED);
    assertThat(hub.stateOf(second)).isEqualTo(PeerState.CONNECTED);
    assertThat(hub.hybrid.peer("third")).isEmpty();
    first.hybrid.close();
    world.run();
    assertThat(hub.stateOf(third)).isEqualTo(PeerState.CONNECTED);
  }

  @Test
  void keepsItsLinksThoughNothingIsSentAndMakesThemAgain() {
    Node hub = hub(5);
    Node member = world.node("member", options -> options.idleTimeout(Duration.ofHours(1)));
    world.run();
    world.advance(Duration.ofMinutes(30));
    assertThat(hub.stateOf(member)).isEqualTo(PeerState.CONNECTED);

    hub.link().dropLink(Code.ICE_FAILED);
    world.run();
    assertThat(hub.stateOf(member)).isEqualTo(PeerState.DISCONNECTED);
    world.advance(Duration.ofSeconds(1));

    assertThat(hub.stateOf(member)).isEqualTo(PeerState.CONNECTED);
  }

  @Test
  void leavesAloneWhomTheApplicationDisconnects() {
    Node hub = hub(5);
    Node member = world.node("member");
    world.run();

    hub.hybrid.disconnectPeer("member");
    world.advance(Duration.ofMinutes(1));

    assertThat(hub.stateOf(member)).isEqualTo(PeerState.CLOSED);
  }
}
