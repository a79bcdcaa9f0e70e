package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;

/** What becomes of bundles (CLASP router behaviour, "BUNDLE"). */
class BundlesTest {

  private final EngineFixture fixture =
      new EngineFixture(EmbeddedRouter.builder().build().options());
  private final EngineFixture.Client client = fixture.join("client");
  private final EngineFixture.Client other = joinAndSubscribe();

  private EngineFixture.Client joinAndSubscribe() {
    EngineFixture.Client joined = fixture.join("other");
    joined.send(new SubscribeMessage(1, "/**", Set.of(), null));
    return joined;
  }

  private static SetMessage set(String address) {
    return SetMessage.of(address, Value.of(1));
  }

  private static PublishMessage publish(String address) {
    return PublishMessage.of(address, SignalType.EVENT, Value.of(1));
  }

  private void send(Message... messages) {
    client.send(new BundleMessage(null, List.of(messages)));
  }

  private List<String> delivered() {
    return other.all().stream()
        .map(
            message ->
                message instanceof SetMessage set
                    ? "SET " + set.address()
                    : "PUBLISH " + ((PublishMessage) message).address())
        .toList();
  }

  private void assertAcknowledged(Long revision) {
    assertThat(client.next()).isEqualTo(new AckMessage(null, revision, null, null, null));
    client.assertNothing();
  }

  @Test
  void appliesAllSetsAndThenAllPublishes() {
    send(publish("/p1"), set("/s1"), publish("/p2"), set("/s2"), set("/s1"));

    assertThat(delivered())
        .containsExactly("SET /s1", "SET /s2", "SET /s1", "PUBLISH /p1", "PUBLISH /p2");
    assertAcknowledged(2L);
  }

  @Test
  void doesNotWaitForItsTime() {
    client.send(new BundleMessage(Long.MAX_VALUE, List.of(set("/s"))));

    assertThat(delivered()).containsExactly("SET /s");
    assertAcknowledged(1L);
  }

  @Test
  void isAcknowledgedWithoutRevisionWhenNothingIsSet() {
    client.send(new BundleMessage(null, List.of()));
    assertThat(client.next()).isEqualTo(new AckMessage(null, null, null, null, null));

    send(publish("/p"));

    assertThat(client.next()).isEqualTo(new AckMessage(null, null, null, null, null));
    assertThat(delivered()).containsExactly("PUBLISH /p");
  }

  @Test
  void skipsASetThatIsRefusedAndKeepsTheOthers() {
    other.send(new SetMessage("/locked", Value.of(1), null, true, false, null));
    other.all();

    send(
        set("/a"),
        set("/locked"),
        new SetMessage("/a", Value.of(2), 9L, false, false, null),
        publish("/p"));

    assertThat(delivered()).containsExactly("SET /a", "PUBLISH /p");
    assertAcknowledged(1L);
  }

  @Test
  void skipsOtherMessages() {
    send(
        new PingMessage(),
        new GetMessage("/a"),
        new SubscribeMessage(1, "/**", Set.of(), null),
        new BundleMessage(null, List.of(set("/inner"))),
        set("/a"));

    assertThat(delivered()).containsExactly("SET /a");
    assertAcknowledged(1L);
    assertThat(fixture.engine.counters().subscriptions).hasValue(1);
  }

  @Test
  void takesASignalForAnOrdinaryMessage() {
    EngineFixture.Client target = fixture.join("target");
    String address = "/clasp/p2p/signal/" + target.session;

    send(publish(address), publish("/clasp/p2p/signal/nobody"));

    target.assertNothing();
    assertThat(delivered())
        .containsExactly("PUBLISH " + address, "PUBLISH /clasp/p2p/signal/nobody");
    client.next(AckMessage.class);
    client.assertNothing();
  }

  @Test
  void thinsOutNoGestures() {
    PublishMessage start = PublishMessage.of("/g", SignalType.GESTURE, Value.of(0));
    PublishMessage move =
        new PublishMessage(
            "/g", SignalType.GESTURE, Value.of(1), null, GesturePhase.MOVE, null, null, null);
    client.send(start);

    send(move, move);

    assertThat(other.all()).containsExactly(start, move, move);
  }

  @Test
  void isRefusedAsAWholeForOneMissingScope() {
    EngineFixture secured =
        new EngineFixture(EmbeddedRouter.builder().token("t", "write:/mine/**").build().options());
    EngineFixture.Client member = secured.join("member", "t");
    BundleMessage mixed =
        new BundleMessage(null, List.of(set("/mine/a"), publish("/mine/b"), publish("/theirs")));

    member.send(mixed);

    ErrorMessage refusal = member.next(ErrorMessage.class);
    assertThat(refusal.code()).isEqualTo(403);
    assertThat(refusal.address()).isEqualTo("/theirs");
    member.assertNothing();
    assertThat(secured.engine.counters().parameters).hasValue(0);
    member.send(new BundleMessage(null, List.of(set("/mine/a"), set("/theirs"))));
    assertThat(member.next(ErrorMessage.class).message())
        .isEqualTo("Bundle rejected: insufficient scope for SET to /theirs");
    assertThat(secured.engine.counters().parameters).hasValue(0);
  }
}
