package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.CharBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.RecordingClientListener.CallbackFailure;
import to.clasp.client.RecordingClientListener.Closed;
import to.clasp.client.RecordingClientListener.Connected;
import to.clasp.core.address.InvalidAddressException;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.Ttl;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.testkit.contract.LeakCheck;
import to.clasp.testkit.memory.InMemoryTransport;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.spi.TransportContext;

/** The client as an application sees it, on a router in memory. */
class ClaspTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final LeakCheck leaks = LeakCheck.begin();
  private final MemoryRouter router = new MemoryRouter();
  private final RecordingClientListener listener = new RecordingClientListener();

  @AfterEach
  void leavesNothingBehind() {
    router.close();
    leaks.assertNoThreads(TIMEOUT);
  }

  private Clasp connect() {
    return router.client().name("tester").listener(listener).connect();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  private static Code failureOf(CompletableFuture<?> future) throws Exception {
    try {
      get(future);
      throw new AssertionError("it has not failed");
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(ClaspException.class);
      return ((ClaspException) Objects.requireNonNull(e.getCause())).code();
    }
  }

  // Sending.

  @Test
  void setsAndGetsAndCaches() throws Exception {
    try (Clasp client = connect()) {
      assertThat(client.cached("/a")).isEmpty();

      Delivery delivery = get(client.set("/a", 0.5));

      assertThat(delivery).isEqualTo(new Delivery(Path.ROUTER, 1L));
      assertThat(get(client.get("/a"))).isEqualTo(Value.of(0.5));
      assertThat(client.cached("/a")).contains(Value.of(0.5));
    }
  }

  @Test
  void setsWithLifetimeLockAndRevision() throws Exception {
    try (Clasp client = connect()) {
      SetOptions how =
          SetOptions.DEFAULTS.withTtl(Ttl.sliding(60)).withLock().withExpectedRevision(3);

      assertThat(get(client.set("/a", 1, how)).path()).isEqualTo(Path.ROUTER);
      assertThat(get(client.set("/a", 2, SetOptions.DEFAULTS.withUnlock())).revision())
          .isEqualTo(2);

      assertThat(router.received().events(SetMessage.class))
          .containsExactly(
              new SetMessage("/a", Value.of(1), 3L, true, false, Ttl.sliding(60)),
              new SetMessage("/a", Value.of(2), null, false, true, null));
    }
  }

  @Test
  void publishesEachKindOfSignal() throws Exception {
    try (Clasp client = connect()) {
      Timeline timeline =
          Timeline.of(
              new Timeline.Keyframe(Duration.ofMillis(5), Value.of(1), Timeline.Easing.STEP));

      assertThat(get(client.emit("/e", 1)).path()).isEqualTo(Path.ROUTER);
      assertThat(get(client.stream("/s", 2)).path()).isEqualTo(Path.ROUTER);
      assertThat(get(client.gesture("/g", 7, GesturePhase.MOVE, 3)).path()).isEqualTo(Path.ROUTER);
      assertThat(get(client.timeline("/t", timeline)).path()).isEqualTo(Path.ROUTER);

      router.received().await(PublishMessage.class, 4, TIMEOUT);
      assertThat(router.received().events(PublishMessage.class))
          .containsExactly(
              PublishMessage.of("/e", SignalType.EVENT, Value.of(1)),
              PublishMessage.of("/s", SignalType.STREAM, Value.of(2)),
              new PublishMessage(
                  "/g", SignalType.GESTURE, Value.of(3), null, GesturePhase.MOVE, null, 7, null),
              PublishMessage.of("/t", SignalType.TIMELINE, timeline.toValue()));
    }
  }

  @Test
  void carriesTheKeyframesOfATimelineInItsValue() throws Exception {
    Recorder<Update> received = new Recorder<>();
    try (Clasp client = connect()) {
      client.on("/t", received::record);
      Timeline timeline =
          new Timeline(
              List.of(
                  new Timeline.Keyframe(Duration.ZERO, Value.of(0), Timeline.Easing.LINEAR),
                  new Timeline.Keyframe(
                      Duration.ofSeconds(2), Value.of(1), Timeline.Easing.EASE_IN_OUT)),
              true,
              Duration.ofSeconds(3));

      get(client.timeline("/t", timeline));

      Update update = received.await(Update.class, TIMEOUT);
      assertThat(Timeline.ofValue(update.value())).isEqualTo(timeline);
    }
  }

  @Test
  void sendsBundlesNowAndAtATime() throws Exception {
    try (Clasp client = connect()) {
      Bundle bundle = new Bundle().set("/a", 1).emit("/b", 2).stream("/c", 3);
      List<Message> messages = bundle.messages();

      assertThat(get(client.bundle(bundle)).path()).isEqualTo(Path.ROUTER);
      Instant at = client.time().plusMillis(60);
      CompletableFuture<Delivery> later = client.bundle(bundle, at);
      // A copy was taken.
      bundle.set("/too/late", 4);
      assertThat(get(later).path()).isEqualTo(Path.ROUTER);

      assertThat(client.time()).isAfterOrEqualTo(at.minusMillis(1));
      assertThat(router.received().events(BundleMessage.class))
          .containsExactly(new BundleMessage(null, messages), new BundleMessage(null, messages));
      assertThat(get(client.bundle(bundle, Instant.EPOCH)).path()).isEqualTo(Path.ROUTER);
    }
  }

  @Test
  void aBundleThatIsCancelledOrOutlivesTheClientIsNotSent() throws Exception {
    CompletableFuture<Delivery> later;
    try (Clasp client = connect()) {
      Instant soon = client.time().plusSeconds(3_600);
      CompletableFuture<Delivery> cancelled = client.bundle(new Bundle().set("/a", 1), soon);
      assertThat(cancelled.cancel(false)).isTrue();
      later = client.bundle(new Bundle().set("/b", 1), soon);
    }

    assertThat(failureOf(later)).isEqualTo(Code.CLOSED);
    assertThat(router.received().events(BundleMessage.class)).isEmpty();
  }

  @Test
  void boundsTheBundlesThatWait() throws Exception {
    try (Clasp client = router.client().maxPendingRequests(2).connect()) {
      Instant soon = client.time().plusSeconds(3_600);
      Bundle bundle = new Bundle().set("/a", 1);
      CompletableFuture<Delivery> first = client.bundle(bundle, soon);
      CompletableFuture<Delivery> second = client.bundle(bundle, soon);

      assertThat(failureOf(client.bundle(bundle, soon))).isEqualTo(Code.BACKPRESSURE);
      first.cancel(false);

      assertThat(client.bundle(bundle, soon)).isNotDone();
      assertThat(second).isNotDone();
    }
  }

  @Test
  void queries() throws Exception {
    try (Clasp client = connect()) {
      assertThat(get(client.query("/lights/**"))).isEmpty();
    }
  }

  @Test
  void keepsTheOrderOfOneThread() throws Exception {
    Recorder<Update> received = new Recorder<>();
    try (Clasp client = connect()) {
      client.on("/n", received::record);
      CompletableFuture<Delivery> last = CompletableFuture.completedFuture(null);
      for (int i = 0; i < 3_000; i++) {
        last = client.emit("/n", i);
      }
      get(last);

      received.awaitThat("all", TIMEOUT, all -> all.size() == 3_000);
      assertThat(received.events().stream().map(update -> update.value().asLong()))
          .containsExactlyElementsOf(LongStream.range(0, 3_000).boxed().toList());
    }
  }

  // Values.

  static List<Object> naturalValues() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("on", true);
    map.put("level", 0.25);
    map.put("name", "fader");
    map.put("nothing", null);
    map.put("list", List.of(1L, "two", List.of(3L)));
    return List.of(true, 42L, -0.5, "täxt 🎛", List.of(), List.of(1L, 2.5, "x"), map);
  }

  @ParameterizedTest
  @MethodSource("naturalValues")
  void naturalJavaValuesComeBackAsTheyWere(Object value) throws Exception {
    try (Clasp client = connect()) {
      get(client.set("/value", value));

      assertThat(get(client.get("/value")).toJava()).isEqualTo(value);
    }
  }

  @Test
  void otherJavaValuesComeBackAsTheirNaturalForm() throws Exception {
    try (Clasp client = connect()) {
      Map<Object, @Nullable Object> expected = new LinkedHashMap<>();
      expected.put(7, 7L);
      expected.put((short) 7, 7L);
      expected.put((byte) 7, 7L);
      expected.put(0.5f, 0.5);
      expected.put(CharBuffer.wrap("text"), "text");
      expected.put(new int[] {1, 2}, List.of(1L, 2L));
      expected.put(new double[] {0.5}, List.of(0.5));
      expected.put(new Object[] {"a", 1}, List.of("a", 1L));
      for (Map.Entry<Object, @Nullable Object> entry : expected.entrySet()) {
        get(client.set("/value", entry.getKey()));
        assertThat(get(client.get("/value")).toJava()).isEqualTo(entry.getValue());
      }
      get(client.set("/value", null));
      assertThat(get(client.get("/value")).toJava()).isNull();
      get(client.set("/value", new byte[] {1, 2, 3}));
      assertThat((byte[]) get(client.get("/value")).toJava()).containsExactly(1, 2, 3);
      get(client.set("/value", Value.of("typed")));
      assertThat(get(client.get("/value"))).isEqualTo(Value.of("typed"));
    }
  }

  // Bad input.

  @Test
  void argumentsThatCanNeverBeRightThrowAtOnce() {
    try (Clasp client = connect()) {
      assertThatThrownBy(() -> client.set("no/slash", 1))
          .isInstanceOf(InvalidAddressException.class)
          .hasMessageContaining("no/slash");
      assertThatThrownBy(() -> client.emit("", 1)).isInstanceOf(InvalidAddressException.class);
      assertThatThrownBy(() -> client.get("/a//b")).isInstanceOf(InvalidAddressException.class);
      assertThatThrownBy(() -> client.on("**", update -> {}))
          .isInstanceOf(InvalidAddressException.class);
      assertThatThrownBy(() -> client.query("/{a}/*")).isInstanceOf(InvalidAddressException.class);
      assertThatThrownBy(() -> client.set("/a", new Object()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Object");
      assertThatThrownBy(() -> client.set("/a", Map.of(1, 2)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aValueThatDoesNotFitIntoAFrameFailsTheFuture() throws Exception {
    try (Clasp client = connect()) {
      byte[] large = new byte[70_000];

      assertThat(failureOf(client.set("/a", large))).isEqualTo(Code.TOO_LARGE);
      assertThat(failureOf(client.emit("/a", "x".repeat(70_000)))).isEqualTo(Code.TOO_LARGE);
      assertThat(failureOf(client.bundle(new Bundle().set("/a", large)))).isEqualTo(Code.TOO_LARGE);
      assertThat(failureOf(client.get("/" + "a".repeat(65_534)))).isEqualTo(Code.TOO_LARGE);
      // The client is none the worse.
      assertThat(get(client.set("/a", 1)).path()).isEqualTo(Path.ROUTER);
    }
  }

  @Test
  void anythingAfterCloseFailsWithATypedError() throws Exception {
    Clasp client = connect();
    client.close();

    assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    assertThat(client.isWritable()).isFalse();
    assertThat(client.session()).isEmpty();
    assertThat(failureOf(client.set("/a", 1))).isEqualTo(Code.CLOSED);
    assertThat(failureOf(client.emit("/a", 1))).isEqualTo(Code.CLOSED);
    assertThat(failureOf(client.stream("/a", 1))).isEqualTo(Code.CLOSED);
    assertThat(failureOf(client.get("/a"))).isEqualTo(Code.CLOSED);
    assertThat(failureOf(client.query("/**"))).isEqualTo(Code.CLOSED);
    assertThat(failureOf(client.bundle(new Bundle()))).isEqualTo(Code.CLOSED);
    assertThat(failureOf(client.bundle(new Bundle(), Instant.EPOCH))).isEqualTo(Code.CLOSED);
    assertThatThrownBy(() -> client.on("/a", update -> {}))
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.CLOSED));
    client.close();
  }

  @Test
  void peersAreNotThereWithoutDirectLinks() throws Exception {
    try (Clasp client = connect()) {
      assertThat(client.peerId()).isEmpty();
      assertThat(client.peers()).isEmpty();
      assertThat(client.peer("b")).isEmpty();
      assertThat(client.p2pUnavailable()).isEmpty();
      client.onPeerEvent(event -> {});
      client.disconnectPeer("b");
      assertThat(failureOf(client.connectPeer("b"))).isEqualTo(Code.P2P_UNAVAILABLE);
    }
  }

  // Connecting.

  @Test
  void tellsItsStateAndSession() throws Exception {
    try (Clasp client = connect()) {
      assertThat(client.state()).isEqualTo(ClientState.CONNECTED);
      assertThat(client.session().map(SessionInfo::routerName)).contains("memory for tester");
      assertThat(client.isWritable()).isTrue();
      get(client.emit("/a", 1));
      assertThat(client.stats().framesSent()).isPositive();
      assertThat(client.stats().connects()).isEqualTo(1);
      assertThat(Duration.between(Instant.now(), client.time()).abs())
          .isLessThan(Duration.ofSeconds(10));
    }
    listener.await(Closed.class, TIMEOUT);
  }

  @Test
  void aRefusedTokenEndsTheAttempt() {
    router.refuse(new ErrorMessage(300, "Invalid token: token not found", null, null));

    assertThatThrownBy(() -> router.client().token("bad").connect())
        .isInstanceOfSatisfying(
            ClaspException.class,
            e -> {
              assertThat(e.code()).isEqualTo(Code.UNAUTHORIZED);
              assertThat(e).hasMessageContaining("check the token");
              assertThat(e.getMessage()).doesNotContain("bad");
            });
  }

  @Test
  void aSilentRouterEndsTheAttempt() {
    router.silent(true);

    assertThatThrownBy(() -> router.client().handshakeTimeout(Duration.ofMillis(50)).connect())
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.HANDSHAKE_TIMEOUT))
        .hasMessageContaining("50 ms")
        .hasMessageContaining("full")
        .hasMessageContaining("memory://router");
  }

  @Test
  void cancellingTheAttemptClosesTheClient() {
    router.silent(true);
    CompletableFuture<Clasp> attempt = router.client().listener(listener).connectAsync();
    router.received().await(Message.class, TIMEOUT);

    assertThat(attempt.cancel(false)).isTrue();

    listener.await(Closed.class, TIMEOUT);
  }

  @Test
  void aTimeLimitOnTheAttemptClosesTheClient() {
    router.silent(true);

    CompletableFuture<Clasp> attempt =
        router.client().listener(listener).connectAsync().orTimeout(50, TimeUnit.MILLISECONDS);

    listener.await(Closed.class, TIMEOUT);
    assertThat(attempt).isCompletedExceptionally();
  }

  @Test
  void interruptingTheAttemptClosesTheClient() throws Exception {
    router.silent(true);
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                router.client().listener(listener).connect().close();
              } catch (ClaspException e) {
                thrown.set(e);
              }
            });
    thread.start();
    router.received().await(Message.class, TIMEOUT);

    thread.interrupt();
    thread.join();

    assertThat(thrown.get()).isInstanceOf(ClaspException.class).hasMessageContaining("interrupted");
    listener.await(Closed.class, TIMEOUT);
  }

  @Test
  void aTransportThatIsGivenMayLiveOnALoopOfItsOwn() throws Exception {
    try (ThreadEventLoop loop = ThreadEventLoop.start("loop of the transport")) {
      Transport given = router.transport(new TransportContext(loop, new SplittableRandom(7)));
      Recorder<Update> received = new Recorder<>();
      try (Clasp client =
          Clasp.builder("memory://router").transport(given).listener(listener).connect()) {
        client.on("/a", received::record);
        assertThat(get(client.set("/a", 1)).revision()).isEqualTo(1);
        received.await(Update.class, TIMEOUT);
        router.loseConnections();
        listener.await(Connected.class, 2, TIMEOUT);
        assertThat(get(client.set("/a", 2)).revision()).isEqualTo(2);
      }
      assertThat(given.state()).isEqualTo(TransportState.CLOSED);
    }
  }

  @Test
  void subscriptionsSurviveALostConnection() throws Exception {
    Recorder<Update> received = new Recorder<>();
    try (Clasp client = connect()) {
      client.on("/a", received::record);
      get(client.set("/a", "before"));
      router.loseConnections();
      listener.await(Connected.class, 2, TIMEOUT);

      get(client.set("/a", "after"));

      received.awaitThat(
          "the value after",
          TIMEOUT,
          all -> all.get(all.size() - 1).value().equals(Value.of("after")));
      assertThat(client.stats().connects()).isEqualTo(2);
    }
  }

  @Test
  void closesForGoodAtTheFirstLossWhenReconnectingIsOff() throws Exception {
    Clasp client =
        Clasp.builder("memory://router")
            .transport(
                context -> {
                  var pair = InMemoryTransport.pair(context, context, ConnectionOptions.DEFAULTS);
                  pair.right().start(new WelcomingOnce(pair.right()));
                  return pair.left();
                })
            .reconnect(false)
            .listener(listener)
            .connect();

    get(client.emit("/bye", 1));

    assertThat(listener.await(Closed.class, TIMEOUT).reason().code().retryable()).isTrue();
    assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    assertThat(failureOf(client.emit("/a", 1))).isEqualTo(Code.CLOSED);
    client.close();
  }

  /** Welcomes, and goes when it gets an event. */
  private record WelcomingOnce(Transport transport) implements TransportListener {

    @Override
    public void onOpen() {}

    @Override
    public void onFrame(Frame frame, FrameSource source) {
      if (frame.message() instanceof PublishMessage) {
        transport.close();
      } else if (frame.message() instanceof HelloMessage) {
        transport.send(Frame.of(new WelcomeMessage(1, Set.of(), 1, "session", "once", null)));
      }
    }

    @Override
    public void onClosed(CloseReason reason) {}
  }

  // Callbacks.

  @Test
  void stalledCallbacksHarmNeitherEachOtherNorTheNetwork() throws Exception {
    CountDownLatch stall = new CountDownLatch(1);
    Recorder<Update> received = new Recorder<>();
    try (Clasp client = connect()) {
      for (int i = 0; i < 5; i++) {
        client.on("/a", update -> stall.await());
      }
      client.on("/a", received::record);

      for (int i = 0; i < 100; i++) {
        get(client.set("/a", i));
      }

      received.awaitThat("all", TIMEOUT, all -> all.size() == 100);
      stall.countDown();
    }
  }

  @Test
  void aCallbackThatThrowsHarmsNobodyAndIsToldOnce() throws Exception {
    Recorder<Update> received = new Recorder<>();
    try (Clasp client = connect()) {
      Subscription throwing =
          client.on(
              "/a",
              update -> {
                received.record(update);
                throw new Exception("by a test");
              });
      for (int i = 0; i < 10; i++) {
        get(client.set("/a", i));
      }

      received.awaitThat("all", TIMEOUT, all -> all.size() == 10);
      assertThat(listener.await(CallbackFailure.class, TIMEOUT).subscription()).isSameAs(throwing);
      assertThat(listener.events(CallbackFailure.class)).hasSize(1);
    }
  }

  @Test
  void aCallbackMayWaitForAFuture() throws Exception {
    Recorder<Value> answers = new Recorder<>();
    try (Clasp client = router.client().dispatcherThreads(1).connect()) {
      get(client.set("/b", "answer"));
      client.on("/a", update -> answers.record(client.get("/b").get(20, TimeUnit.SECONDS)));

      get(client.set("/a", 1));

      assertThat(answers.await(Value.class, TIMEOUT)).isEqualTo(Value.of("answer"));
    }
  }

  @Test
  void whatFollowsAFutureMayTakeLocksThatSendersHold() throws Exception {
    Object lock = new Object();
    try (Clasp client = connect()) {
      CompletableFuture<?>[] all = new CompletableFuture<?>[200];
      for (int i = 0; i < all.length; i++) {
        synchronized (lock) {
          all[i] =
              client
                  .set("/a/" + i, i)
                  .thenCompose(
                      delivery -> {
                        synchronized (lock) {
                          return client.emit("/b", 1);
                        }
                      });
        }
      }
      get(CompletableFuture.allOf(all));
    }
  }

  @Test
  void callbacksRunOnTheExecutorThatIsGiven() throws Exception {
    Recorder<String> threads = new Recorder<>();
    try (Clasp client =
        router
            .client()
            .dispatcher(task -> new Thread(task, "given by the application").start())
            .connect()) {
      client.on("/a", update -> threads.record(Thread.currentThread().getName()));

      get(client.set("/a", 1));

      assertThat(threads.await(String.class, TIMEOUT)).isEqualTo("given by the application");
    }
  }

  // The end.

  @Test
  void closingWaitsForTheCallbacksOfWhatHasArrived() throws Exception {
    List<Long> handled = new ArrayList<>();
    Clasp client = connect();
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    client.on(
        "/a",
        update -> {
          entered.countDown();
          goOn.await();
          handled.add(update.value().asLong());
        });
    for (int i = 0; i < 1_000; i++) {
      get(client.set("/a", i));
    }
    entered.await();
    Thread closing = new Thread(client::close);
    closing.start();
    listenerHearsTheEndAfter(closing, goOn);

    assertThat(handled).containsExactlyElementsOf(LongStream.range(0, 1_000).boxed().toList());
  }

  private void listenerHearsTheEndAfter(Thread closing, CountDownLatch goOn)
      throws InterruptedException {
    listener.await(Closed.class, TIMEOUT);
    assertThat(closing.isAlive()).isTrue();
    goOn.countDown();
    closing.join();
  }

  @Test
  void closingInsideACallbackDoesNotWait() throws Exception {
    Clasp client = connect();
    Recorder<String> closed = new Recorder<>();
    client.on(
        "/a",
        update -> {
          client.close();
          closed.record("returned");
        });

    get(client.emit("/a", 1));

    closed.await(String.class, TIMEOUT);
    listener.await(Closed.class, TIMEOUT);
    client.close();
    assertThat(client.state()).isEqualTo(ClientState.CLOSED);
  }

  @Test
  void closingInWhatFollowsAFutureDoesNotWait() throws Exception {
    Clasp client = connect();

    get(client.set("/a", 1).thenRun(client::close));

    listener.await(Closed.class, TIMEOUT);
    client.close();
  }

  @Test
  void closingIsBoundedThoughACallbackNeverEnds() throws Exception {
    Clasp client =
        router.client().listener(listener).closeTimeout(Duration.ofMillis(200)).connect();
    CountDownLatch entered = new CountDownLatch(1);
    Recorder<String> interrupted = new Recorder<>();
    client.on(
        "/a",
        update -> {
          entered.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.record("interrupted");
            throw e;
          }
        });
    get(client.set("/a", 1));
    entered.await();

    client.close();

    interrupted.await(String.class, TIMEOUT);
  }

  @Test
  void sendsWhatWasAcceptedBeforeItCloses() throws Exception {
    List<CompletableFuture<Delivery>> all = new ArrayList<>();
    try (Clasp client = connect()) {
      for (int i = 0; i < 500; i++) {
        all.add(client.emit("/n", i));
      }
    }

    for (CompletableFuture<Delivery> one : all) {
      assertThat(get(one).path()).isEqualTo(Path.ROUTER);
    }
    router.received().await(PublishMessage.class, 500, TIMEOUT);
  }

  @Test
  void closesFromManyThreadsAtOnce() throws Exception {
    Clasp client = connect();
    Thread[] threads = new Thread[8];
    Arrays.setAll(threads, i -> new Thread(client::close));
    for (Thread thread : threads) {
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    listener.await(Closed.class, TIMEOUT);
    assertThat(listener.events(Closed.class)).hasSize(1);
  }
}
