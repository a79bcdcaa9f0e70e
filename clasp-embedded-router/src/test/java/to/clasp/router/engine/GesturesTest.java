package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;

/** How moves of gestures are thinned out (CLASP router behaviour, "PUBLISH"). */
class GesturesTest {

  private static final Duration PAUSE = Duration.ofMillis(16);

  private final EngineFixture fixture =
      new EngineFixture(EmbeddedRouter.builder().build().options());
  private final EngineFixture.Client sender = joinAndSubscribe();
  private final EngineFixture.Client other = joinAndSubscribe();

  private EngineFixture.Client joinAndSubscribe() {
    EngineFixture.Client client = fixture.join("client");
    client.send(new SubscribeMessage(1, "/**", Set.of(), null));
    return client;
  }

  private static void send(
      EngineFixture.Client client, GesturePhase phase, int value, @Nullable Integer id) {
    client.send(
        new PublishMessage("/g", SignalType.GESTURE, Value.of(value), null, phase, null, id, null));
  }

  private void send(GesturePhase phase, int value) {
    send(sender, phase, value, null);
  }

  private static List<String> taken(EngineFixture.Client client) {
    return client.all().stream()
        .map(PublishMessage.class::cast)
        .map(publish -> publish.phase() + " " + number(publish.value()))
        .toList();
  }

  private static long number(@Nullable Value value) {
    return value == null ? -1 : value.asLong();
  }

  @Test
  void holdsMovesUntilTheyPause() {
    send(GesturePhase.START, 0);
    assertThat(taken(other)).containsExactly("START 0");
    for (int i = 1; i <= 320; i++) {
      send(GesturePhase.MOVE, i);
      fixture.advance(Duration.ofMillis(3));
    }
    other.assertNothing();

    fixture.advance(PAUSE.minusMillis(4));
    other.assertNothing();
    fixture.advance(Duration.ofMillis(1));

    assertThat(taken(other)).containsExactly("MOVE 320");
    fixture.advance(Duration.ofMinutes(1));
    other.assertNothing();
  }

  @Test
  void sendsAMoveThatPausedToItsSenderToo() {
    send(GesturePhase.START, 0);
    send(GesturePhase.MOVE, 1);
    sender.assertNothing();

    fixture.advance(PAUSE);

    assertThat(taken(sender)).containsExactly("MOVE 1");
    assertThat(taken(other)).containsExactly("START 0", "MOVE 1");
  }

  @Test
  void sendsWhatIsHeldBeforeTheEndButNotToItsSender() {
    send(GesturePhase.START, 0);
    send(GesturePhase.MOVE, 1);
    send(GesturePhase.MOVE, 2);
    send(GesturePhase.END, 3);

    assertThat(taken(other)).containsExactly("START 0", "MOVE 2", "END 3");
    fixture.advance(PAUSE);
    other.assertNothing();
    sender.assertNothing();
  }

  @Test
  void sendsWhatIsHeldBeforeACancel() {
    send(GesturePhase.START, 0);
    send(GesturePhase.MOVE, 1);
    send(GesturePhase.CANCEL, 2);

    assertThat(taken(other)).containsExactly("START 0", "MOVE 1", "CANCEL 2");
  }

  @Test
  void passesMovesWithoutAStartAtOnce() {
    send(GesturePhase.MOVE, 1);
    send(GesturePhase.MOVE, 2);
    send(GesturePhase.START, 3);
    send(GesturePhase.END, 4);
    send(GesturePhase.MOVE, 5);

    assertThat(taken(other)).containsExactly("MOVE 1", "MOVE 2", "START 3", "END 4", "MOVE 5");
  }

  @Test
  void keepsIdsApartAndTakesNoneForZero() {
    send(sender, GesturePhase.START, 0, null);
    send(sender, GesturePhase.MOVE, 1, 0);
    send(sender, GesturePhase.MOVE, 2, 7);

    assertThat(taken(other)).containsExactly("START 0", "MOVE 2");
    fixture.advance(PAUSE);
    assertThat(taken(other)).containsExactly("MOVE 1");
  }

  @Test
  void mixesUpTwoClientsWithTheSameGesture() {
    EngineFixture.Client third = joinAndSubscribe();
    send(sender, GesturePhase.START, 0, 1);
    send(other, GesturePhase.START, 100, 1);
    send(sender, GesturePhase.MOVE, 1, 1);
    send(other, GesturePhase.MOVE, 101, 1);

    fixture.advance(PAUSE);

    assertThat(taken(third)).containsExactly("START 0", "START 100", "MOVE 101");
  }

  @Test
  void forgetsAGestureAfterFiveMinutes() {
    send(GesturePhase.START, 0);
    fixture.advance(Duration.ofMinutes(5));
    // The sessions are idle for too long by then; others are not.
    EngineFixture.Client fresh = joinAndSubscribe();

    send(GesturePhase.MOVE, 1);

    assertThat(taken(fresh)).containsExactly("MOVE 1");
  }

  @Test
  void remembersNoMoreThanItsBoundOfGestures() {
    EngineFixture quick =
        new EngineFixture(EmbeddedRouter.builder().rateLimit(0).build().options());
    EngineFixture.Client client = quick.join("client");
    EngineFixture.Client listener = quick.join("listener");
    for (int id = 0; id <= 10_000; id++) {
      send(client, GesturePhase.START, id, id);
    }
    listener.send(new SubscribeMessage(1, "/g", Set.of(), null));

    // The first was forgotten for the last.
    send(client, GesturePhase.MOVE, 5, 0);
    send(client, GesturePhase.MOVE, 6, 1);

    assertThat(taken(listener)).containsExactly("MOVE 5");
  }

  @Test
  void passesEverythingAtOnceWithoutAPause() {
    EngineFixture direct =
        new EngineFixture(EmbeddedRouter.builder().gesturePause(Duration.ZERO).build().options());
    EngineFixture.Client client = direct.join("client");
    EngineFixture.Client listener = direct.join("listener");
    listener.send(new SubscribeMessage(1, "/g", Set.of(), null));

    send(client, GesturePhase.START, 0, null);
    send(client, GesturePhase.MOVE, 1, null);
    send(client, GesturePhase.MOVE, 2, null);

    assertThat(taken(listener)).containsExactly("START 0", "MOVE 1", "MOVE 2");
  }
}
