package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.Delivery;
import to.clasp.client.Update;
import to.clasp.core.value.Value;
import to.clasp.it.ClientHarness.Events;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.RtcConfig;

/** What the client does with direct links, over real WebRTC. */
class ClientPeerTest {

  private final Events events = new Events();
  private final Recorder<Update> received = new Recorder<>();
  private TestRouter router;
  private ClientHarness clients;
  private Clasp stage;
  private Clasp desk;

  @BeforeEach
  void link() throws Exception {
    router = TestRouter.builder().start();
    clients = new ClientHarness(router);
    stage = clients.connect(clients.builder("stage").withP2P(loopback()));
    desk = clients.connect(clients.builder("desk").withP2P(loopback()).listener(events));
    stage.on("/peer/stage/**", received::record);
    get(desk.connectPeer("stage"));
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

  @Test
  void aPeerAnswersAGetOfWhatCameDirectly() throws Exception {
    assertThat(get(desk.set("/peer/stage/level", 0.5))).isEqualTo(new Delivery(Path.P2P, null));
    received.await(Update.class, TIMEOUT);

    // The router has never heard of the value.
    assertThat(get(desk.get("/peer/stage/level"))).isEqualTo(Value.of(0.5));
    assertThat(get(stage.get("/peer/stage/level"))).isEqualTo(Value.of(0.5));
    router.embedded().ifPresent(own -> assertThat(own.stats().sets()).isZero());
  }

  @Test
  void theRouterAnswersAGetOfWhatThePeerDoesNotHave() throws Exception {
    Clasp other = clients.connect("other");
    get(other.set("/peer/stage/elsewhere/x", "by the router"));
    received.await(Update.class, TIMEOUT);
    Clasp late = clients.connect(clients.builder("late").withP2P(loopback()));
    get(late.connectPeer("desk"));
    get(other.set("/peer/desk/unheard", "known to the router only"));

    assertThat(get(late.get("/peer/desk/unheard"))).isEqualTo(Value.of("known to the router only"));
  }

  @Test
  void valuesTravelDirectlyWhileTheRouterIsAwayAndTheRestWaitsInOrder() throws Exception {
    router.stop();
    events.interruptions.awaitThat("an interruption", TIMEOUT, all -> !all.isEmpty());

    CompletableFuture<Delivery> waiting = desk.set("/elsewhere", 1);
    for (int i = 0; i < 100; i++) {
      assertThat(get(desk.emit("/peer/stage/n", i)).path()).isEqualTo(Path.P2P);
    }

    received.awaitThat("all", TIMEOUT, all -> all.size() == 100);
    assertThat(received.events().stream().map(update -> update.value().asLong())).isSorted();
    assertThat(received.events()).allMatch(update -> update.path() == Path.P2P);
    assertThat(waiting).isNotDone();
    router.start();
    assertThat(get(waiting).path()).isEqualTo(Path.ROUTER);
  }
}
