package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.EmbeddedRouterBuilder;
import to.clasp.router.options.BadManner;

/** What becomes of clients that read too slowly (CLASP router behaviour, "Slow consumer"). */
class SlowClientsTest {

  private static final int CAPACITY = 50;

  private EngineFixture fixture = engine(EmbeddedRouter.builder());
  private EngineFixture.Client sender = fixture.join("sender");
  private EngineFixture.Client slow = joinAndStall();
  private int sent;

  private static EngineFixture engine(EmbeddedRouterBuilder builder) {
    return new EngineFixture(builder.queueCapacity(CAPACITY).rateLimit(0).build().options());
  }

  private EngineFixture.Client joinAndStall() {
    EngineFixture.Client client = fixture.join("slow");
    client.send(new SubscribeMessage(1, "/n", Set.of(), null));
    client.stopReading();
    return client;
  }

  private void withGoodManners() {
    fixture = engine(EmbeddedRouter.builder().without(BadManner.DROPS_FOR_SLOW_CLIENTS));
    sender = fixture.join("sender");
    slow = joinAndStall();
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      sender.send(PublishMessage.of("/n", SignalType.EVENT, Value.of(sent++)));
    }
  }

  private static Integer[] numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toArray(Integer[]::new);
  }

  private List<Integer> published() {
    return slow.all().stream()
        .filter(PublishMessage.class::isInstance)
        .map(message -> ((PublishMessage) message).value())
        .map(value -> value == null ? -1 : (int) value.asLong())
        .toList();
  }

  @Test
  void loseTheNewestOnceTheirQueueIsFull() {
    // One is on its way, 50 wait.
    publish(1 + CAPACITY + 30);

    slow.read();

    assertThat(published()).containsExactly(numbers(0, 1 + CAPACITY));
    assertThat(fixture.engine.counters().dropped.sum()).isEqualTo(30);
    sender.assertAnswersPing();
    // It goes on from there.
    publish(2);
    assertThat(published()).containsExactly(numbers(81, 83));
    assertThat(slow.ends).isEmpty();
  }

  @Test
  void holdNobodyElseUp() {
    EngineFixture.Client quick = fixture.join("quick");
    quick.send(new SubscribeMessage(1, "/n", Set.of(), null));

    publish(500);

    assertThat(quick.all()).hasSize(500);
  }

  @Test
  void areToldOfAHundredLossesOnceInTenSeconds() {
    publish(1 + CAPACITY + 99);
    assertThat(notices()).isEmpty();

    publish(1);
    publish(500);
    List<ErrorMessage> first = notices();
    fixture.advance(Duration.ofSeconds(10));
    slow.stopReading();
    publish(1 + CAPACITY + 150);

    assertThat(first)
        .containsExactly(
            new ErrorMessage(
                503,
                "Buffer overflow: messages being dropped (100 drops in last 10 seconds)",
                null,
                null));
    assertThat(notices()).hasSize(1);
  }

  /** Reads everything, and stops reading again. */
  private List<ErrorMessage> notices() {
    slow.read();
    List<ErrorMessage> notices =
        slow.all().stream()
            .filter(ErrorMessage.class::isInstance)
            .map(ErrorMessage.class::cast)
            .toList();
    slow.stopReading();
    return notices;
  }

  @Test
  void doNotLoseTheAnswersToTheirRequests() {
    publish(1 + CAPACITY + 10);

    slow.send(new PingMessage());
    slow.send(new PingMessage());
    // The second is not looked at before there is room.
    assertThat(slow.consumed).isEqualTo(3);
    slow.read();

    List<Message> all = slow.all();
    assertThat(all).hasSize(1 + CAPACITY + 2);
    assertThat(all.subList(1 + CAPACITY, all.size())).hasOnlyElementsOfType(PongMessage.class);
    assertThat(slow.consumed).isEqualTo(4);
  }

  @Test
  void holdTheSenderUpWhenTheRouterHasGoodManners() {
    withGoodManners();

    publish(1 + CAPACITY + 30);
    sender.send(new PingMessage());
    sender.assertNothing();
    slow.read();

    assertThat(published()).containsExactly(numbers(0, 81));
    sender.next(PongMessage.class);
    assertThat(fixture.engine.counters().dropped.sum()).isZero();
  }

  @Test
  void releaseTheSenderWhenTheyGo() {
    withGoodManners();
    publish(1 + CAPACITY + 30);
    sender.send(new PingMessage());

    slow.disconnect();

    sender.next(PongMessage.class);
  }

  @Test
  void canBeMadeByTheRouter() {
    EngineFixture.Client victim = fixture.join("victim");
    victim.send(new SubscribeMessage(1, "/n", Set.of(), null));
    fixture.engine.withSession(victim.session, it -> it.connection().outbox().stall(true));
    fixture.loop.runPending();

    publish(CAPACITY + 5);
    victim.assertNothing();
    fixture.engine.withSession(victim.session, it -> it.connection().outbox().stall(false));
    fixture.loop.runPending();

    assertThat(victim.all()).hasSize(CAPACITY);
  }
}
