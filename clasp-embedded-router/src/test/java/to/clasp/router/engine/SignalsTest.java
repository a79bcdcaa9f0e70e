package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;

/** How signals between peers are routed (CLASP router behaviour, "P2P routing"). */
class SignalsTest {

  private static final String SIGNAL = "/clasp/p2p/signal/";
  private static final String ANNOUNCE = "/clasp/p2p/announce";

  private final EngineFixture fixture =
      new EngineFixture(EmbeddedRouter.builder().queueCapacity(100).build().options());
  private final EngineFixture.Client alice = fixture.join("alice");
  private final EngineFixture.Client bob = fixture.join("bob");
  private final EngineFixture.Client eve = fixture.join("eve");

  private static PublishMessage message(String address) {
    return PublishMessage.of(address, SignalType.EVENT, Value.of("payload"));
  }

  private static void subscribe(EngineFixture.Client client, String pattern, SignalType... types) {
    client.send(new SubscribeMessage(1, pattern, Set.of(types), null));
  }

  private static List<String> addresses(EngineFixture.Client client) {
    return client.all().stream().map(message -> ((PublishMessage) message).address()).toList();
  }

  @Test
  void reachOneSessionOnceAndNobodyElse() {
    subscribe(eve, "/**");
    subscribe(bob, "/clasp/p2p/**");
    subscribe(alice, SIGNAL + bob.session);

    alice.send(message(SIGNAL + bob.session));

    assertThat(bob.all()).containsExactly(message(SIGNAL + bob.session));
    eve.assertNothing();
    alice.assertNothing();
    assertThat(fixture.engine.counters().signals.sum()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(SignalType.class)
  void areRoutedWhateverTheirType(SignalType type) {
    alice.send(PublishMessage.of(SIGNAL + bob.session, type, Value.of(1)));

    assertThat(bob.all()).hasSize(1);
  }

  @Test
  void comeBackToOneself() {
    alice.send(message(SIGNAL + alice.session));

    assertThat(addresses(alice)).containsExactly(SIGNAL + alice.session);
  }

  @Test
  void giveA404ForAnUnknownSession() {
    subscribe(eve, "/**");

    alice.send(message(SIGNAL + "nobody"));

    assertThat(alice.next())
        .isEqualTo(
            new ErrorMessage(404, "Target session not found: nobody", SIGNAL + "nobody", null));
    alice.assertNothing();
    eve.assertNothing();
  }

  @Test
  void giveA404ForASessionInUpperCase() {
    alice.send(message(SIGNAL + bob.session.toUpperCase(java.util.Locale.ROOT) + "x"));

    assertThat(alice.next(ErrorMessage.class).code()).isEqualTo(404);
  }

  @Test
  void giveA404WhenTheTargetIsAZombieOrGone() {
    fixture.engine.makeZombie(bob.session);
    eve.disconnect();

    alice.send(message(SIGNAL + bob.session));
    alice.send(message(SIGNAL + eve.session));

    assertThat(alice.next(ErrorMessage.class).code()).isEqualTo(404);
    assertThat(alice.next(ErrorMessage.class).code()).isEqualTo(404);
    bob.assertAnswersPing();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/clasp/p2p/signal/", "/clasp/p2p/signal/a/b", "/clasp/p2p/other"})
  void areOrdinaryMessagesAtOtherAddresses(String address) {
    subscribe(eve, "/clasp/p2p/**");

    alice.send(message(address));

    assertThat(addresses(eve)).containsExactly(address);
    alice.assertNothing();
  }

  @Test
  void areOrdinaryParametersWhenTheyAreSet() {
    alice.send(SetMessage.of(SIGNAL + bob.session, Value.of(1)));

    alice.next(AckMessage.class);
    bob.assertNothing();
  }

  @Test
  void carryWhateverTheSenderClaims() {
    PublishMessage forged =
        PublishMessage.of(
            SIGNAL + bob.session, SignalType.EVENT, Value.of(java.util.Map.of("from", "somebody")));

    alice.send(forged);

    assertThat(bob.next()).isEqualTo(forged);
  }

  @Test
  void areAnnouncedToAllThatSubscribeButTheSender() {
    subscribe(alice, "/**");
    subscribe(bob, ANNOUNCE, SignalType.TIMELINE);
    subscribe(eve, "/clasp/p2p/*");

    alice.send(message(ANNOUNCE));

    assertThat(addresses(bob)).containsExactly(ANNOUNCE);
    assertThat(addresses(eve)).containsExactly(ANNOUNCE);
    alice.assertNothing();
    // Nothing is kept for those that come later.
    EngineFixture.Client late = fixture.join("late");
    subscribe(late, ANNOUNCE);
    late.assertNothing();
  }

  @Test
  void tellNobodyThatASessionHasEnded() {
    subscribe(bob, "/**");

    alice.disconnect();

    bob.assertNothing();
  }

  @Test
  void holdTheirSenderUpWhileTheTargetDoesNotRead() {
    bob.stopReading();
    for (int i = 0; i < 110; i++) {
      alice.send(message(SIGNAL + bob.session));
    }

    alice.send(new PingMessage());

    alice.assertNothing();
    eve.assertAnswersPing();

    bob.read();

    alice.next(PongMessage.class);
    List<Message> all = bob.all();
    assertThat(all).hasSize(110);
  }

  @Test
  void letTheirSenderGoOnWhenTheTargetIsGone() {
    bob.stopReading();
    for (int i = 0; i < 110; i++) {
      alice.send(message(SIGNAL + bob.session));
    }
    alice.send(new PingMessage());

    bob.disconnect();

    List<Message> all = alice.all();
    assertThat(all).last().isInstanceOf(PongMessage.class);
    assertThat(all.subList(0, all.size() - 1))
        .allSatisfy(message -> assertThat(((ErrorMessage) message).code()).isEqualTo(404));
  }
}
