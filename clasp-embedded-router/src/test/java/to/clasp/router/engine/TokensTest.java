package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.AnnounceMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QueryMessage;
import to.clasp.core.message.ResultMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.SyncMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.options.AccessToken;
import to.clasp.testkit.loop.ManualEventLoop;

/** Who may do what (CLASP router behaviour, "Security"). */
class TokensTest {

  private final EngineFixture fixture =
      new EngineFixture(
          EmbeddedRouter.builder()
              .token("cpsk_all", "read:/**", "write:/**")
              .token("reader", "read:/a/**")
              .token("star", "r:/a/*")
              .token("writer", "w:/a/**")
              .token("admin", "admin:/**")
              .token("none")
              .token(
                  new AccessToken(
                      "short", List.of("read:/**"), ManualEventLoop.START.plusSeconds(60)))
              .build()
              .options());

  private EngineFixture.Client hello(@Nullable String token) {
    EngineFixture.Client client = fixture.connect();
    client.send(new HelloMessage(1, Set.of(), "client", token));
    return client;
  }

  private static ErrorMessage refused(String operation, String address) {
    return new ErrorMessage(301, "Insufficient scope for " + operation, address, null);
  }

  private static Message subscribe(String pattern) {
    return new SubscribeMessage(1, pattern, Set.of(), null);
  }

  private static Message set(String address) {
    return SetMessage.of(address, Value.of(1));
  }

  private static Message publish(String address) {
    return PublishMessage.of(address, SignalType.EVENT, Value.of(1));
  }

  @ParameterizedTest
  @CsvSource({
    ", 300, Authentication required",
    "'', 300, Authentication required",
    "cpsk_other, 300, Invalid token: token not found",
    "other, 300, Unrecognized token format",
  })
  void refusesABadTokenAndReadsNoMore(@Nullable String token, int code, String text) {
    EngineFixture.Client client = hello(token);

    assertThat(client.next()).isEqualTo(new ErrorMessage(code, text, null, null));
    client.send(new HelloMessage(1, Set.of(), "client", "cpsk_all"));
    client.assertNothing();
    assertThat(client.ends).isEmpty();
    assertThat(fixture.engine.sessions()).isEmpty();
  }

  @Test
  void looksAtExpiryAtHelloOnly() {
    EngineFixture.Client early = hello("short");
    early.next(WelcomeMessage.class);
    early.next(SnapshotMessage.class);

    fixture.advance(Duration.ofSeconds(60));

    assertThat(hello("short").next())
        .isEqualTo(new ErrorMessage(302, "Token has expired", null, null));
    early.assertAnswersPing();
    early.send(subscribe("/x"));
    early.assertNothing();
  }

  @Test
  void showsAllStateToEveryTokenAtFirst() {
    EngineFixture.Client all = fixture.join("all", "cpsk_all");
    all.send(set("/secret"));

    EngineFixture.Client client = hello("none");

    client.next(WelcomeMessage.class);
    assertThat(client.next(SnapshotMessage.class).params()).hasSize(1);
  }

  @Test
  void writesWithWriteOrAdminScopeOnly() {
    EngineFixture.Client writer = fixture.join("writer", "writer");
    EngineFixture.Client admin = fixture.join("admin", "admin");
    EngineFixture.Client reader = fixture.join("reader", "reader");

    writer.send(set("/a/x"));
    writer.next(AckMessage.class);
    writer.send(publish("/a/x"));
    writer.assertNothing();
    // The base is not in the scope.
    writer.send(set("/a"));
    assertThat(writer.next()).isEqualTo(refused("write operation", "/a"));
    writer.send(publish("/b"));
    assertThat(writer.next()).isEqualTo(refused("publish operation", "/b"));
    admin.send(set("/b"));
    admin.next(AckMessage.class);
    reader.send(set("/a/x"));
    assertThat(reader.next()).isEqualTo(refused("write operation", "/a/x"));
    reader.send(publish("/a/x"));
    assertThat(reader.next()).isEqualTo(refused("publish operation", "/a/x"));
  }

  @Test
  void getsWithAnyScope() {
    fixture.join("all", "cpsk_all").send(set("/a/x"));
    for (String token : new String[] {"reader", "writer", "admin", "star"}) {
      EngineFixture.Client client = fixture.join(token, token);
      client.send(new GetMessage("/a/x"));
      assertThat(client.next(SnapshotMessage.class).params()).hasSize(1);
    }
    EngineFixture.Client none = fixture.join("none", "none");
    none.send(new GetMessage("/a/x"));
    assertThat(none.next()).isEqualTo(refused("read operation", "/a/x"));
  }

  @Test
  void subscribesWithReadScopeOnly() {
    EngineFixture.Client reader = fixture.join("reader", "reader");
    reader.send(subscribe("/a/**"));
    reader.assertNothing();
    reader.send(subscribe("/**"));
    assertThat(reader.next()).isEqualTo(refused("subscription", "/**"));
    for (String token : new String[] {"writer", "admin", "none"}) {
      EngineFixture.Client client = fixture.join(token, token);
      client.send(subscribe("/a/x"));
      assertThat(client.next()).isEqualTo(refused("subscription", "/a/x"));
    }
  }

  @Test
  void takesThePatternForAnAddressWhenItLooksAtTheScope() {
    EngineFixture.Client star = fixture.join("star", "star");
    EngineFixture.Client all = fixture.join("all", "cpsk_all");

    star.send(subscribe("/a/**"));
    all.send(set("/a/deep/down"));

    // One star in the scope lets two in the pattern pass, and then any depth.
    assertThat(star.next(SetMessage.class).address()).isEqualTo("/a/deep/down");
  }

  @Test
  void asksNoScopeForTheRest() {
    EngineFixture.Client none = fixture.join("none", "none");

    none.assertAnswersPing();
    none.send(new AnnounceMessage("/n", List.of()));
    none.next(AckMessage.class);
    none.send(new QueryMessage("/**"));
    none.next(ResultMessage.class);
    none.send(new SyncMessage(1, null, null));
    none.next(SyncMessage.class);
  }

  @Test
  void sendsSignalsWithWriteScopeAndReceivesThemWithout() {
    EngineFixture.Client all = fixture.join("all", "cpsk_all");
    EngineFixture.Client none = fixture.join("none", "none");
    String toNone = "/clasp/p2p/signal/" + none.session;
    String toAll = "/clasp/p2p/signal/" + all.session;

    all.send(publish(toNone));
    none.send(publish(toAll));

    assertThat(none.next(PublishMessage.class).address()).isEqualTo(toNone);
    assertThat(none.next()).isEqualTo(refused("publish operation", toAll));
    all.assertNothing();
  }

  @Test
  void looksAtNoTokenWhenItIsOpen() {
    EngineFixture open = new EngineFixture(EmbeddedRouter.builder().build().options());

    EngineFixture.Client client = open.join("client", "whatever");

    client.send(set("/anything"));
    client.next(AckMessage.class);
  }
}
