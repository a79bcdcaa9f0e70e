package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.SubscribeOptions;
import to.clasp.core.message.UnsubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;

/** Who gets what (CLASP router behaviour, "SUBSCRIBE and UNSUBSCRIBE"). */
class SubscriptionsTest {

  private final EngineFixture fixture =
      new EngineFixture(EmbeddedRouter.builder().maxSubscriptions(3).build().options());
  private final EngineFixture.Client sender = fixture.join("sender");
  private final EngineFixture.Client client = fixture.join("client");

  private void subscribe(int id, String pattern, SignalType... types) {
    client.send(new SubscribeMessage(id, pattern, Set.of(types), null));
  }

  private void publish(String address) {
    sender.send(PublishMessage.of(address, SignalType.EVENT, Value.of(1)));
  }

  private List<String> delivered() {
    return client.all().stream().map(message -> ((PublishMessage) message).address()).toList();
  }

  @Test
  void isNotAcknowledged() {
    subscribe(1, "/a");

    client.assertNothing();
  }

  @Test
  void deliversOnceHoweverManySubscriptionsMatch() {
    subscribe(1, "/a");
    subscribe(2, "/*");
    subscribe(3, "/**");

    publish("/a");

    assertThat(delivered()).containsExactly("/a");
  }

  @Test
  void endsWithUnsubscribe() {
    subscribe(1, "/a");
    client.send(new UnsubscribeMessage(2));
    publish("/a");
    client.send(new UnsubscribeMessage(1));
    publish("/a");

    assertThat(delivered()).containsExactly("/a");
    assertThat(fixture.engine.counters().subscriptions).hasValue(0);
  }

  @Test
  void keepsTheEarlierSubscriptionWhenAnIdIsUsedAgain() {
    subscribe(1, "/a");
    subscribe(1, "/b");
    publish("/a");
    publish("/b");
    assertThat(delivered()).containsExactly("/a", "/b");

    client.send(new UnsubscribeMessage(1));
    client.send(new UnsubscribeMessage(1));
    publish("/a");
    publish("/b");

    assertThat(delivered()).containsExactly("/a");
  }

  @Test
  void keepsIdsApartBySession() {
    subscribe(1, "/a");

    sender.send(new UnsubscribeMessage(1));
    publish("/a");

    assertThat(delivered()).containsExactly("/a");
  }

  @Test
  void refusesMoreThanTheLimitAndKeepsTheOthers() {
    subscribe(1, "/a");
    subscribe(2, "/b");
    subscribe(3, "/c");

    subscribe(4, "/d");

    ErrorMessage refusal = client.next(ErrorMessage.class);
    assertThat(refusal.code()).isEqualTo(429);
    assertThat(refusal.message()).isEqualTo("Subscription limit reached (max 3)");
    publish("/d");
    publish("/c");
    assertThat(delivered()).containsExactly("/c");
    client.send(new UnsubscribeMessage(3));
    subscribe(4, "/d");
    publish("/d");
    assertThat(delivered()).containsExactly("/d");
  }

  @ParameterizedTest
  @CsvSource({
    "'', invalid address: empty address",
    "a/b, invalid address: address must start with '/': a/b",
    "**, invalid address: address must start with '/': **",
    "/a//b, invalid address: empty segment in address: /a//b",
    "'/{a,b}/*', 'invalid pattern: expected decimal number, but found no digits'",
  })
  void refusesBadPatterns(String pattern, String reason) {
    subscribe(1, pattern.replace("''", "'"));

    ErrorMessage refusal = client.next(ErrorMessage.class);
    assertThat(refusal.code()).isEqualTo(202);
    assertThat(refusal.address()).isEqualTo(pattern);
    assertThat(refusal.message()).isEqualTo(reason);
    assertThat(fixture.engine.counters().subscriptions).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource(SignalType.class)
  void deliversOnlyTheTypesThatAreWanted(SignalType wanted) {
    subscribe(1, "/a", wanted);

    for (SignalType type : SignalType.values()) {
      sender.send(PublishMessage.of("/a", type, Value.of(type.name())));
    }

    List<Message> all = client.all();
    assertThat(all).hasSize(1);
    assertThat(((PublishMessage) all.get(0)).signal()).isEqualTo(wanted);
  }

  @Test
  void takesSetsForParams() {
    subscribe(1, "/a", SignalType.PARAM);
    subscribe(2, "/b", SignalType.EVENT);

    sender.send(SetMessage.of("/a", Value.of(1)));
    sender.send(SetMessage.of("/b", Value.of(2)));

    assertThat(client.next(SetMessage.class).address()).isEqualTo("/a");
    client.assertNothing();
  }

  @Test
  void takesNoTypesAndAllTypesForEverything() {
    subscribe(1, "/none");
    client.send(new SubscribeMessage(2, "/all", EnumSet.allOf(SignalType.class), null));

    for (SignalType type : SignalType.values()) {
      sender.send(PublishMessage.of("/none", type, Value.of(1)));
      sender.send(PublishMessage.of("/all", type, Value.of(1)));
    }

    assertThat(client.all()).hasSize(10);
  }

  @Test
  void appliesNoOptions() {
    client.send(
        new SubscribeMessage(1, "/a", Set.of(), new SubscribeOptions(1, 100.0, 5, 1_000_000)));

    for (int i = 0; i < 20; i++) {
      sender.send(SetMessage.of("/a", Value.of(i)));
      sender.next(AckMessage.class);
    }

    assertThat(client.all()).hasSize(20);
  }
}
