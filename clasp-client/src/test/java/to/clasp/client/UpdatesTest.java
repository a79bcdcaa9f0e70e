package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.client.CoreFixture.update;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import to.clasp.client.CoreFixture.Heard;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.value.Value;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;

/** What comes in, on its way to cache and subscriptions. */
class UpdatesTest {

  private static final long NOW = ManualEventLoop.START.toEpochMilli() * 1_000;

  private static SnapshotMessage stored(
      String address, Object value, long revision, @Nullable Long at) {
    return new SnapshotMessage(
        List.of(new ParamState(address, Value.of(value), revision, "writer", at)));
  }

  @Test
  void tellsAllThatAMessageCarries() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/**");

    client.receive(update("/p", 1, 3));
    client.receive(
        new PublishMessage(
            "/g", SignalType.GESTURE, Value.of(2), null, GesturePhase.END, 123L, 9, null));
    client.receive(stored("/s", 3, 4, 5L));

    assertThat(heard.updates)
        .containsExactly(
            new Update(
                "/p", Value.of(1), SignalType.PARAM, FrameSource.ROUTER, 3L, null, null, null),
            new Update(
                "/g",
                Value.of(2),
                SignalType.GESTURE,
                FrameSource.ROUTER,
                null,
                123L,
                9,
                GesturePhase.END),
            new Update(
                "/s", Value.of(3), SignalType.PARAM, FrameSource.ROUTER, 4L, 5L, null, null));
    assertThat(heard.updates).allMatch(update -> update.path() == Path.ROUTER);
  }

  @Test
  void samplesAreTheValueWhenThereIsNoOther() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/**");

    client.receive(
        new PublishMessage(
            "/s",
            SignalType.STREAM,
            null,
            List.of(0.5, 1.5),
            GesturePhase.START,
            null,
            null,
            48_000));
    client.receive(
        new PublishMessage(
            "/n", SignalType.EVENT, null, null, GesturePhase.START, null, null, null));

    assertThat(heard.values()).containsExactly(List.of(0.5, 1.5), null);
  }

  @Test
  void deliversOnlyTheTypesThatASubscriptionWants() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard params = client.on("/**", SubscribeOptions.builder().types(SignalType.PARAM).build());
    Heard events =
        client.on(
            "/**", SubscribeOptions.builder().types(SignalType.EVENT, SignalType.GESTURE).build());

    client.receive(update("/a", "param", 1));
    client.receive(CoreFixture.event("/a", "event").message());
    client.receive(PublishMessage.of("/a", SignalType.STREAM, Value.of("stream")));

    assertThat(params.values()).containsExactly("param");
    assertThat(events.values()).containsExactly("event");
  }

  @Test
  void deliversOnceToEachSubscriptionThatMatches() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard all = client.on("/**");
    Heard one = client.on("/a/*");
    Heard other = client.on("/b/*");

    client.receive(update("/a/x", 1, 1));

    assertThat(all.updates).hasSize(1);
    assertThat(one.updates).hasSize(1);
    assertThat(other.updates).isEmpty();
  }

  @Test
  void aSubscriptionThatComesLaterGetsTheStateThoughOthersHaveIt() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard first = client.on("/a");
    client.receive(update("/a", 1, 5));

    Heard second = client.on("/a");
    client.receive(stored("/a", 1, 5, 1L));

    assertThat(first.values()).containsExactly(1L);
    assertThat(second.values()).containsExactly(1L);
  }

  @Test
  void aRevisionInAMessageOfAPeerMeansNothing() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    Heard heard = client.on("/peer/me/**");
    // What the peer expected, each time.
    client.receiveFrom("b", update("/peer/me/x", "one", 3));
    client.receiveFrom("b", update("/peer/me/x", "two", 3));
    client.receiveFrom("b", update("/peer/me/x", "three", 2));

    assertThat(heard.values()).containsExactly("one", "two", "three");
    assertThat(heard.updates).allMatch(update -> update.revision() == null);
    assertThat(heard.updates).allMatch(update -> update.path() == Path.P2P);
    assertThat(client.core.cached("/peer/me/x")).isEqualTo(Value.of("three"));
  }

  @Test
  void whatTheRouterStoredBeforeAPeerWroteDirectlyIsOld() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    Heard heard = client.on("/peer/me/**");
    client.receive(update("/peer/me/x", "first by the router", 1));
    client.advance(1_000);
    client.receiveFrom("b", SetMessage.of("/peer/me/x", Value.of("then directly")));
    client.interrupt();
    client.connect("another");

    client.receive(stored("/peer/me/x", "first by the router", 1, NOW + 500_000));
    client.receive(stored("/peer/me/x", "unknown when", 1, null));
    assertThat(heard.values()).containsExactly("first by the router", "then directly");
    assertThat(client.core.cached("/peer/me/x")).isEqualTo(Value.of("then directly"));

    client.receive(stored("/peer/me/x", "later by the router", 2, NOW + 90_000_000));
    assertThat(heard.values()).endsWith("later by the router");
  }

  @Test
  void aCopyOfWhatAPeerHasWrittenIsOldThoughTheRouterStoredItLater() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    Heard heard = client.on("/peer/me/**");
    client.receiveFrom("b", SetMessage.of("/peer/me/x", Value.of(1)));
    client.receiveFrom("b", SetMessage.of("/peer/me/x", Value.of(2)));
    client.peers().storedCopy("/peer/me/x", Value.of(1));
    client.interrupt();
    client.connect("another");

    client.receive(stored("/peer/me/x", 1, 1, NOW + 80_000_000));
    assertThat(heard.values()).containsExactly(1L, 2L);
    assertThat(client.core.cached("/peer/me/x")).isEqualTo(Value.of(2));

    client.receive(stored("/peer/me/x", 3, 2, NOW + 90_000_000));
    assertThat(heard.values()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aSubscriptionThatComesAfterADirectValueHearsItOnceWhenTheRouterTellsOfAnOlderOne() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    client.receiveFrom("b", SetMessage.of("/peer/me/x", Value.of(2)));
    client.advance(1_000);
    Heard late = client.on("/peer/me/x");

    client.receive(stored("/peer/me/x", 1, 1, NOW));
    client.receive(stored("/peer/me/x", 1, 1, NOW));
    client.interrupt();
    client.connect("another");
    client.receive(stored("/peer/me/x", 1, 1, NOW));

    assertThat(late.values()).containsExactly(2L);
  }

  @Test
  void whatTheRouterDeliversLiveAfterAPeerWroteDirectlyIsNew() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    Heard heard = client.on("/peer/me/**");
    client.receiveFrom("b", SetMessage.of("/peer/me/x", Value.of("directly")));

    client.receive(update("/peer/me/x", "by the router", 1));

    assertThat(heard.values()).containsExactly("directly", "by the router");
    assertThat(client.core.cached("/peer/me/x")).isEqualTo(Value.of("by the router"));
  }

  @Test
  void aBundleOfAPeerIsTakenApart() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    Heard heard = client.on("/peer/me/**");

    client.receiveFrom(
        "b",
        new BundleMessage(
            null,
            List.of(
                SetMessage.of("/peer/me/x", Value.of(1)),
                PublishMessage.of("/peer/me/y", SignalType.EVENT, Value.of(2)))));

    assertThat(heard.values()).containsExactly(1L, 2L);
  }

  @Test
  void thinsOnTheClient() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard rate = client.on("/a", SubscribeOptions.builder().maxRate(10).build());
    Heard change = client.on("/a", SubscribeOptions.builder().epsilon(10).build());
    for (int i = 0; i < 30; i++) {
      client.receive(update("/a", i, i + 1));
    }
    client.advance(100);

    assertThat(rate.values()).containsExactly(0L, 29L);
    assertThat(change.values()).containsExactly(0L, 10L, 20L);
  }

  @Test
  void aCallbackThatThrowsIsToldOnceAndGoesOn() {
    CoreFixture client = CoreFixture.direct().ready();
    RuntimeException failure = new IllegalStateException("by a test");
    ActiveSubscription throwing =
        client.core.subscribe(
            AddressPattern.parse("/a"),
            SubscribeOptions.DEFAULTS,
            update -> {
              throw failure;
            });
    Heard other = client.on("/a");

    client.receive(update("/a", 1, 1));
    client.receive(update("/a", 2, 2));

    assertThat(client.listener.events(RecordingClientListener.CallbackFailure.class))
        .containsExactly(new RecordingClientListener.CallbackFailure(throwing, failure));
    assertThat(other.values()).containsExactly(1L, 2L);
    client.loop.assertNoFailures();
  }

  @Test
  void whatACallbackDoesNotKeepUpWithIsDroppedAndCounted() {
    CoreFixture client = CoreFixture.direct(builder -> builder.maxQueuedUpdates(2)).ready();
    Heard heard = client.on("/**");
    // All in one go, while the dispatcher has no turn.
    client.router.receive(CoreFixture.event("/e", 1).message());
    client.router.receive(update("/p", "old", 1));
    client.router.receive(update("/p", "new", 2));
    client.router.receive(CoreFixture.event("/e", 2).message());
    client.loop.runPending();

    // The older value of the same parameter gave way; for the event there was no room.
    assertThat(heard.values()).containsExactly(1L, "new");
    assertThat(Objects.requireNonNull(heard.subscription).dropped()).isEqualTo(2);
    assertThat(client.listener.events(RecordingClientListener.SlowCallback.class)).hasSize(1);
  }

  @Test
  void streamsGiveWayFirst() {
    Update stream =
        new Update(
            "/s", Value.of(1), SignalType.STREAM, FrameSource.ROUTER, null, null, null, null);
    Update event =
        new Update("/e", Value.of(1), SignalType.EVENT, FrameSource.ROUTER, null, null, null, null);
    Update param =
        new Update("/p", Value.of(1), SignalType.PARAM, FrameSource.ROUTER, 1L, null, null, null);
    Update other =
        new Update("/q", Value.of(1), SignalType.PARAM, FrameSource.ROUTER, 1L, null, null, null);

    assertThat(ActiveSubscription.givesWay(stream, event)).isTrue();
    assertThat(ActiveSubscription.givesWay(param, param)).isTrue();
    assertThat(ActiveSubscription.givesWay(param, other)).isFalse();
    assertThat(ActiveSubscription.givesWay(event, stream)).isFalse();
    assertThat(ActiveSubscription.givesWay(param, event)).isFalse();
  }

  @Test
  void nothingComesOnceASubscriptionIsClosed() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/a");
    client.router.receive(update("/a", 1, 1));

    Objects.requireNonNull(heard.subscription).close();
    client.loop.runPending();
    client.receive(update("/a", 2, 2));

    assertThat(heard.updates).isEmpty();
  }
}
