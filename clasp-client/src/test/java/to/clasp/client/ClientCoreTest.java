package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.client.CoreFixture.failureOf;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.RecordingClientListener.Closed;
import to.clasp.client.RecordingClientListener.Connected;
import to.clasp.client.RecordingClientListener.Interrupted;
import to.clasp.client.RecordingClientListener.Writable;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.SyncMessage;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Path;

/** How the parts of a client work together. */
class ClientCoreTest {

  @Test
  void tellsOfItsLife() {
    CoreFixture client = CoreFixture.direct().ready();
    client.interrupt();
    client.connect("another");
    client.core.close();
    client.loop.runPending();

    assertThat(client.listener.events())
        .hasSize(4)
        .hasExactlyElementsOfTypes(
            Connected.class, Interrupted.class, Connected.class, Closed.class);
    assertThat(client.core.closed().join().code()).isEqualTo(CloseReason.Code.LOCAL_CLOSE);
    client.loop.assertNoFailures();
  }

  @Test
  void subscribesBeforeItSendsWhatWaits() {
    CoreFixture client = CoreFixture.paced(builder -> builder).ready();
    client.on("/a");
    client.interrupt();
    client.router.forget();
    client.fire("/waiting", 1);

    client.connect("another");
    client.advance(100);

    assertThat(client.router.messages())
        .hasSize(4)
        .satisfies(
            sent -> {
              assertThat(sent.get(1)).isInstanceOf(SyncMessage.class);
              assertThat(sent.get(2)).isInstanceOf(SubscribeMessage.class);
              assertThat(sent.get(3)).isInstanceOf(PublishMessage.class);
            });
  }

  @Test
  void whatIsSentAfterASubscriptionGoesBehindIt() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    client.peers().link("b");
    client.listener.clear();
    AddressPattern answers = AddressPattern.parse("/answer");
    client.core.subscribe(answers, SubscribeOptions.DEFAULTS, update -> {});
    client.core.subscribe(answers, SubscribeOptions.DEFAULTS, update -> {});
    assertThat(client.core.sender().isWritable()).isTrue();
    // The loop, which subscribes, is busy.
    CompletableFuture<Delivery> asked = client.emit("/question", 1);
    CompletableFuture<Delivery> askedPeer = client.emit("/peer/b/question", 1);
    assertThat(client.router.messages(PublishMessage.class)).isEmpty();
    assertThat(asked).isNotDone();
    assertThat(askedPeer.join().path()).isEqualTo(Path.P2P);
    assertThat(client.core.sender().isWritable()).isFalse();
    client.loop.runPending();

    assertThat(client.listener.events()).containsExactly(new Writable());
    assertThat(client.router.messages())
        .hasExactlyElementsOfTypes(
            SubscribeMessage.class, SubscribeMessage.class, PublishMessage.class);
    assertThat(asked.join().path()).isEqualTo(Path.ROUTER);
    assertThat(client.emit("/question", 2)).isCompleted();
  }

  @Test
  void closingSendsWhatWaitsBehindASubscription() {
    CoreFixture client = CoreFixture.direct().ready();
    client.core.subscribe(AddressPattern.parse("/answer"), SubscribeOptions.DEFAULTS, update -> {});
    CompletableFuture<Delivery> asked = client.emit("/question", 1);
    client.core.close();
    client.loop.runPending();

    assertThat(asked.join().path()).isEqualTo(Path.ROUTER);
    assertThat(client.core.closed()).isDone();
  }

  @Test
  void anEventTellsThePathAndAStreamToo() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    client.peers().link("b");

    assertThat(client.emit("/a", 1).join()).isEqualTo(new Delivery(Path.ROUTER, null));
    assertThat(client.emit("/peer/b/a", 1).join()).isEqualTo(new Delivery(Path.P2P, null));
    assertThat(client.stream("/peer/b/a", 1).join()).isEqualTo(new Delivery(Path.P2P, null));
    assertThat(client.stream("/peer/c/a", 1).join()).isEqualTo(new Delivery(Path.ROUTER, null));
  }

  @Test
  void tellsThatThereIsRoomAgainOnceAllThatWaitedHasLeft() {
    CoreFixture client = CoreFixture.direct().ready();
    client.interrupt();
    client.fire("/a", 1);
    client.fire("/a", 2);
    client.router.roomFor(4);
    client.connect("another");
    client.listener.clear();
    client.router.forget();

    client.router.writable();
    client.loop.runPending();

    assertThat(client.listener.events()).containsExactly(new Writable());
    assertThat(client.core.sender().isWritable()).isTrue();
  }

  @Test
  void aCancelledEventIsNotSentAfterAll() {
    CoreFixture client = CoreFixture.direct().ready();
    client.interrupt();
    CompletableFuture<Delivery> emitted = client.emit("/a", 1);

    assertThat(emitted.cancel(false)).isTrue();
    client.connect("another");

    assertThat(client.router.messages(PublishMessage.class)).isEmpty();
  }

  @Test
  void closingSendsWhatWaitsForRoom() {
    CoreFixture client = CoreFixture.direct().ready();
    client.interrupt();
    CompletableFuture<Delivery> first = client.emit("/a", 1);
    CompletableFuture<Delivery> second = client.emit("/a", 2);
    client.router.roomFor(3);
    client.connect("another");
    assertThat(first).isCompleted();
    assertThat(second).isNotDone();

    client.core.close();
    client.loop.runPending();
    assertThat(client.core.closed()).isNotDone();
    assertThat(failureOf(client.emit("/a", 3))).isEqualTo(Code.CLOSED);
    client.router.writable();
    client.loop.runPending();

    assertThat(second.join().path()).isEqualTo(Path.ROUTER);
    assertThat(client.core.closed()).isDone();
  }

  private static CoreFixture withAnEventThatWaitsForRoom(CompletableFuture<?>[] event) {
    CoreFixture client =
        CoreFixture.direct(
                builder ->
                    builder.connection(
                        ConnectionOptions.builder().drainTimeout(Duration.ofSeconds(2)).build()))
            .ready();
    client.interrupt();
    event[0] = client.emit("/a", 1);
    client.router.roomFor(2);
    client.connect("another");
    client.core.close();
    client.loop.runPending();
    assertThat(client.core.closed()).isNotDone();
    return client;
  }

  @Test
  void closingWaitsForRoomNoLongerThanTheDrainTimeout() {
    CompletableFuture<?>[] event = new CompletableFuture<?>[1];
    CoreFixture client = withAnEventThatWaitsForRoom(event);

    client.advance(1_999);
    assertThat(client.core.closed()).isNotDone();
    client.advance(1);

    assertThat(client.core.closed()).isDone();
    assertThat(failureOf(event[0])).isEqualTo(Code.CLOSED);
  }

  @Test
  void closingDoesNotWaitForAConnectionThatIsLost() {
    CompletableFuture<?>[] event = new CompletableFuture<?>[1];
    CoreFixture client = withAnEventThatWaitsForRoom(event);

    client.interrupt();

    assertThat(client.core.closed()).isDone();
    assertThat(failureOf(event[0])).isEqualTo(Code.CLOSED);
  }

  @Test
  void closingFailsWhatWaitsForASession() {
    CoreFixture client = CoreFixture.direct().ready();
    client.interrupt();
    CompletableFuture<Delivery> waiting = client.emit("/a", 1);

    client.core.close();
    client.loop.runPending();

    assertThat(failureOf(waiting)).isEqualTo(Code.CLOSED);
    assertThat(client.core.closed()).isDone();
  }

  @Test
  void tellsOfALaterHandshakeThatFailed() {
    CoreFixture client = CoreFixture.direct().ready();
    client.interrupt();
    client.router.open();

    client.receive(CoreFixture.error(302, "Token has expired", null));

    assertThat(client.listener.routerErrors()).containsExactly(Code.UNAUTHORIZED);
    assertThat(client.core.closed()).isNotDone();
  }

  @Test
  void tellsOfTooManyMessagesOnceASecond() {
    CoreFixture client = CoreFixture.direct().ready();
    for (int second = 0; second < 3; second++) {
      for (int i = 0; i < 500; i++) {
        client.receive(CoreFixture.rateLimitExceeded());
      }
      client.advance(1_200);
    }

    assertThat(client.listener.routerErrors()).hasSize(3);
  }

  @Test
  void countsWhatItGivesUp() {
    CoreFixture client = CoreFixture.direct(builder -> builder.maxOutboxBytes(60)).ready();
    client.interrupt();
    CompletableFuture<Delivery> oldest = client.stream("/stream", 1);
    for (int i = 0; i < 3; i++) {
      assertThat(client.stream("/stream", i)).isNotDone();
    }

    assertThat(failureOf(oldest)).isEqualTo(Code.BACKPRESSURE);
    assertThat(client.core.framesDropped()).isPositive();
  }

  @Test
  void keepsNoTimersOnceClosed() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> written = client.set("/a", 1);
    client.core.close();
    client.advance(10_000);

    assertThat(written).isCompletedExceptionally();
    client.loop.assertNothingPending();
  }
}
