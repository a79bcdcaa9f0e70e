package to.clasp.hybrid.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static to.clasp.transport.peer.PeerState.CLOSED;
import static to.clasp.transport.peer.PeerState.CONNECTED;
import static to.clasp.transport.peer.PeerState.CONNECTING;
import static to.clasp.transport.peer.PeerState.DISCONNECTED;
import static to.clasp.transport.peer.PeerState.IDLE;

import java.util.Random;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.transport.Transport;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/** Whoever is linked has its share of the heartbeats, and nobody else. */
class LinkedPeersTest {

  private final Environment environment =
      new Environment(
          "own",
          P2POptions.DEFAULTS,
          new TransportContext(new ManualEventLoop(), new Random(1)),
          mock(PeerTransportProvider.class),
          mock(Transport.class),
          mock(Environment.Host.class));
  private final PeerStatus one = new PeerStatus("one", environment, null);
  private final PeerStatus other = new PeerStatus("other", environment, null);

  private int linkedPeers() {
    return environment.linkedPeers().get();
  }

  @Test
  void countsThoseWhoAreConnectedAndNoOthers() {
    one.move(CONNECTING);
    other.move(CONNECTING);
    assertThat(linkedPeers()).isZero();
    one.move(CONNECTED);
    one.move(CONNECTED);
    other.move(CONNECTED);
    assertThat(linkedPeers()).isEqualTo(2);
    one.move(DISCONNECTED);
    assertThat(linkedPeers()).isEqualTo(1);
    one.move(CONNECTED);
    assertThat(linkedPeers()).isEqualTo(2);
    one.move(IDLE);
    other.move(CLOSED);
    assertThat(linkedPeers()).isZero();
  }
}
