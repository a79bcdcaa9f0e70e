package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.Update;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.RtcConfig;

/** One client with links to many peers, over real WebRTC. */
class ManyPeersTest {

  private static final int PEERS = 6;

  private final Recorder<Update> received = new Recorder<>();
  private final List<Clasp> others = new ArrayList<>();
  private EmbeddedRouter router;
  private ClientHarness clients;
  private Clasp desk;

  @BeforeEach
  void connect() {
    router = EmbeddedRouter.builder().port(0).start();
    clients = new ClientHarness(router);
    desk = clients.connect(clients.builder("desk").withP2P(loopback()));
    for (int i = 0; i < PEERS; i++) {
      Clasp other = clients.connect(clients.builder("p" + i).withP2P(loopback()));
      other.on("/peer/p" + i + "/n", received::record);
      others.add(other);
    }
  }

  @AfterEach
  void close() {
    clients.close();
  }

  private static P2POptions loopback() {
    return P2POptions.builder()
        .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
        .build();
  }

  /** The dispatcher's threads come with callbacks, and their number is an option. */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("clasp-") && !name.startsWith("clasp-dispatch-"))
        .filter(name -> !name.equals("clasp-rtc-end"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void eachFurtherPeerNeedsNoFurtherThread() throws Exception {
    get(desk.connectPeer("p0"));
    Set<String> withOne = threads();
    for (int i = 1; i < PEERS; i++) {
      get(desk.connectPeer("p" + i));
    }
    assertThat(withOne).containsAll(threads());
    for (int i = 0; i < PEERS; i++) {
      assertThat(get(desk.set("/peer/p" + i + "/n", i)).path()).isEqualTo(Path.P2P);
    }
    received.awaitThat("one for each", TIMEOUT, all -> all.size() == PEERS);
  }
}
