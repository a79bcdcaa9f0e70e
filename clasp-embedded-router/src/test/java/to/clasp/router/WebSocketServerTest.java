package to.clasp.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.SyncMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.RawClient.WsFrame;

/** What the router does as a WebSocket server. */
class WebSocketServerTest {

  /** More than all buffers between two processes hold. */
  private static final long MUCH = 64L << 20;

  private final EmbeddedRouter router = EmbeddedRouter.builder().port(0).rateLimit(0).start();

  @AfterEach
  void stop() {
    router.close();
  }

  private static void assertHealthy(EmbeddedRouter router) {
    try (TestClient client = TestClient.join(router, "healthy")) {
      client.assertNothing();
    }
  }

  @Test
  void namesTheSubprotocolIfItIsOffered() {
    try (TestClient offered = TestClient.connect(router.uri(), "other", "clasp");
        TestClient none = TestClient.connect(router.uri());
        TestClient other = TestClient.connect(router.uri().resolve("/some/path"))) {
      assertThat(offered.subprotocol()).isEqualTo("clasp");
      assertThat(none.subprotocol()).isEmpty();
      other.send(new HelloMessage(1, Set.of(), "any path will do", null));
      other.next(WelcomeMessage.class);
    }
  }

  @Test
  void answersOrdinaryRequestsWithOk() throws Exception {
    assertThat(RawClient.request(router.port(), "GET"))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("\r\n\r\nok")
        .doesNotContainIgnoringCase("\r\nserver:");
    assertThat(RawClient.request(router.port(), "DELETE")).isEmpty();
  }

  @Test
  void skipsTextMessages() throws Exception {
    try (RawClient client = new RawClient(router.port())) {
      byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
      client.send(RawClient.TEXT, true, text);
      client.send(RawClient.TEXT, false, text);
      client.send(0, true, text);
      client.hello();

      assertThat(client.nextMessage()).isInstanceOf(WelcomeMessage.class);
      assertThat(client.nextMessage()).isInstanceOf(SnapshotMessage.class);
      client.send(RawClient.TEXT, true, text);
      client.send(new PingMessage());
      assertThat(client.nextMessage()).isInstanceOf(PongMessage.class);
    }
  }

  @Test
  void putsFragmentsTogetherAndAnswersAPingInBetween() throws Exception {
    try (RawClient client = new RawClient(router.port())) {
      assertThat(client.response()).startsWith("HTTP/1.1 101").doesNotContain("Protocol:");
      client.hello();
      client.next();
      client.next();
      byte[] sync = Frame.of(new SyncMessage(42, null, null)).toByteArray();
      byte[] payload = {1, 2, 3};

      client.send(RawClient.BINARY, false, Arrays.copyOf(sync, 3));
      client.send(RawClient.PING, true, payload);
      client.send(0, false, new byte[0]);
      client.send(0, true, Arrays.copyOfRange(sync, 3, sync.length));

      WsFrame pong = client.next();
      assertThat(pong.opcode()).isEqualTo(RawClient.PONG);
      assertThat(pong.payload()).isEqualTo(payload);
      assertThat(((SyncMessage) client.nextMessage()).t1()).isEqualTo(42);
    }
  }

  @Test
  void endsAConnectionWhoseMessageIsTooLarge() throws Exception {
    try (RawClient whole = new RawClient(router.port());
        RawClient fragmented = new RawClient(router.port())) {
      // Its start is enough. With more of it under way, the answer could be lost with the
      // connection.
      whole.sendStart(RawClient.BINARY, 200_000);
      fragmented.send(RawClient.BINARY, false, new byte[100_000]);
      fragmented.send(0, false, new byte[100_000]);

      assertThat(whole.awaitEnd()).isEqualTo(1009);
      assertThat(fragmented.awaitEnd()).isEqualTo(1009);
    }
    assertHealthy(router);
  }

  @Test
  void endsAConnectionThatBreaksTheRulesOfWebSocket() throws Exception {
    try (RawClient client = new RawClient(router.port())) {
      // A reserved kind of frame.
      client.send(5, true, new byte[] {1});

      assertThat(client.awaitEnd()).isEqualTo(1002);
    }
    assertHealthy(router);
  }

  @Test
  void takesNoMorePingsThanItCanAnswer() throws Exception {
    byte[] ping = RawClient.frame(RawClient.PING, true, new byte[125]);

    assertThat(RawClient.flood(router.port(), ping, ping, MUCH)).isLessThan(MUCH);

    assertHealthy(router);
  }

  @Test
  void takesNoMoreRequestsThanItCanAnswer() throws Exception {
    byte[] hello =
        RawClient.frame(
            RawClient.BINARY,
            true,
            Frame.of(new HelloMessage(1, Set.of(), "flood", null)).toByteArray());
    byte[] ping =
        RawClient.frame(RawClient.BINARY, true, Frame.of(new PingMessage()).toByteArray());

    assertThat(RawClient.flood(router.port(), hello, ping, MUCH)).isLessThan(MUCH);

    assertHealthy(router);
    assertThat(router.stats().sent()).as("answers that were queued").isLessThan(5_000_000);
  }

  @Test
  void takesNoMoreFromOneWhoIsHeldUpByAnother() {
    // A signal to a client whose queue is full holds its sender up; see the tests of the engine.
    try (EmbeddedRouter small =
            EmbeddedRouter.builder().port(0).rateLimit(0).queueCapacity(10).start();
        TestClient target = TestClient.join(small, "target");
        TestClient sender = TestClient.join(small, "sender")) {
      small.stall(target.session(), true);
      for (int i = 0; i < 11; i++) {
        sender.send(
            PublishMessage.of(
                "/clasp/p2p/signal/" + target.session(), SignalType.EVENT, Value.of(i)));
      }
      sender.send(new PingMessage());

      small.stall(target.session(), false);

      sender.next(PongMessage.class);
      for (int i = 0; i < 11; i++) {
        target.next();
      }
    }
  }
}
