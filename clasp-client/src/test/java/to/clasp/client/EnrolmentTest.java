package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static to.clasp.client.CoreFixture.error;
import static to.clasp.client.CoreFixture.rateLimitExceeded;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.CoreFixture.Heard;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.UnsubscribeMessage;

/** The router's list of subscriptions, and how it is kept in step. */
class EnrolmentTest {

  private static void close(CoreFixture client, Heard heard) {
    Objects.requireNonNull(heard.subscription).close();
    client.loop.runPending();
  }

  private static List<String> patterns(CoreFixture client) {
    return client.router.messages(SubscribeMessage.class).stream()
        .map(SubscribeMessage::pattern)
        .toList();
  }

  private static int lastId(CoreFixture client) {
    List<SubscribeMessage> all = client.router.messages(SubscribeMessage.class);
    return all.get(all.size() - 1).id();
  }

  @Test
  void subscribesAtOnceWhileASessionStands() {
    CoreFixture client = CoreFixture.direct().ready();

    client.on("/a/*");

    assertThat(client.router.messages())
        .containsExactly(new SubscribeMessage(lastId(client), "/a/*", Set.of(), null));
  }

  @Test
  void waitsForASessionAndSubscribesOnce() {
    CoreFixture client = CoreFixture.direct();
    client.on("/early");
    client.connect(CoreFixture.SESSION);
    assertThat(patterns(client)).containsExactly("/early");

    client.interrupt();
    client.on("/between");
    client.router.forget();
    client.connect("another");

    assertThat(patterns(client)).containsExactly("/early", "/between");
  }

  @Test
  void aSubscriptionMadeJustBeforeTheSessionIsMadeOnce() {
    CoreFixture client = CoreFixture.direct();
    client.router.open();
    client.core.subscribe(AddressPattern.parse("/a"), SubscribeOptions.DEFAULTS, update -> {});

    // The session comes before the loop has got to it.
    client.welcome(CoreFixture.SESSION);

    assertThat(patterns(client)).containsExactly("/a");
  }

  @Test
  void unsubscribesOnceClosed() {
    CoreFixture client = CoreFixture.direct().ready();
    Heard heard = client.on("/a");
    int id = lastId(client);
    client.router.forget();

    close(client, heard);
    close(client, heard);

    assertThat(client.router.messages()).containsExactly(new UnsubscribeMessage(id));
    client.interrupt();
    client.router.forget();
    client.connect("another");
    assertThat(patterns(client)).isEmpty();
  }

  @Test
  void saysNothingOfASubscriptionThatTheRouterDoesNotKnow() {
    CoreFixture client = CoreFixture.direct();
    Heard heard = client.on("/a");

    close(client, heard);
    client.connect(CoreFixture.SESSION);

    assertThat(patterns(client)).isEmpty();
    assertThat(client.router.messages(UnsubscribeMessage.class)).isEmpty();
  }

  @Test
  void waitsForRoomAndLosesNoSubscription() {
    CoreFixture client = CoreFixture.direct().ready();
    client.router.roomFor(1);
    client.on("/1");
    client.on("/2");
    Heard third = client.on("/3");
    client.on("/4");
    assertThat(patterns(client)).containsExactly("/1");
    close(client, third);

    client.router.writable();
    client.loop.runPending();

    assertThat(patterns(client)).containsExactly("/1", "/2", "/4");
  }

  @Test
  void makesAnewWhatTheRouterMayHaveDropped() {
    CoreFixture client = CoreFixture.direct().ready();
    client.on("/old");
    client.advance(3_000);
    Heard closed = client.on("/closed");
    client.on("/new");
    int id = lastId(client);
    close(client, closed);
    client.router.forget();

    client.receive(rateLimitExceeded());
    client.advance(1_100);

    List<Message> sent = client.router.messages();
    assertThat(patterns(client)).containsExactly("/new");
    assertThat(lastId(client)).isNotEqualTo(id);
    assertThat(sent).contains(new UnsubscribeMessage(id));
    // Of that one only its end may have been dropped.
    assertThat(client.router.messages(UnsubscribeMessage.class)).hasSize(2);
  }

  @Test
  void asksForTheStateOfABaseWithWildcardsByASubscription() {
    CoreFixture client = CoreFixture.direct().ready();

    client.on("/a/*/**");

    List<Message> sent = client.router.messages();
    assertThat(patterns(client)).containsExactly("/a/*/**", "/a/*");
    assertThat(sent).hasSize(3).endsWith(new UnsubscribeMessage(lastId(client)));
  }

  @Test
  void asksForNoBaseWhereThereIsNone() {
    assertThat(Enrolment.baseOf("/**")).isNull();
    assertThat(Enrolment.baseOf("/a")).isNull();
    assertThat(Enrolment.baseOf("/a**")).isNull();
    assertThat(Enrolment.baseOf("/a/**/b")).isNull();
    assertThat(Enrolment.baseOf("/a/b/**")).isEqualTo("/a/b");
    CoreFixture client = CoreFixture.direct().ready();

    client.on("/a/**", SubscribeOptions.builder().types(SignalType.EVENT).build());

    assertThat(client.router.messages(GetMessage.class)).isEmpty();
  }

  @Test
  void keepsARefusalOfTheBaseToItself() {
    CoreFixture client = CoreFixture.direct().ready();
    client.on("/a/**");

    client.receive(error(301, "Insufficient scope for read operation", "/a"));
    assertThat(client.listener.routerErrors()).isEmpty();
    client.receive(error(301, "Insufficient scope for subscription", "/a/**"));

    assertThat(client.listener.routerErrors()).containsExactly(Code.FORBIDDEN);
  }

  @Test
  void refusesASubscriptionThatDoesNotFitIntoAFrame() {
    CoreFixture client = CoreFixture.direct().ready();
    AddressPattern pattern = AddressPattern.parse("/" + "a".repeat(65_500) + "/*");
    client.router.maxFrameSize(1_000);

    assertThatThrownBy(
            () -> client.core.subscribe(pattern, SubscribeOptions.DEFAULTS, update -> {}))
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.TOO_LARGE));
    client.interrupt();
    client.connect("another");
    assertThat(patterns(client)).isEmpty();
  }

  @Test
  void refusesASubscriptionOnceClosed() {
    CoreFixture client = CoreFixture.direct().ready();
    client.core.close();

    assertThatThrownBy(() -> client.on("/a"))
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.CLOSED));
  }
}
