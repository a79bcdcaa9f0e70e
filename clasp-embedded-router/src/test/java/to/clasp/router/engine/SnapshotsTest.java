package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
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

/** When which state is sent (CLASP router behaviour, "SNAPSHOT"). */
class SnapshotsTest {

  private static final HelloMessage HELLO = new HelloMessage(1, Set.of(), "client", null);

  private static EngineFixture engine(EmbeddedRouterBuilder builder) {
    return new EngineFixture(builder.rateLimit(0).build().options());
  }

  private static EngineFixture engine() {
    return engine(EmbeddedRouter.builder());
  }

  /** Stores {@code /p/0}, {@code /p/1} and so on. */
  private static EngineFixture.Client store(EngineFixture fixture, int count, Value value) {
    EngineFixture.Client writer = fixture.join("writer");
    for (int i = 0; i < count; i++) {
      writer.send(SetMessage.of("/p/" + i, value));
      writer.next(AckMessage.class);
    }
    return writer;
  }

  private static List<Integer> sizes(List<Message> snapshots) {
    return snapshots.stream().map(message -> ((SnapshotMessage) message).params().size()).toList();
  }

  private static List<String> addresses(List<Message> snapshots) {
    List<String> addresses = new ArrayList<>();
    for (Message message : snapshots) {
      ((SnapshotMessage) message).params().forEach(param -> addresses.add(param.address()));
    }
    return addresses;
  }

  private static String[] stored(int count) {
    return IntStream.range(0, count).mapToObj(i -> "/p/" + i).toArray(String[]::new);
  }

  @Test
  void tellsValueRevisionWriterAndTime() {
    EngineFixture fixture = engine();
    EngineFixture.Client writer = store(fixture, 1, Value.of(1));
    writer.send(SetMessage.of("/p/0", Value.of("two")));
    EngineFixture.Client late = fixture.connect();

    late.send(HELLO);

    late.next(WelcomeMessage.class);
    assertThat(late.next(SnapshotMessage.class).params())
        .containsExactly(
            new ParamState(
                "/p/0",
                Value.of("two"),
                2,
                writer.session,
                ManualEventLoop.START.toEpochMilli() * 1_000));
    late.assertNothing();
  }

  @Test
  void sendsAtMost800InOneMessage() {
    EngineFixture fixture = engine();
    store(fixture, 1_700, Value.of(true));
    EngineFixture.Client late = fixture.connect();

    late.send(HELLO);

    late.next(WelcomeMessage.class);
    List<Message> snapshots = late.all();
    assertThat(sizes(snapshots)).containsExactly(800, 800, 100);
    assertThat(addresses(snapshots)).containsExactlyInAnyOrder(stored(1_700));
  }

  @Test
  void losesAPartThatDoesNotFit() {
    EngineFixture fixture = engine();
    store(fixture, 400, Value.of("x".repeat(200)));
    EngineFixture.Client late = fixture.connect();

    late.send(HELLO);
    late.send(new SubscribeMessage(1, "/**", Set.of(), null));

    late.next(WelcomeMessage.class);
    late.assertNothing();
    assertThat(fixture.engine.counters().oversized.sum()).isEqualTo(2);
    late.send(new SubscribeMessage(2, "/p/1*", Set.of(), null));
    assertThat(sizes(late.all())).containsExactly(111);
    late.send(new GetMessage("/p/7"));
    assertThat(addresses(late.all())).containsExactly("/p/7");
  }

  @Test
  void splitsAPartThatDoesNotFitWhenItHasGoodManners() {
    EngineFixture fixture =
        engine(EmbeddedRouter.builder().without(BadManner.LOSES_LARGE_SNAPSHOTS));
    store(fixture, 400, Value.of("x".repeat(200)));
    EngineFixture.Client late = fixture.connect();

    late.send(HELLO);

    late.next(WelcomeMessage.class);
    List<Message> snapshots = late.all();
    assertThat(sizes(snapshots)).containsExactly(200, 200);
    assertThat(addresses(snapshots)).containsExactlyInAnyOrder(stored(400));
  }

  @Test
  void losesASingleParameterThatNoFrameHolds() {
    EngineFixture fixture =
        engine(EmbeddedRouter.builder().without(BadManner.LOSES_LARGE_SNAPSHOTS));
    EngineFixture.Client writer = fixture.join("writer");
    // Fits into a SET, but not with revision, writer and time.
    writer.send(SetMessage.of("/big", Value.of("x".repeat(65_510))));

    writer.send(new GetMessage("/big"));

    assertThat(writer.next(AckMessage.class).revision()).isEqualTo(1);
    writer.assertNothing();
  }

  @Test
  void losesAllSnapshotsIfToldSo() {
    EngineFixture fixture = engine(EmbeddedRouter.builder().with(BadManner.LOSES_ALL_SNAPSHOTS));
    EngineFixture.Client client = store(fixture, 1, Value.of(1));

    client.send(new SubscribeMessage(1, "/**", Set.of(), null));
    client.send(new GetMessage("/p/0"));
    client.send(HELLO);

    client.next(WelcomeMessage.class);
    client.assertNothing();
  }

  @Test
  void opensASubscriptionWithWhatMatchesWhateverItsTypes() {
    EngineFixture fixture = engine();
    EngineFixture.Client client = store(fixture, 3, Value.of(1));

    client.send(new SubscribeMessage(1, "/p/1", Set.of(SignalType.STREAM), null));

    assertThat(addresses(client.all())).containsExactly("/p/1");
  }

  @Test
  void opensASubscriptionWithNothingWhenNothingMatches() {
    EngineFixture fixture = engine();
    EngineFixture.Client client = store(fixture, 3, Value.of(1));

    client.send(new SubscribeMessage(1, "/q/**", Set.of(), null));

    client.assertNothing();
  }

  @Test
  void leavesTheBaseOutOfTheSnapshotButDeliversIt() {
    EngineFixture fixture = engine();
    EngineFixture.Client client = fixture.join("client");
    client.send(SetMessage.of("/p", Value.of(1)));
    client.send(SetMessage.of("/p/x", Value.of(2)));
    client.all();

    client.send(new SubscribeMessage(1, "/p/**", Set.of(), null));

    assertThat(addresses(client.all())).containsExactly("/p/x");
    client.send(SetMessage.of("/p", Value.of(3)));
    assertThat(client.next(SetMessage.class).value()).isEqualTo(Value.of(3));
  }

  @Test
  void answersGetWithOneParameterOrNothing() {
    EngineFixture fixture = engine();
    EngineFixture.Client client = store(fixture, 2, Value.of(1));

    client.send(new GetMessage("/p/*"));
    client.send(new GetMessage("/p/2"));
    client.assertNothing();
    client.send(new GetMessage("/p/1"));

    assertThat(addresses(client.all())).containsExactly("/p/1");
  }
}
