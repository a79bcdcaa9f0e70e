package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;
import static to.clasp.it.ClientHarness.sessionOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspException;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.ClientState;
import to.clasp.client.Delivery;
import to.clasp.client.Update;
import to.clasp.core.value.Value;
import to.clasp.it.ClientHarness.Events;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.EmbeddedRouterBuilder;
import to.clasp.router.options.BadManner;
import to.clasp.testkit.contract.LeakCheck;
import to.clasp.testkit.record.Recorder;

/** What routers do to their clients, and the client survives. */
@EmbeddedRouterOnly("bad manners at will")
class ClientBadMannersTest {

  private final Events events = new Events();
  private final Recorder<Update> received = new Recorder<>();
  private LeakCheck leaks;
  private EmbeddedRouter router;
  private ClientHarness clients;

  @BeforeEach
  void watchForLeaks() {
    leaks = ClientHarness.watchForLeaks();
  }

  private void start(EmbeddedRouterBuilder builder) {
    router = builder.port(0).start();
    clients = new ClientHarness(router);
  }

  @AfterEach
  void leavesNothingBehind() {
    clients.close();
    leaks.assertNoThreads(TIMEOUT);
    leaks.assertNoDescriptors(TIMEOUT);
  }

  private static List<Long> numbers(List<Update> updates) {
    return updates.stream().map(update -> update.value().asLong()).toList();
  }

  @Test
  void noticesThatItsSessionIsAZombieAndMakesANewOne() throws Exception {
    start(EmbeddedRouter.builder());
    Clasp zombie =
        clients.connect(
            clients.builder("zombie").keepAliveInterval(Duration.ofMillis(100)).listener(events));
    zombie.on("/a", received::record);
    Clasp other = clients.connect("other");
    String before = sessionOf(zombie);

    router.makeZombie(before);

    events.awaitSessions(2);
    assertThat(sessionOf(zombie)).isNotEqualTo(before);
    get(other.set("/a", 1));
    received.await(Update.class, TIMEOUT);
  }

  @Test
  void keepsItsSessionFromBecomingAZombie() throws Exception {
    start(EmbeddedRouter.builder().sessionTimeout(Duration.ofMillis(800)));
    Clasp quiet =
        clients.connect(
            clients.builder("quiet").keepAliveInterval(Duration.ofMillis(100)).listener(events));
    String session = sessionOf(quiet);
    Clasp busy = clients.connect(clients.builder("busy").keepAliveInterval(Duration.ofMillis(100)));

    // Thirty beats of each take three seconds, several times what an idle session lives.
    for (int i = 0; router.stats().signals() < 60; i++) {
      get(busy.set("/tick", i));
    }

    assertThat(router.stats().sessionsExpired()).isZero();
    assertThat(sessionOf(quiet)).isEqualTo(session);
    assertThat(events.sessions.events()).hasSize(1);
  }

  @Test
  void keepsItsSessionByAPrivateAddressWhereSignalsAreForbidden() throws Exception {
    start(
        EmbeddedRouter.builder()
            .sessionTimeout(Duration.ofMillis(800))
            .token("cpsk_no_signals", "read:/**", "write:/clasp/keepalive/**", "write:/tick"));
    Clasp client =
        clients.connect(
            clients
                .builder("no signals")
                .token("cpsk_no_signals")
                .messagesPerSecond(1_000)
                .keepAliveInterval(Duration.ofMillis(100))
                .listener(events));
    long ticks = 0;

    while (router.stats().sets() - ticks < 30) {
      get(client.set("/tick", ticks));
      ticks++;
    }

    assertThat(router.stats().sessionsExpired()).isZero();
    assertThat(events.sessions.events()).hasSize(1);
    assertThat(events.errors.events()).isEmpty();
  }

  @Test
  void aSessionThatMayNotWriteAnythingIsReplacedBeforeItIsForgotten() throws Exception {
    start(
        EmbeddedRouter.builder()
            .token("cpsk_reader", "read:/**")
            .token("cpsk_writer", "write:/**", "read:/**"));
    Clasp reader =
        clients.connect(
            clients
                .builder("reader")
                .token("cpsk_reader")
                .messagesPerSecond(1_000)
                .keepAliveInterval(Duration.ofMillis(100))
                .listener(events));
    reader.on("/a", received::record);

    events.awaitSessions(2);
    Clasp writer = clients.connect(clients.builder("writer").token("cpsk_writer"));
    get(writer.set("/a", 1));

    received.await(Update.class, TIMEOUT);
  }

  @Test
  void closesTheSocketThatTheRouterLeavesOpenAfterARefusedToken() throws Exception {
    start(
        EmbeddedRouter.builder()
            .token("cpsk_good", "admin:/**", "read:/**")
            .with(BadManner.MUTE_AFTER_REFUSAL));

    assertThatThrownBy(() -> clients.connect(clients.builder("bad").token("cpsk_bad")))
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.UNAUTHORIZED))
        .hasMessageContaining("check the token");

    // Only that of the good one is left.
    Clasp good = clients.connect(clients.builder("good").token("cpsk_good"));
    for (int i = 0; router.stats().connections() > 1; i++) {
      get(good.set("/tick", i));
    }
  }

  @Test
  void doesNotWaitForARouterThatIsFull() {
    start(EmbeddedRouter.builder().maxSessions(1).with(BadManner.SILENT_WHEN_FULL));
    clients.connect("first");

    assertThatThrownBy(
            () ->
                clients.connect(clients.builder("second").handshakeTimeout(Duration.ofMillis(300))))
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.HANDSHAKE_TIMEOUT))
        .hasMessageContaining("full");
  }

  @Test
  void triesAgainWhileARouterDoesNotAnswerHello() throws Exception {
    start(EmbeddedRouter.builder());
    Clasp client =
        clients.connect(
            clients.builder("client").handshakeTimeout(Duration.ofMillis(100)).listener(events));
    client.on("/a", received::record);
    router.setManner(BadManner.NEVER_ANSWERS_HELLO, true);
    router.disconnectAll();
    events.awaitError(Code.HANDSHAKE_TIMEOUT);
    CompletableFuture<Delivery> waiting = client.set("/a", 1);

    router.setManner(BadManner.NEVER_ANSWERS_HELLO, false);

    events.awaitSessions(2);
    assertThat(get(waiting).revision()).isEqualTo(1);
    received.await(Update.class, TIMEOUT);
  }

  @Test
  void worksWithoutAnySnapshot() throws Exception {
    start(EmbeddedRouter.builder().with(BadManner.LOSES_ALL_SNAPSHOTS));
    Clasp writer = clients.connect("writer");
    get(writer.set("/a", "stored"));
    Clasp reader =
        clients.connect(clients.builder("reader").requestTimeout(Duration.ofMillis(300)));
    reader.on("/a", received::record);

    assertThatThrownBy(() -> get(reader.get("/a")))
        .cause()
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.TIMEOUT));
    get(writer.set("/a", "live"));

    received.await(Update.class, TIMEOUT);
    assertThat(received.events()).extracting(Update::value).containsExactly(Value.of("live"));
    assertThat(reader.cached("/a")).contains(Value.of("live"));
  }

  @Test
  void readsInPartsWhatDoesNotFitIntoOneSnapshot() throws Exception {
    start(EmbeddedRouter.builder().with(BadManner.LOSES_LARGE_SNAPSHOTS));
    Clasp writer = clients.connect("writer");
    CompletableFuture<?>[] written = new CompletableFuture<?>[400];
    for (int i = 0; i < written.length; i++) {
      written[i] = writer.set("/part/" + i % 10 + "/" + i, "x".repeat(200));
    }
    get(CompletableFuture.allOf(written));

    Clasp reader = clients.connect("reader");
    for (int part = 0; part < 10; part++) {
      reader.on("/part/" + part + "/*", received::record);
    }

    received.awaitThat("all of the state", TIMEOUT, all -> all.size() == 400);
    assertThat(router.stats().oversized()).isPositive();
    assertThat(get(reader.get("/part/7/77")).asString()).hasSize(200);
  }

  @Test
  void hearsOnlyNewerValuesThoughTheRouterReordersThem() throws Exception {
    start(EmbeddedRouter.builder().with(BadManner.REORDERS_LARGE_FAN_OUT));
    List<Recorder<Update>> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Recorder<Update> heard = new Recorder<>();
      Clasp client = clients.connect("subscriber-" + i);
      client.on("/fader", heard::record);
      // The answer tells that the subscription stands.
      get(client.set("/ready", i));
      all.add(heard);
    }
    Clasp writer = clients.connect("writer");

    CompletableFuture<?>[] written = new CompletableFuture<?>[1_000];
    for (int i = 0; i < written.length; i++) {
      written[i] = writer.set("/fader", i);
    }
    get(CompletableFuture.allOf(written));

    for (Recorder<Update> heard : all) {
      heard.awaitThat(
          "the last value",
          TIMEOUT,
          updates -> !updates.isEmpty() && updates.get(updates.size() - 1).value().asLong() == 999);
      assertThat(numbers(heard.events())).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void readsTheStateAgainWhenTheRouterHasDroppedUpdates() throws Exception {
    start(EmbeddedRouter.builder().queueCapacity(50).with(BadManner.DROPS_FOR_SLOW_CLIENTS));
    Clasp slow = clients.connect(clients.builder("slow").listener(events));
    slow.on("/a/*", received::record);
    get(slow.set("/ready", 1));
    Clasp writer = clients.connect("writer");
    router.stall(sessionOf(slow), true);
    CompletableFuture<?>[] written = new CompletableFuture<?>[300];
    for (int i = 0; i < written.length; i++) {
      written[i] = writer.set("/a/" + i, i);
    }
    get(CompletableFuture.allOf(written));
    assertThat(router.stats().dropped()).isGreaterThan(100);

    router.stall(sessionOf(slow), false);

    received.awaitThat(
        "all of the state",
        TIMEOUT,
        all -> all.stream().map(Update::address).distinct().count() == written.length);
    assertThat(numbers(received.events())).doesNotHaveDuplicates();
    assertThat(events.sessions.events()).hasSize(1);
  }

  @Test
  void closesInTimeThoughTheRouterAnswersLate() throws Exception {
    start(EmbeddedRouter.builder().with(BadManner.ANSWERS_CLOSE_LATE));
    Clasp client = clients.connect(clients.builder("client").closeTimeout(Duration.ofSeconds(10)));
    CompletableFuture<Delivery> last = client.emit("/bye", 1);
    long begin = System.nanoTime();

    client.close();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    assertThat(last).isCompleted();
  }

  @Test
  void closesThoughTheRouterDoesNotAnswer() throws Exception {
    start(EmbeddedRouter.builder().with(BadManner.CLOSES_WITHOUT_ANSWER));
    Clasp client = clients.connect("client");
    get(client.set("/a", 1));

    client.close();

    assertThat(client.state()).isEqualTo(ClientState.CLOSED);
  }

  @Test
  void worksWithEverythingThatTheRealRouterDoes() throws Exception {
    start(EmbeddedRouter.builder().manners(BadManner.ofRealRouter()));
    Clasp client = clients.connect("client");
    client.on("/a", received::record);
    for (int i = 0; i < 50; i++) {
      assertThat(get(client.set("/a", i)).revision()).isEqualTo(i + 1);
    }

    received.awaitThat("all", TIMEOUT, all -> all.size() == 50);
    assertThat(numbers(received.events())).isSorted();
  }
}
