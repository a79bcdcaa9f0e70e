package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;

/** The limit of messages a second (CLASP router behaviour, "Rate limit"). */
class RateLimitTest {

  private static final ErrorMessage REFUSAL =
      new ErrorMessage(429, "Rate limit exceeded: 5 messages/second", null, null);

  private final EngineFixture fixture =
      new EngineFixture(EmbeddedRouter.builder().rateLimit(5).build().options());
  private final EngineFixture.Client client = fixture.join("client");

  private void ping(int count) {
    for (int i = 0; i < count; i++) {
      client.send(new PingMessage());
    }
  }

  private void assertPongs(int count) {
    for (int i = 0; i < count; i++) {
      client.next(PongMessage.class);
    }
  }

  @Test
  void answersEachMessageOverTheLimitWith429() {
    ping(7);

    assertPongs(5);
    assertThat(client.all()).containsExactly(REFUSAL, REFUSAL);
    assertThat(fixture.engine.counters().rateLimited.sum()).isEqualTo(2);
  }

  @Test
  void doesNotHandleWhatIsOverTheLimit() {
    ping(5);
    client.send(SetMessage.of("/a", Value.of(1)));
    assertPongs(5);
    assertThat(client.next()).isEqualTo(REFUSAL);

    fixture.advance(Duration.ofSeconds(1));
    client.send(new GetMessage("/a"));

    client.assertNothing();
  }

  @Test
  void startsAfreshWithEachSecondOfTheClock() {
    fixture.advance(Duration.ofMillis(990));
    ping(6);
    fixture.advance(Duration.ofMillis(10));
    ping(6);

    assertPongs(5);
    assertThat(client.next()).isEqualTo(REFUSAL);
    assertPongs(5);
    assertThat(client.next()).isEqualTo(REFUSAL);
    client.assertNothing();
  }

  @Test
  void countsWhatCannotBeRead() {
    for (int i = 0; i < 5; i++) {
      client.send(new byte[] {0});
    }

    ping(1);

    assertThat(client.all()).containsExactly(REFUSAL);
  }

  @Test
  void countsEachSessionByItself() {
    EngineFixture.Client other = fixture.join("other");
    ping(6);
    client.all();

    other.assertAnswersPing();
    // A new session on the same connection has its own count.
    fixture.advance(Duration.ofSeconds(1));
    client.send(new HelloMessage(1, Set.of(), "again", null));
    client.next(WelcomeMessage.class);
    client.next();
    ping(5);
    assertPongs(5);
    client.assertNothing();
  }

  @Test
  void canBeSwitchedOff() {
    EngineFixture open = new EngineFixture(EmbeddedRouter.builder().rateLimit(0).build().options());
    EngineFixture.Client quick = open.join("quick");

    for (int i = 0; i < 5_000; i++) {
      quick.send(new PingMessage());
    }

    assertThat(quick.all()).hasSize(5_000).hasOnlyElementsOfType(PongMessage.class);
  }
}
