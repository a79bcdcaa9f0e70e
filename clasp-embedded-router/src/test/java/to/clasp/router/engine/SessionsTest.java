package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Feature;
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
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.EmbeddedRouterBuilder;
import to.clasp.router.options.BadManner;
import to.clasp.testkit.loop.ManualEventLoop;

/** How sessions begin and end (CLASP router behaviour, "Session opening" and "Disconnect"). */
class SessionsTest {

  private static final HelloMessage HELLO = new HelloMessage(1, Set.of(), "client", null);

  private static EngineFixture engine(EmbeddedRouterBuilder builder) {
    return new EngineFixture(builder.build().options());
  }

  private static EngineFixture engine() {
    return engine(EmbeddedRouter.builder());
  }

  @Test
  void welcomesAndSendsAnEmptySnapshotWhenNothingIsStored() {
    EngineFixture.Client client = engine(EmbeddedRouter.builder().name("stage router")).connect();

    client.send(HELLO);

    byte[] welcomeBytes = client.received.element();
    WelcomeMessage welcome = client.next(WelcomeMessage.class);
    assertThat(Frame.wrap(welcomeBytes).timestamp()).isNull();
    assertThat(Frame.wrap(welcomeBytes).qos().code()).isZero();
    assertThat(welcome.version()).isEqualTo(1);
    assertThat(welcome.name()).isEqualTo("stage router");
    assertThat(welcome.token()).isNull();
    assertThat(welcome.features()).isEqualTo(EnumSet.complementOf(EnumSet.of(Feature.FEDERATION)));
    assertThat(welcome.time()).isEqualTo(ManualEventLoop.START.toEpochMilli() * 1_000);
    assertThat(UUID.fromString(welcome.session()).version()).isEqualTo(4);
    assertThat(welcome.session()).hasSize(36).isLowerCase();
    assertThat(client.next(SnapshotMessage.class).params()).isEmpty();
    client.assertNothing();
  }

  @Test
  void looksNeitherAtVersionNorAtFeatures() {
    EngineFixture.Client client = engine().connect();

    client.send(new HelloMessage(99, EnumSet.allOf(Feature.class), "", null));

    assertThat(client.next(WelcomeMessage.class).version()).isEqualTo(1);
  }

  @Test
  void startsASecondSessionOnTheSameConnectionAndKeepsTheFirst() {
    EngineFixture fixture = engine();
    EngineFixture.Client client = fixture.join("twice");
    EngineFixture.Client other = fixture.join("other");
    client.send(new SubscribeMessage(1, "/a", Set.of(), null));
    String first = client.session;

    client.send(HELLO);

    String second = client.next(WelcomeMessage.class).session();
    client.next(SnapshotMessage.class);
    assertThat(second).isNotEqualTo(first);
    other.send(signal(first));
    other.send(signal(second));
    assertThat(client.next(PublishMessage.class).address()).endsWith(first);
    assertThat(client.next(PublishMessage.class).address()).endsWith(second);
    // The subscription of the first session still delivers, and is no subscription of the second.
    client.send(new SubscribeMessage(1, "/b", Set.of(), null));
    other.send(PublishMessage.of("/a", SignalType.EVENT, Value.of(1)));
    other.send(PublishMessage.of("/b", SignalType.EVENT, Value.of(2)));
    assertThat(client.next(PublishMessage.class).address()).isEqualTo("/a");
    assertThat(client.next(PublishMessage.class).address()).isEqualTo("/b");
    client.assertNothing();
    assertThat(fixture.engine.sessions()).hasSize(3);

    client.disconnect();

    assertThat(fixture.engine.sessions()).hasSize(1);
    assertThat(fixture.engine.counters().subscriptions).hasValue(0);
  }

  @Test
  void forgetsASessionWithItsConnectionButKeepsItsParametersAndLocks() {
    EngineFixture fixture = engine();
    EngineFixture.Client gone = fixture.join("gone");
    EngineFixture.Client stays = fixture.join("stays");
    gone.send(new SubscribeMessage(1, "/**", Set.of(), null));
    gone.send(new SetMessage("/locked", Value.of(1), null, true, false, null));

    gone.disconnect();

    stays.assertNothing();
    stays.send(signal(gone.session));
    assertThat(stays.next(ErrorMessage.class).code()).isEqualTo(404);
    stays.send(new GetMessage("/locked"));
    assertThat(stays.next(SnapshotMessage.class).params().get(0).writer()).isEqualTo(gone.session);
    stays.send(SetMessage.of("/locked", Value.of(2)));
    assertThat(stays.next(ErrorMessage.class).message())
        .isEqualTo("LockHeld { holder: \"" + gone.session + "\" }");
    assertThat(fixture.engine.counters().connections).hasValue(1);
    assertThat(fixture.engine.counters().subscriptions).hasValue(0);
  }

  @Test
  void isSilentWhenTheFirstMessageIsNoHello() {
    EngineFixture.Client client = engine().connect();

    client.send(new PingMessage());
    client.send(HELLO);

    client.assertNothing();
    assertThat(client.ends).isEmpty();
    assertThat(client.consumed).isEqualTo(2);
  }

  @Test
  void isSilentWhenTheFirstMessageCannotBeRead() {
    EngineFixture.Client client = engine().connect();

    client.send(new byte[] {1, 2, 3});
    client.send(HELLO);

    client.assertNothing();
    assertThat(client.ends).isEmpty();
  }

  @Test
  void isSilentWhenNoHelloComesInTime() {
    EngineFixture fixture = engine();
    EngineFixture.Client late = fixture.connect();
    EngineFixture.Client inTime = fixture.connect();

    fixture.advance(Duration.ofMillis(9_999));
    inTime.send(HELLO);
    fixture.advance(Duration.ofMillis(1));
    late.send(HELLO);

    late.assertNothing();
    assertThat(late.ends).isEmpty();
    inTime.next(WelcomeMessage.class);
    inTime.next(SnapshotMessage.class);
    inTime.assertAnswersPing();
  }

  @Test
  void closesAfterARefusalWhenItHasGoodManners() {
    EngineFixture fixture =
        engine(
            EmbeddedRouter.builder()
                .without(BadManner.MUTE_AFTER_REFUSAL)
                .token("good", "read:/**"));
    EngineFixture.Client noHello = fixture.connect();
    EngineFixture.Client garbage = fixture.connect();
    EngineFixture.Client badToken = fixture.connect();
    EngineFixture.Client late = fixture.connect();

    noHello.send(new PingMessage());
    garbage.send(new byte[] {1});
    badToken.send(new HelloMessage(1, Set.of(), "x", "bad"));
    fixture.advance(Duration.ofSeconds(10));

    assertThat(noHello.ends).containsExactly("close 1008");
    assertThat(garbage.ends).containsExactly("close 1008");
    assertThat(late.ends).containsExactly("close 1008");
    assertThat(badToken.next(ErrorMessage.class).code()).isEqualTo(300);
    assertThat(badToken.ends).containsExactly("close 1008");
  }

  @Test
  void doesNotAnswerWhenItIsFull() {
    EngineFixture fixture = engine(EmbeddedRouter.builder().maxSessions(2));
    EngineFixture.Client first = fixture.join("first");
    fixture.join("second");
    EngineFixture.Client third = fixture.connect();

    third.send(HELLO);

    third.assertNothing();
    assertThat(third.ends).isEmpty();
    first.disconnect();
    fixture.join("fourth");
  }

  @Test
  void closesWhenItIsFullAndHasGoodManners() {
    EngineFixture fixture =
        engine(EmbeddedRouter.builder().maxSessions(1).without(BadManner.SILENT_WHEN_FULL));
    fixture.join("first");
    EngineFixture.Client second = fixture.connect();

    second.send(HELLO);

    second.assertNothing();
    assertThat(second.ends).containsExactly("close 1013");
  }

  @Test
  void neverAnswersHelloIfToldSo() {
    EngineFixture fixture = engine(EmbeddedRouter.builder().with(BadManner.NEVER_ANSWERS_HELLO));
    EngineFixture.Client client = fixture.connect();

    client.send(HELLO);

    client.assertNothing();
    assertThat(client.ends).isEmpty();
    fixture.engine.manners(BadManner.defaults());
    fixture.join("another");
  }

  private static PublishMessage signal(String session) {
    return PublishMessage.of("/clasp/p2p/signal/" + session, SignalType.EVENT, Value.of("hi"));
  }
}
