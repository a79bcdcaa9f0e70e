package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.Delivery;
import to.clasp.client.Update;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.RtcConfig;

/** The main job, with everything real: router, WebSocket, WebRTC, two clients. */
class PeerToPeerTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private TestRouter router;

  @BeforeEach
  void startRouter() {
    router = TestRouter.builder().start();
  }

  @AfterEach
  void closeRouter() {
    router.close();
  }

  private Clasp connect(String name) {
    return Clasp.builder(router.uri()).name(name).withP2P(loopback().build()).connect();
  }

  private static P2POptions.Builder loopback() {
    return P2POptions.builder()
        .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build());
  }

  @Test
  void travelsThroughTheRouterFirstAndDirectlyOnceTheLinkIsUp() throws Exception {
    Recorder<Update> received = new Recorder<>();
    try (Clasp stage = connect("stage");
        Clasp desk = connect("desk")) {
      stage.on("/peer/stage/**", received::record);
      Delivery first = desk.set("/peer/stage/fader/1", 0.5).get(10, TimeUnit.SECONDS);
      assertThat(first.path()).isEqualTo(Path.ROUTER);

      assertThat(desk.connectPeer("stage").get(20, TimeUnit.SECONDS).state())
          .isEqualTo(PeerState.CONNECTED);
      Delivery second = desk.set("/peer/stage/fader/1", 0.75).get(10, TimeUnit.SECONDS);
      assertThat(second.path()).isEqualTo(Path.P2P);

      received.awaitThat("both values", TIMEOUT, all -> all.size() >= 2);
      assertThat(received.events().stream().map(Update::path))
          .containsExactly(Path.ROUTER, Path.P2P);
      assertThat(received.events().stream().map(update -> update.value().asDouble()))
          .containsExactly(0.5, 0.75);
    }
  }

  @Test
  void deliversManyValuesOnceAndInOrderOverTheLink() throws Exception {
    Recorder<Update> received = new Recorder<>();
    int count = 5_000;
    try (Clasp stage = connect("stage");
        Clasp desk = connect("desk")) {
      stage.on("/peer/stage/**", received::record);
      desk.connectPeer("stage").get(20, TimeUnit.SECONDS);
      for (int i = 0; i < count; i++) {
        desk.emit("/peer/stage/number", i).get(10, TimeUnit.SECONDS);
      }
      received.awaitThat("all values", TIMEOUT, all -> all.size() >= count);
      List<Long> numbers =
          received.events().stream().map(update -> update.value().asLong()).toList();
      assertThat(numbers)
          .containsExactlyElementsOf(IntStream.range(0, count).mapToObj(Long::valueOf).toList());
      assertThat(received.events()).allMatch(update -> update.path() == Path.P2P);
    }
  }
}
