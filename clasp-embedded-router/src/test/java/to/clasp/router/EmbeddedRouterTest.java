package to.clasp.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.options.AccessToken;
import to.clasp.router.options.BadManner;
import to.clasp.router.options.RouterOptions;
import to.clasp.testkit.contract.LeakCheck;
import to.clasp.testkit.loop.ManualEventLoop;

/** Starting, stopping and looking into a router. */
class EmbeddedRouterTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static EmbeddedRouterBuilder router() {
    return EmbeddedRouter.builder().port(0);
  }

  @Test
  void tellsWhereItListens() {
    try (EmbeddedRouter router = router().start()) {
      assertThat(router.isRunning()).isTrue();
      assertThat(router.port()).isPositive();
      assertThat(router.uri()).isEqualTo(URI.create("ws://127.0.0.1:" + router.port()));
      assertThat(router.start()).as("starting once more").isSameAs(router);
      TestClient.join(router, "client").close();
    }
  }

  @Test
  void writesAnIpv6AddressInBrackets() {
    EmbeddedRouter router = router().host("::1").build();
    try {
      router.start();
    } catch (UncheckedIOException e) {
      assertThat(e).as("no IPv6 on this machine").hasMessageContaining("::1");
      return;
    }
    assertThat(router.uri().toString()).startsWith("ws://[::1]:");
    router.close();
  }

  @Test
  void forgetsEverythingWhenItIsStartedAgainOnTheSamePort() {
    try (EmbeddedRouter router = router().start()) {
      int port = router.port();
      TestClient before = TestClient.join(router, "before");
      before.send(SetMessage.of("/a", Value.of(1)));
      before.next(AckMessage.class);
      router.setManner(BadManner.LOSES_ALL_SNAPSHOTS, true);

      router.stop();
      router.stop();

      assertThat(router.isRunning()).isFalse();
      assertThat(before.awaitEnd()).isEqualTo(1006);
      router.start();
      assertThat(router.port()).isEqualTo(port);
      assertThat(router.manners()).contains(BadManner.LOSES_ALL_SNAPSHOTS);
      router.setManner(BadManner.LOSES_ALL_SNAPSHOTS, false);
      try (TestClient after = TestClient.join(router, "after")) {
        after.send(new GetMessage("/a"));
        after.assertNothing();
        assertThat(router.stats().parameters()).isZero();
      }
    }
  }

  @Test
  void saysWhichAddressIsTaken() {
    try (EmbeddedRouter first = router().start()) {
      EmbeddedRouter second = router().port(first.port()).build();
      LeakCheck leaks = LeakCheck.begin();

      assertThatThrownBy(second::start)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("127.0.0.1:" + first.port());

      assertThat(second.isRunning()).isFalse();
      leaks.assertNoThreads(TIMEOUT);
      leaks.assertNoDescriptors(TIMEOUT);
    }
  }

  @Test
  void saysThatItDoesNotRun() {
    EmbeddedRouter router = router().build();

    List<Runnable> calls =
        List.of(
            router::uri,
            router::port,
            router::stats,
            router::sessions,
            router::disconnectAll,
            () -> router.disconnect("x"),
            () -> router.makeZombie("x"),
            () -> router.mute("x"),
            () -> router.stall("x", true));

    for (Runnable call : calls) {
      assertThatIllegalStateException().isThrownBy(call::run).withMessageContaining("start()");
    }
    router.stop();
  }

  @Test
  void leavesNoThreadAndNoSocket() throws Exception {
    LeakCheck leaks = LeakCheck.begin();
    for (int i = 0; i < 3; i++) {
      EmbeddedRouter router = router().start();
      RawClient greeted = new RawClient(router.port());
      greeted.hello();
      assertThat(greeted.nextMessage()).isInstanceOf(WelcomeMessage.class);
      RawClient silent = new RawClient(router.port());

      router.close();

      assertThat(silent.awaitEnd()).isEqualTo(1006);
      greeted.close();
      silent.close();
    }

    leaks.assertNoThreads(TIMEOUT);
    leaks.assertNoDescriptors(TIMEOUT);
  }

  @Test
  void leavesNothingOnALoopThatItWasGiven() throws Exception {
    ManualEventLoop loop = new ManualEventLoop();
    EmbeddedRouter router = router().eventLoop(loop).start();
    for (int i = 0; i < 2; i++) {
      router.start();
      try (RawClient client = new RawClient(router.port())) {
        // Once this is answered, the router has told the loop of the connection.
        client.send(RawClient.PING, true, new byte[0]);
        client.next();
        loop.runPending();
        assertThat(loop.pendingTimers()).as("sweep, idle check, handshake").hasSize(3);
        router.stop();
        assertThat(client.awaitEnd()).isEqualTo(1006);
      }
      loop.runPending();
      loop.assertNothingPending();
    }
  }

  @Test
  void endsTheConnectionOfOneSessionOrOfAll() {
    try (EmbeddedRouter router = router().start();
        TestClient first = TestClient.join(router, "first");
        TestClient second = TestClient.join(router, "second");
        TestClient silent = TestClient.connect(router)) {
      router.disconnect("unknown");
      router.disconnect(first.session());

      assertThat(first.awaitEnd()).isEqualTo(1006);
      second.assertNothing();
      assertThat(router.sessions()).containsExactly(new SessionInfo(second.session(), "second"));

      router.disconnectAll();

      assertThat(second.awaitEnd()).isEqualTo(1006);
      assertThat(silent.awaitEnd()).isEqualTo(1006);
    }
  }

  @Test
  void makesZombiesAndTheDeafAndTheSlow() {
    try (EmbeddedRouter router = router().queueCapacity(10).start();
        TestClient zombie = TestClient.join(router, "zombie");
        TestClient deaf = TestClient.join(router, "deaf");
        TestClient slow = TestClient.join(router, "slow");
        TestClient sender = TestClient.join(router, "sender")) {
      for (TestClient client : List.of(zombie, deaf, slow)) {
        client.send(new SubscribeMessage(1, "/n", Set.of(), null));
        client.assertNothing();
      }
      router.makeZombie(zombie.session());
      router.mute(deaf.session());
      router.stall(slow.session(), true);

      for (int i = 0; i < 30; i++) {
        sender.send(PublishMessage.of("/n", SignalType.EVENT, Value.of(i)));
        // It hears, and its queue is as short as the others'.
        deaf.next(PublishMessage.class);
      }

      zombie.assertNothing();
      deaf.send(new PingMessage());
      sender.assertNothing();
      assertThat(deaf.hasReceived()).isFalse();
      assertThat(slow.hasReceived()).isFalse();
      assertThat(router.stats().dropped()).isEqualTo(20);
      router.stall(slow.session(), false);
      for (int i = 0; i < 10; i++) {
        assertThat(slow.next(PublishMessage.class).value()).isEqualTo(Value.of(i));
      }
      slow.assertNothing();
    }
  }

  @Test
  void countsWhatItDoes() {
    try (EmbeddedRouter router = router().rateLimit(8).clock(() -> ManualEventLoop.START).start();
        TestClient client = TestClient.join(router, "client")) {
      client.send(new SubscribeMessage(1, "/**", Set.of(), null));
      client.send(SetMessage.of("/a", Value.of(1)));
      client.send(new SetMessage("/a", Value.of(1), 7L, false, false, null));
      client.send(PublishMessage.of("/a", SignalType.EVENT, Value.of(1)));
      client.send(
          PublishMessage.of(
              "/clasp/p2p/signal/" + client.session(), SignalType.EVENT, Value.of(1)));
      client.send(new byte[] {1});
      client.send(new GetMessage("/a"));
      client.assertAnswered(
          SetMessage.class,
          AckMessage.class,
          ErrorMessage.class,
          PublishMessage.class,
          SnapshotMessage.class);
      client.send(new GetMessage("/a"));
      client.next();

      RouterStats stats = router.stats();
      assertThat(stats.connections()).isEqualTo(1);
      assertThat(stats.sessions()).isEqualTo(1);
      assertThat(stats.subscriptions()).isEqualTo(1);
      assertThat(stats.parameters()).isEqualTo(1);
      assertThat(stats.received()).isEqualTo(10);
      assertThat(stats.malformed()).isEqualTo(1);
      assertThat(stats.rateLimited()).isEqualTo(1);
      assertThat(stats.sets()).isEqualTo(1);
      assertThat(stats.refusedSets()).isEqualTo(1);
      assertThat(stats.publishes()).isEqualTo(1);
      assertThat(stats.signals()).isEqualTo(1);
      assertThat(stats.sessionsOpened()).isEqualTo(1);
      assertThat(stats.dropped()).isZero();
      assertThat(stats.oversized()).isZero();
      assertThat(stats.sessionsExpired()).isZero();
      // WELCOME, SNAPSHOT, SET, ACK, ERROR 400, the signal, SNAPSHOT, PONG, ERROR 429.
      assertThat(stats.sent()).isEqualTo(9);
    }
  }

  @Test
  void takesTheDefaultsOfTheRealRouterOnLoopback() {
    RouterOptions options = EmbeddedRouter.builder().build().options();

    assertThat(options).isEqualTo(RouterOptions.DEFAULTS);
    assertThat(options.host()).isEqualTo("127.0.0.1");
    assertThat(options.port()).isEqualTo(7330);
    assertThat(options.rateLimit()).isEqualTo(1_000);
    assertThat(options.maxSessions()).isEqualTo(100);
    assertThat(options.sessionTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(options.tokens()).isNull();
  }

  @Test
  void switchesMannersBeforeItStarts() {
    Set<BadManner> none = EnumSet.noneOf(BadManner.class);

    assertThat(router().manners(none).build().manners()).isEmpty();
    assertThat(router().build().manners()).isEqualTo(BadManner.defaults());
    assertThat(router().with(BadManner.ANSWERS_CLOSE_LATE).build().manners())
        .contains(BadManner.ANSWERS_CLOSE_LATE)
        .containsAll(BadManner.defaults());
    assertThat(router().without(BadManner.ZOMBIE_WHEN_IDLE).build().manners())
        .doesNotContain(BadManner.ZOMBIE_WHEN_IDLE)
        .hasSize(BadManner.defaults().size() - 1);
    assertThat(BadManner.ofRealRouter())
        .containsAll(BadManner.defaults())
        .doesNotContain(
            BadManner.LOSES_ALL_SNAPSHOTS,
            BadManner.NEVER_ANSWERS_HELLO,
            BadManner.ANSWERS_CLOSE_LATE);
  }

  @Test
  void neverShowsATokenInAText() {
    AccessToken token = new AccessToken("cpsk_secret", List.of("read:/**"), null);

    assertThat(token.toString()).doesNotContain("secret").contains("read:/**");
    assertThat(router().token(token).build().options().toString()).doesNotContain("secret");
  }

  @TestFactory
  List<DynamicTest> refusesOptionsOutOfRange() {
    return List.of(
        refuses("port", it -> it.port(-1)),
        refuses("port", it -> it.port(65_536)),
        refuses("maxSessions", it -> it.maxSessions(0)),
        refuses("maxConnections", it -> it.maxConnections(100_001)),
        refuses("handshakeTimeout", it -> it.handshakeTimeout(Duration.ZERO)),
        refuses("sessionTimeout", it -> it.sessionTimeout(Duration.ofDays(31))),
        refuses("rateLimit", it -> it.rateLimit(-1)),
        refuses("queueCapacity", it -> it.queueCapacity(0)),
        refuses("maxSubscriptions", it -> it.maxSubscriptions(0)),
        refuses("maxParameters", it -> it.maxParameters(0)),
        refuses("parameterLifetime", it -> it.parameterLifetime(Duration.ofMillis(-1))),
        refuses("sweepInterval", it -> it.sweepInterval(Duration.ZERO)),
        refuses("gesturePause", it -> it.gesturePause(Duration.ofMinutes(2))),
        refuses("name", it -> it.name("x".repeat(1_001))),
        refuses("empty", it -> it.token("", "read:/**")),
        refuses("has no colon", it -> it.token("t", "read")),
        refuses("unknown action", it -> it.token("t", "listen:/**")),
        refuses("bad pattern", it -> it.token("t", "read:nothing")));
  }

  private static DynamicTest refuses(String word, UnaryOperator<EmbeddedRouterBuilder> change) {
    return DynamicTest.dynamicTest(
        word,
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> change.apply(router()).build())
                .withMessageContaining(word));
  }

  @Test
  void listsSessionsButNoZombies() {
    try (EmbeddedRouter router = router().start();
        TestClient one = TestClient.join(router, "one")) {
      one.send(new HelloMessage(1, Set.of(), "two", null));
      String second = one.next(WelcomeMessage.class).session();
      one.next(SnapshotMessage.class);
      assertThat(router.sessions())
          .containsExactlyInAnyOrder(
              new SessionInfo(one.session(), "one"), new SessionInfo(second, "two"));

      router.makeZombie(one.session());
      one.assertNothing();

      assertThat(router.sessions()).containsExactly(new SessionInfo(second, "two"));
    }
  }
}
