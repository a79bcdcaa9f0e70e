package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Bundle;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspException;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.SetOptions;
import to.clasp.client.Update;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.Ttl;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.testkit.record.Recorder;

/** What a router keeps, for how long, and what it tells of it. */
class RouterStateTest {

  /** More than two parts of a snapshot, which have at most 800 entries each. */
  private static final int MANY = 1_700;

  private final Recorder<Update> received = new Recorder<>();
  private TestRouter router;
  private ClientHarness clients;

  private void start(TestRouter.Builder builder) {
    router = builder.start();
    clients = new ClientHarness(router);
  }

  @AfterEach
  void close() {
    clients.close();
  }

  private Clasp withManyParameters() throws Exception {
    start(TestRouter.builder().rateLimit(0));
    Clasp desk = clients.connect(clients.builder("desk").messagesPerSecond(10_000));
    Bundle bundle = new Bundle();
    for (int i = 0; i < MANY; i++) {
      bundle.set("/m/" + i, i);
      if (i % 500 == 499 || i == MANY - 1) {
        get(desk.bundle(bundle));
        bundle = new Bundle();
      }
    }
    return desk;
  }

  @Test
  void snapshotsComeInPartsOnConnectAndOnSubscribe() throws Exception {
    withManyParameters();
    try (RawClient raw = new RawClient(router.uri())) {
      raw.send(bytes(new HelloMessage(1, Set.of(), "late", null)));
      assertThat(next(raw)).isInstanceOf(WelcomeMessage.class);
      assertThat(sizesOfSnapshots(raw)).containsExactly(800, 800, 100);

      raw.send(bytes(new SubscribeMessage(1, "/m/*", Set.of(), null)));
      assertThat(sizesOfSnapshots(raw)).containsExactly(800, 800, 100);
    }
  }

  /** How many entries each snapshot has that comes before the answer to a PING. */
  private static List<Integer> sizesOfSnapshots(RawClient raw) throws InterruptedException {
    raw.send(bytes(new PingMessage()));
    List<Integer> sizes = new ArrayList<>();
    Message message = next(raw);
    while (!(message instanceof PongMessage)) {
      assertThat(message).isInstanceOf(SnapshotMessage.class);
      sizes.add(((SnapshotMessage) message).params().size());
      message = next(raw);
    }
    return sizes;
  }

  private static byte[] bytes(Message message) {
    return Frame.of(message).toByteArray();
  }

  private static Message next(RawClient raw) throws InterruptedException {
    return Frame.wrap(raw.next()).message();
  }

  @Test
  void aLateSubscriberHearsAllThatIsKept() throws Exception {
    withManyParameters();
    Clasp late = clients.connect("late");

    late.on("/m/*", received::record);

    received.awaitThat("all", TIMEOUT, all -> all.size() >= MANY);
    assertThat(received.events().stream().map(update -> update.value().asLong()))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, MANY).mapToObj(Long::valueOf).toList());
  }

  @Test
  void aParameterGoesWhenItsLifetimeIsOver() throws Exception {
    start(TestRouter.builder().sweepSoon());
    Clasp desk = clients.connect("desk");
    get(desk.set("/short", 1, SetOptions.DEFAULTS.withTtl(Ttl.absolute(1))));
    get(desk.set("/long", 2, SetOptions.DEFAULTS.withTtl(Ttl.never())));
    try (RawClient raw = new RawClient(router.uri())) {
      raw.send(bytes(new HelloMessage(1, Set.of(), "reader", null)));
      assertThat(next(raw)).isInstanceOf(WelcomeMessage.class);
      assertThat(sizesOfSnapshots(raw)).containsExactly(2);

      // Nothing tells of it but that it is not there any more.
      do {
        pause();
        raw.send(bytes(new GetMessage("/short")));
      } while (!sizesOfSnapshots(raw).isEmpty());
      raw.send(bytes(new GetMessage("/long")));
      assertThat(sizesOfSnapshots(raw)).containsExactly(1);
    }
  }

  /** Between two looks, so that they keep below the router's rate. */
  private static void pause() {
    new CompletableFuture<Void>().completeOnTimeout(null, 200, TimeUnit.MILLISECONDS).join();
  }

  @Test
  void movesOfAGestureAreThinnedOut() throws Exception {
    // Long enough for all of them to be sent within.
    start(TestRouter.builder().gesturePause(Duration.ofSeconds(20)));
    Clasp desk = clients.connect("desk");
    Clasp stage = clients.connect("stage");
    stage.on("/touch", received::record);
    get(stage.get("/touch").exceptionally(absent -> Value.of(0)));

    get(desk.gesture("/touch", 1, GesturePhase.START, 0));
    for (int i = 1; i <= 50; i++) {
      get(desk.gesture("/touch", 1, GesturePhase.MOVE, i));
    }
    get(desk.gesture("/touch", 1, GesturePhase.END, 51));

    received.awaitThat("the end", TIMEOUT, all -> all.size() == 3);
    assertThat(received.events())
        .extracting(Update::phase)
        .containsExactly(GesturePhase.START, GesturePhase.MOVE, GesturePhase.END);
    assertThat(received.events())
        .extracting(Update::value)
        .containsExactly(Value.of(0), Value.of(50), Value.of(51));
  }

  @Test
  void aTokenThatHasExpiredIsRefused() {
    start(TestRouter.builder().token("cpsk_new", "read:/**").expiredToken("cpsk_old", "read:/**"));

    clients.connect(clients.builder("new").token("cpsk_new"));
    assertThatThrownBy(() -> clients.connect(clients.builder("old").token("cpsk_old")))
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.UNAUTHORIZED))
        .hasMessageContaining("expired");
  }

  @Test
  void wildcardsMatchOneSegmentOrMany() throws Exception {
    start(TestRouter.builder());
    Clasp desk = clients.connect("desk");
    Recorder<String> one = new Recorder<>();
    Recorder<String> many = new Recorder<>();
    Recorder<String> middle = new Recorder<>();
    desk.on("/a/*", update -> one.record(update.address()));
    desk.on("/a/**", update -> many.record(update.address()));
    desk.on("/*/b/*", update -> middle.record(update.address()));

    for (String address : List.of("/a", "/a/b", "/a/b/c", "/b/b/c", "/a/b/c/d")) {
      get(desk.set(address, 1));
    }

    many.awaitThat("the last", TIMEOUT, all -> all.contains("/a/b/c/d"));
    one.awaitThat("its only one", TIMEOUT, all -> !all.isEmpty());
    middle.awaitThat("its last", TIMEOUT, all -> all.contains("/b/b/c"));
    assertThat(one.events()).containsExactly("/a/b");
    assertThat(many.events()).containsExactly("/a", "/a/b", "/a/b/c", "/a/b/c/d");
    assertThat(middle.events()).containsExactly("/a/b/c", "/b/b/c");
  }
}
