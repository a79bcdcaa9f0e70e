package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.options.BadManner;

/** What becomes of sessions that receive nothing (CLASP router behaviour, "Idle timeout"). */
class IdleSessionsTest {

  /** The check runs each quarter of the timeout of 300 s. */
  private static final Duration SURELY_IDLE = Duration.ofSeconds(375);

  private final EngineFixture fixture =
      new EngineFixture(EmbeddedRouter.builder().build().options());

  private static void signal(EngineFixture.Client from, String session) {
    from.send(
        PublishMessage.of("/clasp/p2p/signal/" + session, SignalType.EVENT, Value.of("alive")));
  }

  @Test
  void becomeZombiesWhoseRequestsAreAnswered() {
    EngineFixture.Client idle = fixture.join("idle");
    idle.send(new SubscribeMessage(1, "/a", Set.of(), null));
    fixture.advance(Duration.ofMinutes(5));
    assertThat(fixture.engine.sessions()).hasSize(1);
    fixture.advance(Duration.ofSeconds(75));
    assertThat(fixture.engine.sessions()).isEmpty();
    EngineFixture.Client other = fixture.join("other");
    other.send(new SubscribeMessage(1, "/**", Set.of(), null));

    idle.assertNothing();
    assertThat(idle.ends).isEmpty();
    idle.assertAnswersPing();
    idle.send(SetMessage.of("/a", Value.of(1)));
    // Acknowledged, but its subscription has gone.
    idle.next(AckMessage.class);
    idle.assertNothing();
    idle.send(PublishMessage.of("/b", SignalType.EVENT, Value.of(2)));
    assertThat(other.next(SetMessage.class).address()).isEqualTo("/a");
    assertThat(other.next(PublishMessage.class).address()).isEqualTo("/b");
    // A new one is accepted, snapshot and all, and never delivers.
    idle.send(new SubscribeMessage(2, "/a", Set.of(), null));
    idle.next(SnapshotMessage.class);
    other.send(SetMessage.of("/a", Value.of(3)));
    idle.assertNothing();
    signal(idle, idle.session);
    assertThat(idle.next(ErrorMessage.class).code()).isEqualTo(404);
    assertThat(fixture.engine.counters().subscriptions).hasValue(1);
    assertThat(fixture.engine.counters().sessionsExpired.sum()).isEqualTo(1);
  }

  @Test
  void areHealedByANewHello() {
    EngineFixture.Client idle = fixture.join("idle");
    fixture.advance(SURELY_IDLE);

    idle.send(new HelloMessage(1, Set.of(), "again", null));

    String session = idle.next(WelcomeMessage.class).session();
    idle.next(SnapshotMessage.class);
    signal(idle, session);
    assertThat(idle.next(PublishMessage.class).address()).endsWith(session);
    idle.disconnect();
    assertThat(fixture.engine.sessions()).isEmpty();
  }

  @Test
  void areNotKeptAliveByWhatTheySendOrAreAnswered() {
    EngineFixture.Client busy = fixture.join("busy");

    for (int second = 0; second < 375; second++) {
      busy.send(new PingMessage());
      busy.send(SetMessage.of("/a", Value.of(second)));
      fixture.advance(Duration.ofSeconds(1));
    }

    assertThat(fixture.engine.sessions()).isEmpty();
    assertThat(busy.all()).hasSize(750);
  }

  @Test
  void areKeptAliveByASignalToThemselves() {
    EngineFixture.Client client = fixture.join("client");

    for (int minute = 0; minute < 30; minute++) {
      fixture.advance(Duration.ofMinutes(1));
      signal(client, client.session);
      client.next(PublishMessage.class);
    }

    assertThat(fixture.engine.sessions()).hasSize(1);
  }

  @Test
  void areKeptAliveByTheEchoOfTheirOwnSet() {
    EngineFixture.Client client = fixture.join("client");
    client.send(new SubscribeMessage(1, "/private", Set.of(), null));

    for (int minute = 0; minute < 30; minute++) {
      fixture.advance(Duration.ofMinutes(1));
      client.send(SetMessage.of("/private", Value.of(minute)));
      client.next(SetMessage.class);
      client.next(AckMessage.class);
    }

    assertThat(fixture.engine.sessions()).hasSize(1);
  }

  @Test
  void areClosedWhenTheRouterHasGoodManners() {
    EngineFixture polite =
        new EngineFixture(
            EmbeddedRouter.builder().without(BadManner.ZOMBIE_WHEN_IDLE).build().options());
    EngineFixture.Client idle = polite.join("idle");

    polite.advance(SURELY_IDLE);

    assertThat(idle.ends).containsExactly("close 1001");
    assertThat(polite.engine.sessions()).isEmpty();
  }

  @Test
  void canBeMadeZombiesByHand() {
    EngineFixture.Client client = fixture.join("client");
    client.send(new SubscribeMessage(1, "/a", Set.of(), null));

    fixture.engine.makeZombie(client.session);
    fixture.engine.makeZombie("unknown");
    fixture.loop.runPending();

    signal(client, client.session);
    assertThat(client.next(ErrorMessage.class).code()).isEqualTo(404);
    client.send(SetMessage.of("/a", Value.of(1)));
    client.next(AckMessage.class);
    client.assertNothing();
  }

  @Test
  void canBeMadeDeafByHand() {
    EngineFixture.Client deaf = fixture.join("deaf");
    EngineFixture.Client other = fixture.join("other");

    fixture.engine.withSession(deaf.session, session -> session.connection().mute());
    fixture.loop.runPending();

    deaf.send(new PingMessage());
    deaf.assertNothing();
    signal(other, deaf.session);
    other.assertNothing();
    assertThat(deaf.next(PublishMessage.class).address()).endsWith(deaf.session);
    other.send(new PingMessage());
    other.next(PongMessage.class);
    deaf.disconnect();
    assertThat(fixture.engine.sessions()).hasSize(1);
  }
}
