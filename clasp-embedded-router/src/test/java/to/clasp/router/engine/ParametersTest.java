package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.Ttl;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.EmbeddedRouterBuilder;
import to.clasp.testkit.loop.ManualEventLoop;

/** How parameters are written (CLASP router behaviour, "SET, revisions, locks, expiry"). */
class ParametersTest {

  private static final String ADDRESS = "/a";

  private final EngineFixture fixture = engine(EmbeddedRouter.builder());
  private final EngineFixture.Client alice = fixture.join("alice");
  private final EngineFixture.Client bob = fixture.join("bob");

  private static EngineFixture engine(EmbeddedRouterBuilder builder) {
    return new EngineFixture(builder.build().options());
  }

  private static void set(
      EngineFixture.Client client, int value, boolean lock, boolean unlock, @Nullable Ttl ttl) {
    client.send(new SetMessage(ADDRESS, Value.of(value), null, lock, unlock, ttl));
  }

  private static void expectRevision(
      EngineFixture.Client client, int value, @Nullable Long expected) {
    client.send(new SetMessage(ADDRESS, Value.of(value), expected, false, false, null));
  }

  private static void assertAcknowledged(EngineFixture.Client client, long revision) {
    assertThat(client.next(AckMessage.class))
        .isEqualTo(new AckMessage(ADDRESS, revision, null, null, null));
  }

  private static void assertRefused(EngineFixture.Client client, String reason) {
    assertThat(client.next(ErrorMessage.class))
        .isEqualTo(new ErrorMessage(400, reason, ADDRESS, null));
  }

  private static @Nullable ParamState get(EngineFixture.Client client, String address) {
    client.send(new GetMessage(address));
    if (client.received.isEmpty()) {
      return null;
    }
    return client.next(SnapshotMessage.class).params().get(0);
  }

  @Test
  void acknowledgesWithTheNewRevision() {
    set(alice, 1, false, false, null);
    set(bob, 2, false, false, null);
    set(alice, 3, false, false, null);

    assertAcknowledged(alice, 1);
    assertAcknowledged(bob, 2);
    assertAcknowledged(alice, 3);
  }

  @Test
  void tellsTheWriterFirstTheSetAndThenTheAck() {
    alice.send(new SubscribeMessage(1, ADDRESS, Set.of(), null));

    alice.send(new SetMessage(ADDRESS, Value.of(7), null, true, true, Ttl.absolute(60)));

    assertThat(alice.next(SetMessage.class))
        .isEqualTo(new SetMessage(ADDRESS, Value.of(7), 1L, true, true, Ttl.absolute(60)));
    assertAcknowledged(alice, 1);
  }

  @Test
  void passesOnWhatTheWriterAskedFor() {
    bob.send(new SubscribeMessage(1, ADDRESS, Set.of(), null));
    SetMessage[] sets = {
      new SetMessage(ADDRESS, Value.of(1), null, true, false, Ttl.sliding(9)),
      new SetMessage(ADDRESS, Value.of(2), 1L, false, true, Ttl.never()),
      new SetMessage(ADDRESS, Value.of((Object) null), 2L, false, false, null),
    };

    for (SetMessage set : sets) {
      alice.send(set);
    }

    for (int i = 0; i < sets.length; i++) {
      SetMessage set = sets[i];
      assertThat(bob.next())
          .isEqualTo(
              new SetMessage(ADDRESS, set.value(), i + 1L, set.lock(), set.unlock(), set.ttl()));
    }
  }

  @Test
  void comparesAnExpectedRevision() {
    expectRevision(alice, 1, 17L);
    expectRevision(alice, 2, 1L);
    expectRevision(alice, 3, 1L);
    expectRevision(alice, 4, 3L);
    expectRevision(alice, 5, 2L);

    assertAcknowledged(alice, 1);
    assertAcknowledged(alice, 2);
    assertRefused(alice, "RevisionConflict { expected: 1, actual: 2 }");
    assertRefused(alice, "RevisionConflict { expected: 3, actual: 2 }");
    assertAcknowledged(alice, 3);
    assertThat(fixture.engine.counters().refusedSets.sum()).isEqualTo(2);
  }

  @Test
  void tellsNobodyOfARefusedWrite() {
    bob.send(new SubscribeMessage(1, ADDRESS, Set.of(), null));
    expectRevision(alice, 1, null);
    bob.next(SetMessage.class);

    expectRevision(alice, 2, 9L);

    bob.assertNothing();
    assertThat(get(bob, ADDRESS)).extracting(ParamState::value).isEqualTo(Value.of(1));
  }

  @Test
  void refusesWritesToWhatAnotherHasLocked() {
    set(alice, 1, true, false, null);
    assertAcknowledged(alice, 1);
    String held = "LockHeld { holder: \"" + alice.session + "\" }";

    set(bob, 2, false, false, null);
    assertRefused(bob, held);
    set(bob, 3, true, false, null);
    assertRefused(bob, held);
    set(bob, 4, true, true, null);
    assertRefused(bob, held);
    set(alice, 5, false, false, null);
    assertAcknowledged(alice, 2);
    set(alice, 6, false, true, null);
    assertAcknowledged(alice, 3);
    set(bob, 7, false, false, null);
    assertAcknowledged(bob, 4);
  }

  @Test
  void letsAnotherWriteWithUnlockButKeepsTheLock() {
    set(alice, 1, true, false, null);

    set(bob, 2, false, true, null);
    assertAcknowledged(bob, 2);
    set(bob, 3, false, false, null);

    assertRefused(bob, "LockHeld { holder: \"" + alice.session + "\" }");
    assertThat(get(bob, ADDRESS)).extracting(ParamState::value).isEqualTo(Value.of(2));
  }

  @Test
  void locksAParameterThatExists() {
    set(alice, 1, false, false, null);
    set(bob, 2, true, false, null);
    set(alice, 3, false, false, null);

    assertAcknowledged(alice, 1);
    assertAcknowledged(bob, 2);
    assertRefused(alice, "LockHeld { holder: \"" + bob.session + "\" }");
  }

  @Test
  void forgetsAnHourAfterTheLastWrite() {
    set(alice, 1, false, false, null);
    fixture.advance(Duration.ofMinutes(59));
    // The fixture's sessions are zombies by now, and write all the same.
    set(alice, 2, false, false, null);
    alice.all();
    fixture.advance(Duration.ofMinutes(59));
    // Reading does not make it last.
    assertThat(get(alice, ADDRESS)).isNotNull();

    fixture.advance(Duration.ofMinutes(1));

    assertThat(get(alice, ADDRESS)).isNull();
    assertThat(fixture.engine.counters().parameters).hasValue(0);
    alice.assertNothing();
    // The numbers start again.
    set(alice, 3, false, false, null);
    assertAcknowledged(alice, 1);
  }

  @Test
  void forgetsAfterTheTimeThatASetAsksFor() {
    set(alice, 1, false, false, Ttl.absolute(90));
    // A later SET without one keeps it.
    set(alice, 2, false, false, null);
    alice.all();

    fixture.advance(Duration.ofSeconds(90));
    // Over, but not swept: that happens once a minute.
    assertThat(get(alice, ADDRESS)).isNotNull();
    fixture.advance(Duration.ofSeconds(30));

    assertThat(get(alice, ADDRESS)).isNull();
  }

  @Test
  void countsEachLifetimeFromTheLastWrite() {
    set(alice, 1, false, false, Ttl.sliding(90));
    fixture.advance(Duration.ofSeconds(60));
    set(alice, 2, false, false, null);
    alice.all();
    fixture.advance(Duration.ofSeconds(60));
    assertThat(get(alice, ADDRESS)).isNotNull();

    fixture.advance(Duration.ofSeconds(60));

    assertThat(get(alice, ADDRESS)).isNull();
  }

  @Test
  void keepsWhatIsToLastForEver() {
    set(alice, 1, false, false, Ttl.never());
    alice.all();

    fixture.advance(Duration.ofDays(400));

    assertThat(get(alice, ADDRESS)).isNotNull();
  }

  @Test
  void forgetsTheLockWithTheParameter() {
    set(alice, 1, true, false, Ttl.absolute(1));
    fixture.advance(Duration.ofSeconds(60));

    set(bob, 2, false, false, null);

    assertAcknowledged(bob, 1);
  }

  @Test
  void evictsTheOneWrittenLongestAgo() {
    EngineFixture small = engine(EmbeddedRouter.builder().maxParameters(3));
    EngineFixture.Client client = small.join("client");
    for (String address : new String[] {"/1", "/2", "/3", "/1", "/1", "/4"}) {
      client.send(SetMessage.of(address, Value.of(1)));
      client.next(AckMessage.class);
    }

    assertThat(get(client, "/2")).isNull();
    assertThat(get(client, "/3")).isNotNull();
    assertThat(get(client, "/1")).extracting(ParamState::revision).isEqualTo(3L);
    assertThat(get(client, "/4")).isNotNull();
    assertThat(small.engine.counters().parameters).hasValue(3);
    client.assertNothing();
  }

  @Test
  void storesAnyAddress() {
    for (String address : new String[] {"", "noslash", "/w/*", "/a//b", "ünicode"}) {
      alice.send(SetMessage.of(address, Value.of(1)));
      assertThat(alice.next(AckMessage.class).address()).isEqualTo(address);
      assertThat(get(alice, address)).isNotNull();
    }
  }

  @Test
  void keepsNull() {
    alice.send(SetMessage.of(ADDRESS, Value.of((Object) null)));
    assertAcknowledged(alice, 1);

    assertThat(get(alice, ADDRESS))
        .extracting(ParamState::value)
        .isEqualTo(Value.of((Object) null));
  }

  @Test
  void refusesAWriteWhenTheClockHasGoneBack() {
    AtomicReference<Instant> time = new AtomicReference<>(ManualEventLoop.START);
    EngineFixture stepped =
        new EngineFixture(
            EmbeddedRouter.builder().build().options(), time::get, new SplittableRandom(1));
    EngineFixture.Client client = stepped.join("client");
    set(client, 1, false, false, null);
    assertAcknowledged(client, 1);

    time.set(ManualEventLoop.START.minusMillis(1));
    set(client, 2, false, false, null);
    time.set(ManualEventLoop.START);
    set(client, 3, false, false, null);

    assertRefused(client, "ConflictRejected");
    assertAcknowledged(client, 2);
  }
}
