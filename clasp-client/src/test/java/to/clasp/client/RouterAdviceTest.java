package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static to.clasp.client.CoreFixture.SELF_SIGNAL;
import static to.clasp.client.CoreFixture.SESSION;
import static to.clasp.client.CoreFixture.ack;
import static to.clasp.client.CoreFixture.error;
import static to.clasp.client.CoreFixture.failureOf;
import static to.clasp.client.CoreFixture.rateLimitExceeded;
import static to.clasp.client.CoreFixture.snapshot;
import static to.clasp.client.CoreFixture.update;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.CoreFixture.Heard;
import to.clasp.client.RecordingClientListener.Interrupted;
import to.clasp.core.address.InvalidAddressException;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.NestingTooDeepException;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.UnsubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.transport.CloseReason;

/**
 * What a client should take from the behaviour of CLASP's router, point by point (CLASP router
 * behaviour, section 16).
 */
class RouterAdviceTest {

  // 1. Own timers, own close.

  @Test
  void point1HandshakeHasATimerOfItsOwn() {
    CoreFixture client =
        CoreFixture.direct(builder -> builder.handshakeTimeout(Duration.ofSeconds(10)));
    client.router.open();

    client.advance(10_000);

    assertThat(failureOf(client.core.session().first())).isEqualTo(Code.HANDSHAKE_TIMEOUT);
    assertThat(client.core.closed()).isDone();
  }

  @Test
  void point1RequestsHaveATimerOfTheirOwn() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Value> asked = client.get("/unknown");
    CompletableFuture<Delivery> written = client.set("/silent", 1);

    client.advance(4_999);
    assertThat(asked).isNotDone();
    client.advance(1_000);

    assertThat(failureOf(asked)).isEqualTo(Code.TIMEOUT);
    assertThat(failureOf(written)).isEqualTo(Code.TIMEOUT);
  }

  @Test
  void point1ClosesTheSocketOfARefusedTokenItself() {
    CoreFixture client = CoreFixture.direct(builder -> builder.token("bad"));
    client.router.open();

    client.receive(error(302, "Token has expired", null));

    assertThat(failureOf(client.core.session().first())).isEqualTo(Code.UNAUTHORIZED);
    assertThat(client.core.closed()).isDone();
  }

  // 2. A SNAPSHOT may be missing or partial.

  @Test
  void point2IsReadyWithoutAnySnapshot() {
    CoreFixture client = CoreFixture.direct().ready();

    assertThat(client.set("/a", 1)).isNotDone();
    assertThat(client.router.messages()).hasSize(1);
  }

  @Test
  void point2DoesNotTakeASnapshotForComplete() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/a/**");
    client.receive(snapshot("/a/1", 1, 1));

    client.receive(snapshot("/a/2", 2, 1));

    assertThat(heard.values()).containsExactly(1L, 2L);
    assertThat(client.core.cached("/a/1")).isEqualTo(Value.of(1));
  }

  // 3. Keep the session alive by receiving something.

  @Test
  void point3KeepsTheSessionAliveByASelfSignalAndHidesIt() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/**");
    for (int i = 0; i < 10; i++) {
      client.advance(60_000);
      PublishMessage beat =
          client.router.messages(PublishMessage.class).stream()
              .reduce((first, second) -> second)
              .orElseThrow();
      assertThat(beat.address()).isEqualTo(SELF_SIGNAL);
      client.receive(beat);
    }

    assertThat(client.router.messages(PublishMessage.class)).hasSize(10);
    assertThat(client.router.reconnects()).isEmpty();
    assertThat(heard.updates).isEmpty();
  }

  @Test
  void point3MakesANewSessionWhenTheEchoIsMissing() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/a");

    client.advance(65_000);
    assertThat(client.router.reconnects()).hasSize(1);
    client.router.forget();
    client.connect("another");

    assertThat(client.router.messages().get(0)).isInstanceOf(HelloMessage.class);
    assertThat(client.router.messages(SubscribeMessage.class)).hasSize(1);
    client.receive(update("/a", 1, 1));
    assertThat(heard.values()).containsExactly(1L);
  }

  @Test
  void point3FallsBackToAPrivateAddressWhenSignalsAreForbidden() {
    CoreFixture client = CoreFixture.direct().ready();
    client.advance(60_000);
    client.receive(error(301, "Insufficient scope for publish operation", SELF_SIGNAL));

    SetMessage beat = (SetMessage) client.router.last();
    assertThat(beat.address()).isEqualTo("/clasp/keepalive/" + SESSION);
    client.receive(beat);
    client.advance(30_000);

    assertThat(client.router.reconnects()).isEmpty();
    assertThat(client.listener.routerErrors()).isEmpty();
  }

  // 4. Never send what can abort the router.

  @Test
  void point4RefusesAddressesThatDoNotStartWithASlash() {
    Bundle bundle = new Bundle();
    for (String address : new String[] {"", "a", "é/a", "𝄞", "//"}) {
      assertThatThrownBy(() -> bundle.set(address, 1)).isInstanceOf(InvalidAddressException.class);
      assertThatThrownBy(() -> SetOptions.DEFAULTS.message(address, 1))
          .isInstanceOf(InvalidAddressException.class);
    }
  }

  @Test
  void point4RefusesDeeplyNestedValues() {
    Value nested = Value.of(1);
    for (int i = 0; i < 100; i++) {
      nested = new Value.Array(List.of(nested));
    }
    Value deep = nested;

    assertThatThrownBy(() -> Frame.of(SetMessage.of("/a", deep)))
        .isInstanceOf(NestingTooDeepException.class);
  }

  // 5. Compare revisions, per session.

  @Test
  void point5DoesNotLetAnOldSnapshotOverwriteANewerSet() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/a");
    client.receive(update("/a", "new", 7));

    client.receive(snapshot("/a", "old", 6));

    assertThat(heard.values()).containsExactly("new");
    assertThat(client.core.cached("/a")).isEqualTo(Value.of("new"));
  }

  @Test
  void point5ForgetsTheRevisionsOfTheSessionBefore() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/a");
    client.receive(update("/a", "before", 700));
    client.interrupt();
    client.connect("another");

    client.receive(snapshot("/a", "restarted", 1));

    assertThat(heard.values()).containsExactly("before", "restarted");
    assertThat(client.core.cached("/a")).isEqualTo(Value.of("restarted"));
  }

  @Test
  void point5TakesARevisionThatBeganAgainWithinASession() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/a");
    client.receive(update("/a", "old", 700));

    // It has expired, and someone has set it again.
    client.advance(10_000);
    client.receive(update("/a", "new", 1));

    assertThat(heard.values()).containsExactly("old", "new");
    assertThat(client.core.cached("/a")).isEqualTo(Value.of("new"));
  }

  // 6. Keep below the rate, and honour 429.

  @Test
  void point6KeepsBelowTheRate() {
    CoreFixture client = CoreFixture.paced(builder -> builder.messagesPerSecond(100)).ready();
    for (int i = 0; i < 300; i++) {
      client.fire("/a", i);
    }

    client.advance(1_000);
    assertThat(client.router.frames().size()).isBetween(50, 100);
    client.advance(3_000);

    assertThat(client.router.messages(PublishMessage.class))
        .extracting(publish -> Updates.valueOf(publish).asLong())
        .containsExactlyElementsOf(LongStream.range(0, 300).boxed().toList());
  }

  @Test
  void point6AssumesThirtyASecondWithAToken() {
    assertThat(Clasp.builder("ws://h").options().messagesPerSecond()).isEqualTo(1_000);
    assertThat(Clasp.builder("ws://h").token("t").options().messagesPerSecond()).isEqualTo(30);
    assertThat(
            Clasp.builder("ws://h").token("t").messagesPerSecond(500).options().messagesPerSecond())
        .isEqualTo(500);
  }

  @Test
  void point6RepeatsInTheNextSecondWhatWasDropped() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> written = client.set("/a", 1);
    CompletableFuture<Value> asked = client.get("/b");
    List<Message> dropped = client.router.messages();
    client.router.forget();

    client.receive(rateLimitExceeded());
    client.receive(rateLimitExceeded());
    assertThat(client.router.frames()).isEmpty();
    client.advance(1_100);

    assertThat(client.router.messages()).containsExactlyInAnyOrderElementsOf(dropped);
    client.receive(ack("/a", 3L));
    client.receive(snapshot("/b", 2, 1));
    assertThat(written.join().revision()).isEqualTo(3);
    assertThat(asked.join()).isEqualTo(Value.of(2));
    assertThat(client.listener.routerErrors()).containsExactly(Code.RATE_LIMITED);
  }

  // 7. 404 and 503.

  @Test
  void point7TakesA404OfASignalAddressForAPeerThatIsGone() {
    CoreFixture client = CoreFixture.direct().ready();
    String signal = "/clasp/p2p/signal/00000000-0000-4000-8000-00000000000f";

    client.receive(error(404, "Target session not found", signal));

    assertThat(client.listener.routerErrors()).containsExactly(Code.PEER_UNREACHABLE);
  }

  @Test
  void point7ReadsTheStateAgainAfterA503() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/a/**");
    SubscribeMessage before = client.router.messages(SubscribeMessage.class).get(0);
    client.receive(update("/a/1", "seen", 1));
    client.router.forget();

    client.receive(
        error(503, "Buffer overflow: messages being dropped (100 drops in last 10 seconds)", null));

    // The new one first, so that nothing falls between them.
    List<Message> sent = client.router.messages();
    SubscribeMessage again = (SubscribeMessage) sent.get(0);
    assertThat(again.pattern()).isEqualTo("/a/**");
    assertThat(again.id()).isNotEqualTo(before.id());
    assertThat(sent).endsWith(new UnsubscribeMessage(before.id()));
    client.receive(snapshot("/a/1", "missed", 5));
    assertThat(heard.values()).containsExactly("seen", "missed");
    assertThat(client.listener.routerErrors()).containsExactly(Code.REFUSED);
  }

  // 8. Fresh ids, and the whole subscription again.

  @Test
  void point8UsesFreshSubscriptionIds() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard first = client.on("/a");
    Objects.requireNonNull(first.subscription).close();
    client.loop.runPending();
    client.on("/a");
    client.on("/b");
    client.interrupt();
    client.connect("another");

    List<Integer> ids =
        client.router.messages(SubscribeMessage.class).stream().map(SubscribeMessage::id).toList();
    assertThat(ids).hasSize(5).doesNotHaveDuplicates();
  }

  @Test
  void point8ResubscribesWithFiltersAndOptions() {
    CoreFixture client = CoreFixture.direct().ready();
    client.on(
        "/a/**",
        SubscribeOptions.builder()
            .types(SignalType.PARAM, SignalType.STREAM)
            .maxRate(50)
            .epsilon(0.5)
            .history(3)
            .build());
    SubscribeMessage before = client.router.messages(SubscribeMessage.class).get(0);
    client.interrupt();
    client.router.forget();

    client.connect("another");

    SubscribeMessage again = client.router.messages(SubscribeMessage.class).get(0);
    assertThat(again.pattern()).isEqualTo("/a/**");
    assertThat(again.types()).isEqualTo(Set.of(SignalType.PARAM, SignalType.STREAM));
    assertThat(again.options()).isEqualTo(before.options()).isNotNull();
  }

  // 9. Each close looks like 1006.

  @Test
  void point9ConnectsAgainHoweverTheConnectionEnded() {
    for (CloseReason.Code code :
        new CloseReason.Code[] {
          CloseReason.Code.REMOTE_CLOSE,
          CloseReason.Code.CONNECTION_LOST,
          CloseReason.Code.SILENT,
          CloseReason.Code.PROTOCOL_ERROR
        }) {
      CoreFixture client = CoreFixture.direct().ready();

      client.router.interrupt(code);
      client.connect("another");

      assertThat(client.core.session().isReady()).isTrue();
      assertThat(client.listener.events(Interrupted.class)).hasSize(1);
    }
  }

  // What lies beside those points.

  @Test
  void hearsTheBaseOfAWildcardAndAsksForItsState() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/base/**");

    client.receive(update("/base", 1, 1));
    client.receive(update("/base/x", 2, 1));
    client.receive(update("/baseball", 3, 1));

    assertThat(heard.values()).containsExactly(1L, 2L);
    // The snapshot that follows a subscription leaves the base out.
    assertThat(client.router.messages(GetMessage.class)).containsExactly(new GetMessage("/base"));
  }

  @Test
  void takesAnErrorOfAnyOtherCodeAsItComes() {
    CoreFixture client = CoreFixture.direct().ready();

    client.receive(new ErrorMessage(501, "no journal", null, null));

    assertThat(client.listener.routerErrors()).containsExactly(Code.REFUSED);
  }
}
