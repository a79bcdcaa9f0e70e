package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.AnnounceMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.FederationOp;
import to.clasp.core.message.FederationSyncMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.QueryMessage;
import to.clasp.core.message.ReplayMessage;
import to.clasp.core.message.ResultMessage;
import to.clasp.core.message.SignalDefinition;
import to.clasp.core.message.SignalMeta;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.SyncMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.loop.ManualEventLoop;

/** The smaller requests (CLASP router behaviour, "Other requests"). */
class RequestsTest {

  private final EngineFixture fixture =
      new EngineFixture(EmbeddedRouter.builder().maxParameters(3).build().options());
  private final EngineFixture.Client client = fixture.join("client");

  private static SignalDefinition definition(String address) {
    return new SignalDefinition(address, SignalType.PARAM, "float", "rw", null);
  }

  private List<SignalDefinition> query(String pattern) {
    client.send(new QueryMessage(pattern));
    return client.next(ResultMessage.class).signals();
  }

  @Test
  void answersPing() {
    client.send(new PingMessage());

    client.next(PongMessage.class);
    client.assertNothing();
  }

  @Test
  void answersSyncWithItsTime() {
    client.send(new SyncMessage(77, null, null));

    long now = ManualEventLoop.START.toEpochMilli() * 1_000;
    assertThat(client.next()).isEqualTo(new SyncMessage(77, now, now));
  }

  @Test
  void keepsAnnouncementsAndTellsNobody() {
    EngineFixture.Client other = fixture.join("other");
    other.send(new SubscribeMessage(1, "/**", Set.of(), null));

    client.send(new AnnounceMessage("/ns", List.of(definition("/ns/a"), definition("/ns/deep/b"))));

    assertThat(client.next()).isEqualTo(new AckMessage("/ns", null, null, null, null));
    other.assertNothing();
    assertThat(query("/ns/*")).containsExactly(definition("/ns/a"));
    assertThat(query("/ns/**")).containsExactly(definition("/ns/a"), definition("/ns/deep/b"));
    assertThat(query("/other")).isEmpty();
  }

  @Test
  void answersQueriesWithoutMetadata() {
    SignalMeta meta = new SignalMeta("dB", new SignalMeta.Range(0, 1), null, "a fader");
    client.send(
        new AnnounceMessage(
            "/ns", List.of(new SignalDefinition("/ns/a", SignalType.STREAM, null, null, meta))));
    client.next(AckMessage.class);

    assertThat(query("/**"))
        .containsExactly(new SignalDefinition("/ns/a", SignalType.STREAM, null, null, null));
  }

  @Test
  void keepsTheLastAnnouncementOfAnAddressForAnHour() {
    client.send(new AnnounceMessage("/ns", List.of(definition("/a"))));
    fixture.advance(Duration.ofMinutes(30));
    SignalDefinition last = new SignalDefinition("/a", SignalType.EVENT, null, null, null);
    client.send(new AnnounceMessage("/other", List.of(last, definition("/b"))));
    client.all();
    fixture.advance(Duration.ofMinutes(59));
    assertThat(query("/a")).containsExactly(last);

    fixture.advance(Duration.ofMinutes(1));

    assertThat(query("/**")).isEmpty();
  }

  @Test
  void keepsABoundedNumberOfAnnouncements() {
    client.send(
        new AnnounceMessage(
            "/ns",
            List.of(definition("/1"), definition("/2"), definition("/3"), definition("/4"))));
    client.next(AckMessage.class);

    assertThat(query("/**")).containsExactly(definition("/2"), definition("/3"), definition("/4"));
  }

  @Test
  void ignoresWhatOnlyARouterSendsAndWhatItDoesNotHave() {
    List<Message> ignored =
        List.of(
            new PongMessage(),
            new AckMessage("/a", 1L, null, null, null),
            new ErrorMessage(500, "no", null, null),
            new WelcomeMessage(1, Set.of(), 0, "s", "n", null),
            new SnapshotMessage(List.of()),
            new ResultMessage(List.of()),
            new ReplayMessage("/**", null, null, null, Set.of()),
            new FederationSyncMessage(
                FederationOp.DECLARE_NAMESPACES, List.of("/a/**"), Map.of(), null, null));

    ignored.forEach(client::send);

    client.assertNothing();
    client.assertAnswersPing();
    assertThat(fixture.engine.counters().malformed.sum()).isZero();
  }
}
