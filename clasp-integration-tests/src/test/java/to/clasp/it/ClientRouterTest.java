package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.client.Bundle;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspException;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.Delivery;
import to.clasp.client.SetOptions;
import to.clasp.client.SubscribeOptions;
import to.clasp.client.Update;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.SignalDefinition;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.Ttl;
import to.clasp.core.value.Value;
import to.clasp.it.ClientHarness.Events;
import to.clasp.testkit.contract.LeakCheck;
import to.clasp.testkit.fault.Faults;
import to.clasp.testkit.fault.FaultyTransport;
import to.clasp.testkit.fault.Seed;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Path;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportState;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.pace.PaceOptions;
import to.clasp.transport.pace.PacedTransport;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProviders;

/** The client and a router, over a real WebSocket. */
class ClientRouterTest {

  private final Events events = new Events();
  private final Recorder<Update> received = new Recorder<>();
  private LeakCheck leaks;
  private TestRouter router;
  private ClientHarness clients;

  @BeforeEach
  void startRouter() {
    leaks = ClientHarness.watchForLeaks();
    start(TestRouter.builder());
  }

  private void start(TestRouter.Builder builder) {
    if (clients != null) {
      clients.close();
    }
    router = builder.start();
    clients = new ClientHarness(router);
  }

  @AfterEach
  void leavesNothingBehind() {
    clients.close();
    leaks.assertNoThreads(TIMEOUT);
    leaks.assertNoDescriptors(TIMEOUT);
  }

  private static Code failureOf(CompletableFuture<?> future) throws Exception {
    try {
      get(future);
      throw new AssertionError("it has not failed");
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(ClaspException.class);
      return ((ClaspException) e.getCause()).code();
    }
  }

  // What a client does.

  @Test
  void setsGetsAndHears() throws Exception {
    Clasp desk = clients.connect("desk");
    Clasp stage = clients.connect("stage");
    get(desk.set("/light/1", 0.25));
    stage.on("/light/**", received::record);
    received.await(Update.class, TIMEOUT);

    Delivery delivery = get(desk.set("/light/1", 0.5));

    assertThat(delivery).isEqualTo(new Delivery(Path.ROUTER, 2L));
    received.awaitThat("both", TIMEOUT, all -> all.size() == 2);
    assertThat(received.events())
        .extracting(Update::value)
        .containsExactly(Value.of(0.25), Value.of(0.5));
    assertThat(received.events()).extracting(Update::revision).containsExactly(1L, 2L);
    assertThat(get(stage.get("/light/1"))).isEqualTo(Value.of(0.5));
    assertThat(stage.cached("/light/1")).contains(Value.of(0.5));
  }

  @Test
  void getsTheStateOfTheBaseOfAWildcard() throws Exception {
    Clasp desk = clients.connect("desk");
    get(desk.set("/base", "base"));
    get(desk.set("/base/x", "below"));
    get(desk.set("/deep/1/base", "deep base"));
    Clasp stage = clients.connect("stage");

    stage.on("/base/**", received::record);
    stage.on("/deep/*/base/**", received::record);

    received.awaitThat("all three", TIMEOUT, all -> all.size() >= 3);
    assertThat(received.events())
        .extracting(Update::address)
        .containsExactlyInAnyOrder("/base", "/base/x", "/deep/1/base");
  }

  @Test
  void locksAndRevisionsAreTheRouters() throws Exception {
    Clasp one = clients.connect("one");
    Clasp other = clients.connect("other");

    assertThat(get(one.set("/a", 1, SetOptions.DEFAULTS.withLock())).revision()).isEqualTo(1);
    assertThat(failureOf(other.set("/a", 2))).isEqualTo(Code.LOCKED);
    assertThat(get(one.set("/a", 3, SetOptions.DEFAULTS.withUnlock())).revision()).isEqualTo(2);
    assertThat(failureOf(other.set("/a", 4, SetOptions.DEFAULTS.withExpectedRevision(9))))
        .isEqualTo(Code.REVISION_CONFLICT);
    assertThat(
            get(other.set(
                    "/a", 5, SetOptions.DEFAULTS.withExpectedRevision(2).withTtl(Ttl.sliding(9))))
                .revision())
        .isEqualTo(3);
  }

  @Test
  void publishesEventsStreamsAndGesturesInOrder() throws Exception {
    Clasp desk = clients.connect("desk");
    Clasp stage = clients.connect("stage");
    stage.subscribe(
        "/**",
        SubscribeOptions.builder().types(SignalType.EVENT, SignalType.GESTURE).build(),
        received::record);
    get(stage.set("/ready", 1));
    for (int i = 0; i < 100; i++) {
      get(desk.stream("/stream", i));
      get(desk.emit("/event", i));
    }
    get(desk.gesture("/touch", 1, GesturePhase.START, 0));
    get(desk.gesture("/touch", 1, GesturePhase.END, 1));

    received.awaitThat("all", TIMEOUT, all -> all.size() == 102);
    List<Update> all = received.events();
    assertThat(all.subList(0, 100).stream().map(update -> update.value().asLong()))
        .containsExactlyElementsOf(LongStream.range(0, 100).boxed().toList());
    assertThat(all.subList(100, 102))
        .extracting(Update::phase)
        .containsExactly(GesturePhase.START, GesturePhase.END);
  }

  @Test
  void bundlesArriveTogetherAndInTime() throws Exception {
    Clasp desk = clients.connect("desk");
    desk.on("/b/*", received::record);
    Instant at = desk.time().plusMillis(150);

    Delivery delivery =
        get(desk.bundle(new Bundle().set("/b/1", 1).set("/b/2", 2).emit("/b/3", 3), at));

    assertThat(desk.time()).isAfterOrEqualTo(at.minusMillis(5));
    assertThat(delivery.revision()).isEqualTo(1);
    received.awaitThat("the sets", TIMEOUT, all -> all.size() == 2);
    assertThat(received.events()).extracting(Update::address).containsExactly("/b/1", "/b/2");
  }

  @Test
  void announcesAndQueries() throws Exception {
    Clasp desk = clients.connect("desk");
    SignalDefinition fader =
        new SignalDefinition("/desk/fader", SignalType.PARAM, "float", "rw", null);

    get(desk.announce("/desk", List.of(fader)));

    assertThat(get(clients.connect("other").query("/desk/*")))
        .extracting(SignalDefinition::address)
        .containsExactly("/desk/fader");
  }

  // Refusals.

  @Test
  void aTokenWithoutTheScopeIsToldOfEachRefusal() throws Exception {
    start(TestRouter.builder().token("cpsk_narrow", "read:/open/**", "write:/open/**"));
    Clasp client =
        clients.connect(
            clients
                .builder("narrow")
                .token("cpsk_narrow")
                .messagesPerSecond(1_000)
                .listener(events));

    assertThat(get(client.set("/open/a", 1)).revision()).isEqualTo(1);
    assertThat(failureOf(client.set("/closed", 1))).isEqualTo(Code.FORBIDDEN);
    assertThat(failureOf(client.get("/closed"))).isEqualTo(Code.FORBIDDEN);
    assertThat(failureOf(client.bundle(new Bundle().set("/closed", 1)))).isEqualTo(Code.FORBIDDEN);
    assertThat(events.errors.events()).isEmpty();
    client.on("/closed/x", received::record);
    events.awaitError(Code.FORBIDDEN);
  }

  @Test
  void aTokenIsNeeded() {
    start(TestRouter.builder().token("cpsk_good", "read:/**"));

    assertThatThrownBy(() -> clients.connect("without"))
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.UNAUTHORIZED));
  }

  @Test
  void nothingIsLostThoughTheRouterAllowsLessThanTheClientThinks() throws Exception {
    start(TestRouter.builder().rateLimit(60));
    Clasp client = clients.connect(clients.builder("fast").listener(events));
    client.on("/a/*", received::record);

    CompletableFuture<?>[] written = new CompletableFuture<?>[150];
    for (int i = 0; i < written.length; i++) {
      written[i] = client.set("/a/" + i, i);
    }
    get(CompletableFuture.allOf(written));

    router.embedded().ifPresent(own -> assertThat(own.stats().rateLimited()).isPositive());
    events.awaitError(Code.RATE_LIMITED);
    for (int i = 0; i < written.length; i++) {
      assertThat(client.cached("/a/" + i)).contains(Value.of(i));
    }
  }

  @Test
  void keepsToTheRateThatItIsTold() throws Exception {
    start(TestRouter.builder().rateLimit(100));
    Clasp client =
        clients.connect(clients.builder("paced").messagesPerSecond(100).listener(events));
    List<CompletableFuture<Delivery>> written = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      written.add(client.set("/a", i));
    }
    for (CompletableFuture<Delivery> one : written) {
      get(one);
    }

    assertThat(events.errors.events()).isEmpty();
  }

  // Connections.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ws://",
        "ws://:7330",
        "ws://127.0.0.1:0",
        "ws://127.0.0.1:70000",
        "ws://127.0.0.1:port",
        "ws://no host:7330",
        "ws://user:secret@127.0.0.1:7330",
        "127.0.0.1:7330"
      })
  void aUrlThatIsNoneThrowsAtOnce(String url) {
    assertThatThrownBy(() -> Clasp.builder(url).connectAsync())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ws://host:7330");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:7330", "quic://127.0.0.1", "wsss://127.0.0.1"})
  void aSchemeThatNobodyServesIsATypedError(String url) {
    assertThatThrownBy(() -> Clasp.builder(url).connect())
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.NO_TRANSPORT))
        .hasMessageContaining("there are some for ws, wss");
  }

  @Test
  void aRouterThatIsNotThereIsToldAtOnce() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    assertThatThrownBy(() -> Clasp.builder("ws://127.0.0.1:" + free).connect())
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.NOT_CONNECTED))
        .hasMessageContaining("127.0.0.1:" + free);
  }

  @Test
  void subscriptionsSurviveARestartOfTheRouter() throws Exception {
    Clasp client = clients.connect(clients.builder("client").listener(events));
    client.subscribe(
        "/a/**",
        SubscribeOptions.builder().types(SignalType.PARAM).epsilon(0.5).build(),
        received::record);
    get(client.set("/a/x", 10));
    received.await(Update.class, TIMEOUT);

    router.stop();
    events.interruptions.awaitThat("an interruption", TIMEOUT, all -> !all.isEmpty());
    CompletableFuture<Delivery> waiting = client.set("/a/x", 20);
    CompletableFuture<Delivery> event = client.emit("/a/event", 1);
    assertThat(waiting).isNotDone();
    router.start();
    events.awaitSessions(2);

    // The router has forgotten everything, and begins with revision 1 again.
    assertThat(get(waiting).revision()).isEqualTo(1);
    assertThat(get(event).path()).isEqualTo(Path.ROUTER);
    get(client.set("/a/x", 20.1));
    get(client.set("/a/x", 30));
    received.awaitThat(
        "the last", TIMEOUT, all -> all.get(all.size() - 1).value().asDouble() == 30);
    assertThat(received.events())
        .extracting(update -> update.value().asDouble())
        .containsExactly(10.0, 20.0, 30.0);
  }

  @Test
  void survivesConnectionsThatBreakAgainAndAgain() throws Exception {
    Clasp client = clients.connect(clients.builder("client").listener(events));
    client.on("/n", received::record);
    for (int round = 1; round <= 10; round++) {
      router.breakConnections();
      events.awaitSessions(round + 1);
      get(client.set("/n", round));
      int last = round;
      received.awaitThat(
          "round " + round,
          TIMEOUT,
          all -> !all.isEmpty() && all.get(all.size() - 1).value().asLong() == last);
    }

    assertThat(received.events().stream().map(update -> update.value().asLong()))
        .containsSubsequence(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
  }

  // Any transport.

  private Transport webSocket(TransportContext context) {
    return TransportProviders.shared()
        .forUri(router.uri())
        .create(router.uri(), ConnectionOptions.DEFAULTS, context);
  }

  @Test
  void anotherTransportDropsIn() throws Exception {
    Clasp client =
        clients.connect(
            clients
                .builder("client")
                .transport(
                    context ->
                        new PacedTransport(
                            webSocket(context),
                            PaceOptions.builder().gated(false).build(),
                            context.loop())));
    client.on("/a", received::record);

    assertThat(get(client.set("/a", 1)).revision()).isEqualTo(1);
    received.await(Update.class, TIMEOUT);
  }

  @Test
  void aTransportOnALoopOfItsOwnDropsIn() throws Exception {
    ThreadEventLoop loop = ThreadEventLoop.start("loop of the transport");
    Transport given = webSocket(new TransportContext(loop, new SplittableRandom(7)));
    try (Clasp client = Clasp.builder(router.uri()).transport(given).connect()) {
      client.on("/a", received::record);
      for (int i = 0; i < 500; i++) {
        assertThat(get(client.set("/a", i)).revision()).isEqualTo(i + 1);
      }
      received.awaitThat("all", TIMEOUT, all -> all.size() == 500);
    }
    assertThat(given.state()).isEqualTo(TransportState.CLOSED);
    loop.close();
    assertThat(loop.awaitStopped(TIMEOUT)).isTrue();
  }

  @Test
  void aTransportThatRepeatsAndDelaysFramesDoesNotConfuseTheClient() throws Exception {
    Seed seed = Seed.fresh();
    Clasp client =
        clients.connect(
            clients
                .builder("client")
                .requestTimeout(Duration.ofSeconds(20))
                .transport(
                    context ->
                        new FaultyTransport(
                            webSocket(context),
                            List.of(),
                            List.of(
                                Faults.duplicate(0.2),
                                Faults.delay(Duration.ZERO, Duration.ofMillis(3))),
                            seed,
                            context)));
    client.on("/a", received::record);
    for (int i = 0; i < 200; i++) {
      get(client.set("/a", i));
    }

    received.awaitThat(
        "the last " + seed,
        TIMEOUT,
        all -> !all.isEmpty() && all.get(all.size() - 1).value().asLong() == 199);
    assertThat(received.events().stream().map(update -> update.value().asLong()).toList())
        .as(seed.toString())
        .isSorted()
        .doesNotHaveDuplicates();
  }
}
