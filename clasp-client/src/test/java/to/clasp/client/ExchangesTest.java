package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.client.CoreFixture.ack;
import static to.clasp.client.CoreFixture.error;
import static to.clasp.client.CoreFixture.failureOf;
import static to.clasp.client.CoreFixture.rateLimitExceeded;
import static to.clasp.client.CoreFixture.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.Requests.Repeat;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.QueryMessage;
import to.clasp.core.message.ResultMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalDefinition;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.value.Value;
import to.clasp.transport.Path;

/** Requests and their answers, which carry no ids. */
class ExchangesTest {

  private static CompletableFuture<Delivery> bundle(CoreFixture client, Bundle bundle) {
    return client.core.sendForAck(
        Frame.of(new BundleMessage(null, bundle.messages())), null, Repeat.NEVER);
  }

  private static CompletableFuture<Delivery> conditional(CoreFixture client, String address) {
    SetMessage set = SetOptions.DEFAULTS.withExpectedRevision(4).message(address, 1);
    return client.core.sendForAck(Frame.of(set), address, Repeat.NEVER);
  }

  private static ResultMessage result(String... addresses) {
    List<SignalDefinition> signals = new ArrayList<>();
    for (String address : addresses) {
      signals.add(new SignalDefinition(address, SignalType.PARAM, null, null, null));
    }
    return new ResultMessage(signals);
  }

  // Answers.

  @Test
  void aSetIsAnsweredWithPathAndRevision() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> written = client.set("/a", 1);
    assertThat(written).isNotDone();

    client.receive(ack("/a", 7L));

    assertThat(written.join()).isEqualTo(new Delivery(Path.ROUTER, 7L));
  }

  @Test
  void whatWasSetIsCachedOnceItIsAcknowledged() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> written = client.set("/a", 1);
    assertThat(client.core.cached("/a")).isNull();

    client.receive(ack("/a", 7L));

    assertThat(written).isCompleted();
    assertThat(client.core.cached("/a")).isEqualTo(Value.of(1));
  }

  @Test
  void acknowledgementsOfOneAddressComeInTheOrderOfItsSets() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> first = client.set("/a", 1);
    CompletableFuture<Delivery> other = client.set("/b", 1);
    CompletableFuture<Delivery> second = client.set("/a", 2);

    client.receive(ack("/b", 1L));
    client.receive(ack("/a", 5L));
    assertThat(second).isNotDone();
    client.receive(ack("/a", 6L));

    assertThat(first.join().revision()).isEqualTo(5);
    assertThat(second.join().revision()).isEqualTo(6);
    assertThat(other.join().revision()).isEqualTo(1);
    assertThat(client.core.cached("/a")).isEqualTo(Value.of(2));
  }

  @Test
  void aBundleIsAnsweredByAnAcknowledgementWithoutAddress() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> sent = bundle(client, new Bundle().set("/a", 1).emit("/b", 2));

    client.receive(ack(null, 3L));

    assertThat(sent.join()).isEqualTo(new Delivery(Path.ROUTER, 3L));
  }

  @Test
  void acknowledgementsThatNobodyWaitsForAreIgnored() {
    CoreFixture client = CoreFixture.direct().ready();

    client.receive(ack("/a", 1L));
    client.receive(ack(null, null));
    client.receive(result());

    client.loop.assertNoFailures();
  }

  @Test
  void aGetIsAnsweredByAnySnapshotThatHoldsIt() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Value> one = client.get("/a");
    CompletableFuture<Value> another = client.get("/a");

    client.receive(snapshot("/a", "value", 3));

    assertThat(one.join()).isEqualTo(Value.of("value"));
    assertThat(another.join()).isEqualTo(Value.of("value"));
  }

  @Test
  void resultsGoToTheOldestQueryThatTheyFit() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<List<SignalDefinition>> lights = client.query("/lights/*");
    CompletableFuture<List<SignalDefinition>> sounds = client.query("/sounds/*");

    // As if the router had dropped the first one.
    client.receive(result("/sounds/1", "/sounds/2"));
    assertThat(sounds.join()).hasSize(2);
    assertThat(lights).isNotDone();

    client.receive(result());
    assertThat(lights.join()).isEmpty();
  }

  // Refusals.

  @Test
  void refusalsTellWhatKindTheyAre() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> conflict = client.set("/a", 1);
    client.receive(error(400, "RevisionConflict { expected: 9, actual: 1 }", "/a"));
    assertThat(failureOf(conflict)).isEqualTo(Code.REVISION_CONFLICT);

    CompletableFuture<Delivery> locked = client.set("/a", 1);
    client.receive(error(400, "LockHeld { holder: \"other\" }", "/a"));
    assertThat(failureOf(locked)).isEqualTo(Code.LOCKED);

    CompletableFuture<Delivery> forbidden = client.set("/a", 1);
    client.receive(error(301, "Insufficient scope for write operation", "/a"));
    assertThat(failureOf(forbidden)).isEqualTo(Code.FORBIDDEN);

    CompletableFuture<Value> unreadable = client.get("/a");
    client.receive(error(301, "Insufficient scope for read operation", "/a"));
    assertThat(failureOf(unreadable)).isEqualTo(Code.FORBIDDEN);

    CompletableFuture<Delivery> rejected = bundle(client, new Bundle().set("/b", 1));
    client.receive(error(403, "Bundle rejected: insufficient scope for SET to /b", "/b"));
    assertThat(failureOf(rejected)).isEqualTo(Code.FORBIDDEN);

    // Someone waited for each of them.
    assertThat(client.listener.routerErrors()).isEmpty();
  }

  @Test
  void aRefusalMeetsOnlyTheKindOfRequestThatItIsAbout() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> written = client.set("/a", 1);
    CompletableFuture<Value> asked = client.get("/a");

    client.receive(error(301, "Insufficient scope for publish operation", "/a"));
    client.receive(error(301, "Insufficient scope for subscription", "/a"));
    client.receive(error(202, "invalid pattern: no", "/a"));
    client.receive(error(429, "Subscription limit reached (max 1000)", "/a"));
    assertThat(written).isNotDone();
    assertThat(asked).isNotDone();
    assertThat(client.listener.routerErrors())
        .containsExactly(Code.FORBIDDEN, Code.FORBIDDEN, Code.BAD_PATTERN, Code.RATE_LIMITED);

    client.receive(error(301, "Insufficient scope for read operation", "/a"));
    assertThat(failureOf(asked)).isEqualTo(Code.FORBIDDEN);
    assertThat(written).isNotDone();
  }

  @Test
  void aRefusalThatNobodyWaitsForIsToldToTheListener() {
    CoreFixture client = CoreFixture.direct().ready();

    client.receive(error(301, "Insufficient scope for publish operation", "/event"));

    assertThat(client.listener.routerErrors()).containsExactly(Code.FORBIDDEN);
  }

  // Bounds and time.

  @Test
  void requestsAreBoundedInNumber() {
    CoreFixture client = CoreFixture.direct(builder -> builder.maxPendingRequests(2)).ready();
    CompletableFuture<Delivery> written = client.set("/a", 1);
    CompletableFuture<Value> asked = client.get("/b");

    assertThat(failureOf(client.set("/c", 1))).isEqualTo(Code.BACKPRESSURE);
    assertThat(failureOf(client.query("/**"))).isEqualTo(Code.BACKPRESSURE);
    client.receive(ack("/a", 1L));

    assertThat(written).isCompleted();
    assertThat(asked).isNotDone();
    assertThat(client.set("/c", 1)).isNotDone();
    assertThat(client.router.messages(SetMessage.class)).hasSize(2);
  }

  @Test
  void aTimeoutSaysWhatWasAskedAndWhatItMayMean() {
    CoreFixture client =
        CoreFixture.direct(builder -> builder.requestTimeout(Duration.ofMillis(800))).ready();
    CompletableFuture<Value> asked = client.get("/a");

    client.advance(1_000);

    assertThat(failureOf(asked)).isEqualTo(Code.TIMEOUT);
    assertThat(asked)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("/a")
        .withMessageContaining("800 ms")
        .withMessageContaining("does not answer for what it lacks");
    client.loop.runPending();
  }

  @Test
  void theTimeOfASetCountsFromWhenItLeaves() {
    CoreFixture client =
        CoreFixture.paced(
                builder -> builder.messagesPerSecond(20).requestTimeout(Duration.ofSeconds(2)))
            .ready();
    List<CompletableFuture<Delivery>> written = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      written.add(client.set("/a/" + i, i));
    }

    // It takes more than ten seconds until the last one has left.
    for (int i = 0; i < 200; i++) {
      client.advance(100);
      for (SetMessage set : client.router.messages(SetMessage.class)) {
        client.receive(ack(set.address(), 1L));
      }
      client.router.forget();
    }

    assertThat(written).allMatch(set -> set.isDone() && !set.isCompletedExceptionally());
  }

  @Test
  void aSetWaitsForASessionAndAGetOnlyForItsTime() {
    CoreFixture client = CoreFixture.direct().ready();
    client.interrupt();
    CompletableFuture<Delivery> written = client.set("/a", 1);
    CompletableFuture<Value> asked = client.get("/b");

    client.advance(60_000);
    assertThat(failureOf(asked)).isEqualTo(Code.TIMEOUT);
    assertThat(written).isNotDone();
    client.router.forget();
    client.connect("another");
    client.receive(ack("/a", 1L));

    assertThat(written.join().revision()).isEqualTo(1);
    // Nobody waits for the answer any more.
    assertThat(client.router.messages(GetMessage.class)).isEmpty();
  }

  // Lost connections.

  @Test
  void aSetThatWasUnderWayWhenTheConnectionWasLostFailsAtOnce() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> lost = client.set("/a", 1);
    client.interrupt();
    assertThat(failureOf(lost)).isEqualTo(Code.NOT_CONNECTED);

    // So it does not take the acknowledgement of the next one.
    CompletableFuture<Delivery> next = client.set("/a", 2);
    client.connect("another");
    client.receive(ack("/a", 9L));

    assertThat(next.join().revision()).isEqualTo(9);
  }

  @Test
  void aSetThatWasHeldBackWhenTheConnectionWasLostGoesOutWithTheNext() {
    CoreFixture client = CoreFixture.paced(builder -> builder.messagesPerSecond(20)).ready();
    client.advance(1_000);
    CompletableFuture<Delivery> under = client.set("/a", 1);
    CompletableFuture<Delivery> held = client.set("/b", 2);
    client.interrupt();
    client.router.forget();

    client.connect("another");
    client.advance(1_000);

    assertThat(failureOf(under)).isEqualTo(Code.NOT_CONNECTED);
    assertThat(held).isNotDone();
    assertThat(client.router.messages(SetMessage.class))
        .extracting(SetMessage::address)
        .containsExactly("/b");
    client.receive(ack("/b", 1L));
    assertThat(held).isCompleted();
  }

  @Test
  void questionsAreAskedAgainInTheNextSession() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Value> asked = client.get("/a");
    CompletableFuture<List<SignalDefinition>> queried = client.query("/q/*");
    client.interrupt();
    client.router.forget();
    client.connect("another");

    assertThat(client.router.messages(GetMessage.class)).hasSize(1);
    assertThat(client.router.messages(QueryMessage.class)).hasSize(1);
    client.receive(snapshot("/a", 1, 1));
    client.receive(result("/q/1"));

    assertThat(asked).isCompleted();
    assertThat(queried).isCompleted();
  }

  @Test
  void everythingThatIsOpenFailsWhenTheClientCloses() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> written = client.set("/a", 1);
    CompletableFuture<Value> asked = client.get("/a");
    CompletableFuture<List<SignalDefinition>> queried = client.query("/**");

    client.core.close();
    client.loop.runPending();

    assertThat(failureOf(written)).isEqualTo(Code.CLOSED);
    assertThat(failureOf(asked)).isEqualTo(Code.CLOSED);
    assertThat(failureOf(queried)).isEqualTo(Code.CLOSED);
    assertThat(failureOf(client.set("/a", 2))).isEqualTo(Code.CLOSED);
    assertThat(failureOf(client.emit("/a", 2))).isEqualTo(Code.CLOSED);
    assertThat(failureOf(client.get("/a"))).isEqualTo(Code.CLOSED);
  }

  // Dropped messages.

  @Test
  void aDroppedSetIsNotRepeatedOnceANewerOneWasSent() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> older = client.set("/a", "older");
    client.receive(rateLimitExceeded());
    CompletableFuture<Delivery> newer = client.set("/a", "newer");
    client.router.forget();

    client.advance(1_100);

    assertThat(client.router.messages(SetMessage.class)).isEmpty();
    assertThat(failureOf(older)).isEqualTo(Code.RATE_LIMITED);
    client.receive(ack("/a", 2L));
    assertThat(newer.join().revision()).isEqualTo(2);
  }

  @Test
  void onlyTheNewestOfDroppedSetsIsRepeated() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> older = client.set("/a", "older");
    CompletableFuture<Delivery> newer = client.set("/a", "newer");
    client.receive(rateLimitExceeded());
    client.router.forget();

    client.advance(1_100);

    assertThat(client.router.messages()).containsExactly(SetMessage.of("/a", Value.of("newer")));
    assertThat(failureOf(older)).isEqualTo(Code.RATE_LIMITED);
    assertThat(newer).isNotDone();
  }

  @Test
  void whatCouldTakeEffectTwiceIsNotRepeated() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> bundle = bundle(client, new Bundle().emit("/a", 1));
    CompletableFuture<Delivery> conditional = conditional(client, "/b");
    client.receive(rateLimitExceeded());
    client.router.forget();

    client.advance(1_100);

    assertThat(client.router.frames()).isEmpty();
    assertThat(failureOf(bundle)).isEqualTo(Code.RATE_LIMITED);
    assertThat(failureOf(conditional)).isEqualTo(Code.RATE_LIMITED);
  }

  @Test
  void whatIsStillHeldBackIsNotTakenForDropped() {
    CoreFixture client = CoreFixture.paced(builder -> builder.messagesPerSecond(20)).ready();
    List<CompletableFuture<Delivery>> written = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      written.add(client.set("/a/" + i, i));
    }
    client.advance(200);
    List<SetMessage> left = client.router.messages(SetMessage.class);
    assertThat(left.size()).isBetween(1, 5);

    // All that has left is dropped.
    client.receive(rateLimitExceeded());
    client.advance(5_000);

    List<String> sent =
        client.router.messages(SetMessage.class).stream().map(SetMessage::address).toList();
    assertThat(sent).hasSize(10 + left.size());
    assertThat(sent.stream().distinct()).hasSize(10);
    assertThat(written).noneMatch(CompletableFuture::isCompletedExceptionally);
  }

  // Peers.

  @Test
  void aSetThatALinkHasTakenIsDone() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    client.peers().link("b");

    CompletableFuture<Delivery> written = client.set("/peer/b/x", 1);

    assertThat(written.join()).isEqualTo(new Delivery(Path.P2P, null));
  }

  @Test
  void aGetOfALinkedPeerIsAnsweredByThePeer() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    client.peers().link("b");
    CompletableFuture<Value> asked = client.get("/peer/b/x");
    assertThat(client.peers().toPeers()).hasSize(1);

    // What the router says meanwhile is no answer of the peer.
    client.receive(snapshot("/peer/b/x", "stale", 1));
    assertThat(asked).isNotDone();
    client.receiveFrom("b", snapshot("/peer/b/x", "fresh", 0));

    assertThat(asked.join()).isEqualTo(Value.of("fresh"));
  }

  @Test
  void asksTheRouterForWhatThePeerDoesNotHave() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    client.peers().link("b");
    CompletableFuture<Value> asked = client.get("/peer/b/x");

    client.receiveFrom("b", error(201, "no such value", "/peer/b/x"));

    assertThat(client.router.messages()).containsExactly(new GetMessage("/peer/b/x"));
    client.receive(snapshot("/peer/b/x", 1, 1));
    assertThat(asked.join()).isEqualTo(Value.of(1));
  }

  @Test
  void asksTheRouterWhenThePeerDoesNotAnswer() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    client.peers().link("b");
    CompletableFuture<Value> asked = client.get("/peer/b/x");

    client.advance(3_200);
    assertThat(client.router.messages(GetMessage.class)).hasSize(1);
    client.receive(snapshot("/peer/b/x", 1, 1));

    assertThat(asked.join()).isEqualTo(Value.of(1));
  }

  @Test
  void aGetThatNeitherPeerNorRouterAnswersEndsInTime() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    client.peers().link("b");
    CompletableFuture<Value> asked = client.get("/peer/b/x");

    client.advance(6_000);

    assertThat(failureOf(asked)).isEqualTo(Code.TIMEOUT);
  }

  @Test
  void aGetThatWaitsForALinkIsThePeersToAnswer() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    CompletableFuture<Path> linking = new CompletableFuture<>();
    client.peers().defer(linking);
    CompletableFuture<Value> asked = client.get("/peer/b/x");
    linking.complete(Path.P2P);

    client.receiveFrom("b", snapshot("/peer/b/x", 5, 0));

    assertThat(asked.join()).isEqualTo(Value.of(5));
  }

  @Test
  void answersTheGetOfAPeerWithWhatCameByAPeer() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    client.peers().link("b");
    client.receiveFrom("c", SetMessage.of("/peer/me/level", Value.of(0.5)));

    client.receiveFrom("b", new GetMessage("/peer/me/level"));
    client.receiveFrom("b", new GetMessage("/peer/me/unknown"));

    List<Message> replies =
        client.peers().toPeers().stream().map(reply -> reply.frame().message()).toList();
    assertThat(replies)
        .containsExactly(
            new SnapshotMessage(
                List.of(new ParamState("/peer/me/level", Value.of(0.5), 0, null, null))),
            error(201, "no such value", "/peer/me/unknown"));
  }

  @Test
  void answersItsOwnGetOfWhatCameByAPeer() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    client.receiveFrom("b", SetMessage.of("/peer/me/level", Value.of(0.5)));

    assertThat(client.get("/peer/me/level").join()).isEqualTo(Value.of(0.5));
    assertThat(client.router.frames()).isEmpty();
  }

  @Test
  void dropsAValueOfAPeerThatNobodyAskedFor() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    CoreFixture.Heard heard = client.on("/peer/**");

    client.receiveFrom("b", snapshot("/peer/b/x", 1, 1));

    assertThat(heard.updates).isEmpty();
    assertThat(client.core.cached("/peer/b/x")).isNull();
  }
}
