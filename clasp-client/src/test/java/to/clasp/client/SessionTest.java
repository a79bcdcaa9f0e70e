package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.Session.State;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Feature;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SyncMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.transport.Backoff;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.FrameSource;

/** The states of a session, transition by transition. */
class SessionTest {

  private static final long NOW = ManualEventLoop.START.toEpochMilli() * 1_000;

  private final ManualEventLoop loop = new ManualEventLoop();
  private final ScriptedTransport transport = new ScriptedTransport();
  private final Owner owner = new Owner();

  private static final class Owner implements Session.Owner {
    final List<SessionInfo> sessions = new ArrayList<>();
    final List<ClaspException> handshakeFailures = new ArrayList<>();
    final List<CloseReason> interruptions = new ArrayList<>();
    final List<CloseReason> ends = new ArrayList<>();
    final List<Message> messages = new ArrayList<>();
    int writable;

    @Override
    public void onSession(SessionInfo session) {
      sessions.add(session);
    }

    @Override
    public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
      interruptions.add(reason);
    }

    @Override
    public void onHandshakeFailed(ClaspException why) {
      handshakeFailures.add(why);
    }

    @Override
    public void onWritable() {
      writable++;
    }

    @Override
    public void onMessage(Message message, FrameSource source) {
      messages.add(message);
    }

    @Override
    public void onClosed(CloseReason reason) {
      ends.add(reason);
    }
  }

  private Session start() {
    return start(builder -> builder);
  }

  private Session start(UnaryOperator<ClaspBuilder> configure) {
    ClientOptions options =
        configure
            .apply(
                Clasp.builder("ws://router.test:7330")
                    .name("tester")
                    .token("secret")
                    .connection(
                        ConnectionOptions.builder()
                            .backoff(
                                new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), 2, 0))
                            .build()))
            .options();
    Session session = new Session(transport, options, loop, new SplittableRandom(7), 1, owner);
    transport.start(session);
    return session;
  }

  private Session ready() {
    Session session = start();
    transport.open();
    transport.receive(welcome("one"));
    return session;
  }

  private static WelcomeMessage welcome(String session) {
    return new WelcomeMessage(1, Set.of(Feature.PARAM), NOW, session, "router", null);
  }

  private static Code failure(Session session) {
    try {
      session.first().join();
      throw new AssertionError("there is a session");
    } catch (CompletionException e) {
      return Failures.of(Objects.requireNonNull(e.getCause())).code();
    }
  }

  @Test
  void fromConnectingToHandshakeSaysHelloFirst() {
    Session session = start();
    assertThat(session.state()).isEqualTo(State.CONNECTING);

    transport.open();

    assertThat(session.state()).isEqualTo(State.HANDSHAKE);
    assertThat(transport.messages())
        .containsExactly(
            new HelloMessage(
                1,
                Set.of(
                    Feature.PARAM,
                    Feature.EVENT,
                    Feature.STREAM,
                    Feature.GESTURE,
                    Feature.TIMELINE),
                "tester",
                "secret"));
    assertThat(session.isReady()).isFalse();
    assertThat(session.current()).isNull();
  }

  @Test
  void fromConnectingToInterruptedFailsFast() {
    Session session = start();

    transport.interrupt(CloseReason.Code.CONNECTION_REFUSED);

    assertThat(failure(session)).isEqualTo(Code.NOT_CONNECTED);
    assertThat(session.state()).isEqualTo(State.CLOSED);
    assertThat(owner.interruptions).isEmpty();
    assertThat(owner.ends).hasSize(1);
  }

  @Test
  void fromConnectingToClosedTellsWhy() {
    Session session = start();

    transport.end(CloseReason.Code.UNAUTHORIZED);

    assertThat(session.state()).isEqualTo(State.CLOSED);
    assertThat(failure(session)).isEqualTo(Code.UNAUTHORIZED);
  }

  @Test
  void fromHandshakeToReadyWithTheWelcome() {
    Session session = ready();

    assertThat(session.state()).isEqualTo(State.READY);
    assertThat(session.first().join())
        .isEqualTo(new SessionInfo("one", "router", Set.of(Feature.PARAM)));
    assertThat(session.current()).isEqualTo(session.first().join());
    assertThat(owner.sessions).containsExactly(session.first().join());
  }

  @Test
  void fromHandshakeToInterruptedEndsTheFirstAttempt() {
    Session session = start();
    transport.open();

    transport.interrupt();

    assertThat(session.state()).isEqualTo(State.CLOSED);
    assertThat(failure(session)).isEqualTo(Code.NOT_CONNECTED);
    loop.assertNothingPending();
  }

  @Test
  void fromHandshakeToClosed() {
    Session session = start();
    transport.open();

    transport.close();

    assertThat(session.state()).isEqualTo(State.CLOSED);
    assertThat(failure(session)).isEqualTo(Code.CLOSED);
    loop.assertNothingPending();
  }

  @Test
  void fromReadyToInterruptedTellsTheOwnerAndForgetsTheSession() {
    Session session = ready();

    transport.interrupt();

    assertThat(session.state()).isEqualTo(State.INTERRUPTED);
    assertThat(session.current()).isNull();
    assertThat(owner.interruptions).hasSize(1);
    // Neither keep-alive nor clock go on without a session.
    loop.assertNothingPending();
  }

  @Test
  void fromInterruptedThroughHandshakeToReadyWithANewSession() {
    Session session = ready();
    transport.interrupt();
    transport.interrupt();
    assertThat(session.state()).isEqualTo(State.INTERRUPTED);

    transport.open();
    assertThat(session.state()).isEqualTo(State.HANDSHAKE);
    transport.receive(welcome("two"));

    assertThat(session.state()).isEqualTo(State.READY);
    assertThat(owner.sessions).extracting(SessionInfo::id).containsExactly("one", "two");
    assertThat(transport.hellos()).isEqualTo(2);
  }

  @Test
  void fromInterruptedToClosed() {
    Session session = ready();
    transport.interrupt();

    transport.end(CloseReason.Code.CONNECTION_LOST);

    assertThat(session.state()).isEqualTo(State.CLOSED);
    assertThat(owner.ends).hasSize(1);
  }

  @Test
  void fromReadyToClosedStopsAllTimers() {
    Session session = ready();

    transport.close();

    assertThat(session.state()).isEqualTo(State.CLOSED);
    assertThat(session.current()).isNull();
    loop.assertNothingPending();
  }

  @Test
  void closesTheSocketItselfWhenTheRouterDoesNotAnswerHello() {
    Session session = start(builder -> builder.handshakeTimeout(Duration.ofSeconds(3)));
    transport.open();

    loop.advance(Duration.ofMillis(2_999));
    assertThat(session.state()).isEqualTo(State.HANDSHAKE);
    loop.advance(Duration.ofMillis(1));

    assertThat(session.state()).isEqualTo(State.CLOSED);
    assertThat(failure(session)).isEqualTo(Code.HANDSHAKE_TIMEOUT);
    loop.assertNothingPending();
  }

  @Test
  void closesTheSocketItselfWhenTheTokenIsRefused() {
    for (int code : new int[] {300, 302}) {
      ScriptedTransport mute = new ScriptedTransport();
      ClientOptions options = Clasp.builder("ws://router.test").token("bad").options();
      Session session = new Session(mute, options, loop, new SplittableRandom(7), 1, new Owner());
      mute.start(session);
      mute.open();

      mute.receive(new ErrorMessage(code, "Invalid token: token not found", null, null));

      assertThat(session.state()).isEqualTo(State.CLOSED);
      assertThat(failure(session)).isEqualTo(Code.UNAUTHORIZED);
    }
  }

  @Test
  void ignoresAWelcomeThatComesAfterTheFirstHandshakeHasFailed() {
    transport.closeLater();
    Session session = start();
    transport.open();
    loop.advance(Duration.ofSeconds(10));

    transport.receive(welcome("late"));
    transport.end(CloseReason.Code.LOCAL_CLOSE);

    assertThat(failure(session)).isEqualTo(Code.HANDSHAKE_TIMEOUT);
    assertThat(owner.sessions).isEmpty();
  }

  @Test
  void triesAgainWithGrowingPausesWhenALaterHandshakeFails() {
    Session session = ready();
    transport.interrupt();

    transport.open();
    transport.receive(new ErrorMessage(300, "Invalid token: token not found", null, null));
    assertThat(session.state()).isEqualTo(State.HANDSHAKE);
    assertThat(owner.handshakeFailures)
        .singleElement()
        .extracting(ClaspException::code)
        .isEqualTo(Code.UNAUTHORIZED);
    assertThat(loop.pendingTimers()).containsExactly(Duration.ofSeconds(1));
    loop.advance(Duration.ofSeconds(1));
    assertThat(transport.reconnects()).containsExactly("the handshake failed");

    transport.open();
    loop.advance(Duration.ofSeconds(10));
    assertThat(owner.handshakeFailures)
        .extracting(ClaspException::code)
        .containsExactly(Code.UNAUTHORIZED, Code.HANDSHAKE_TIMEOUT);
    assertThat(loop.pendingTimers()).containsExactly(Duration.ofSeconds(2));
    loop.advance(Duration.ofSeconds(2));

    transport.open();
    transport.receive(welcome("two"));
    assertThat(session.state()).isEqualTo(State.READY);
  }

  @Test
  void takesALateWelcomeWhileItWaitsToTryAgain() {
    Session session = ready();
    transport.interrupt();
    transport.open();
    loop.advance(Duration.ofSeconds(10));

    transport.receive(welcome("late"));
    loop.advance(Duration.ofSeconds(5));

    assertThat(session.state()).isEqualTo(State.READY);
    assertThat(transport.reconnects()).isEmpty();
  }

  @Test
  void givesUpAfterAsManyRefusedHandshakesAsReconnectsMayFail() {
    Session session =
        start(
            builder ->
                builder.connection(
                    ConnectionOptions.builder()
                        .maxReconnectAttempts(1)
                        .backoff(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 0))
                        .build()));
    transport.open();
    transport.receive(welcome("one"));
    transport.interrupt();
    transport.open();
    loop.advance(Duration.ofSeconds(10));
    loop.advance(Duration.ofSeconds(1));
    assertThat(session.state()).isEqualTo(State.INTERRUPTED);

    transport.open();
    loop.advance(Duration.ofSeconds(10));

    assertThat(session.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void closesInsteadOfConnectingAfreshWhenReconnectingIsOff() {
    Session session = start(builder -> builder.reconnect(false));
    transport.open();
    transport.receive(welcome("one"));

    loop.advance(Duration.ofSeconds(65));

    assertThat(session.state()).isEqualTo(State.CLOSED);
    assertThat(transport.reconnects()).isEmpty();
  }

  @Test
  void ignoresAWelcomeThatNobodyAskedFor() {
    Session session = ready();

    transport.receive(welcome("other"));

    assertThat(session.current()).isEqualTo(session.first().join());
    assertThat(owner.sessions).hasSize(1);
  }

  @Test
  void countsAndDropsWhatMakesNoSense() {
    Session session = ready();
    byte[] header = Frame.of(new PingMessage()).toByteArray();
    byte[] malformed = header.clone();
    malformed[malformed.length - 1] = (byte) 0xEE;

    transport.receive(Frame.wrap(malformed), FrameSource.ROUTER);

    assertThat(session.malformed()).isEqualTo(1);
    assertThat(owner.messages).isEmpty();
    assertThat(session.isReady()).isTrue();
  }

  @Test
  void answersThePingOfTheRouter() {
    ready();
    transport.forget();

    transport.receive(new PingMessage());

    assertThat(transport.messages()).containsExactly(new PongMessage());
  }

  @Test
  void handsEverythingElseToItsOwner() {
    ready();
    PublishMessage event = (PublishMessage) CoreFixture.event("/a", 1).message();

    transport.receive(event);
    transport.receive(new ErrorMessage(400, "no", "/a", null));

    assertThat(owner.messages).containsExactly(event, new ErrorMessage(400, "no", "/a", null));
  }

  @Test
  void followsTheClockOfTheRouter() {
    Session session = start();
    transport.open();
    loop.advance(Duration.ofSeconds(1));
    // Half an hour ahead.
    long ahead = Duration.ofMinutes(30).toNanos() / 1_000;
    transport.receive(
        new WelcomeMessage(1, Set.of(), NOW + 1_000_000 + ahead, "one", "router", null));
    Instant expected = ManualEventLoop.START.plusSeconds(1).plus(Duration.ofMinutes(30));
    assertThat(session.routerTime()).isEqualTo(expected);

    SyncMessage asked = transport.messages(SyncMessage.class).get(0);
    loop.advance(Duration.ofMillis(10));
    // Received and answered half-way.
    long middle = asked.t1() + 5_000 + ahead;
    transport.receive(new SyncMessage(asked.t1(), middle, middle));

    assertThat(session.routerTime()).isEqualTo(expected.plusMillis(10));
    assertThat(session.until(expected.plusMillis(30))).isEqualTo(Duration.ofMillis(20));

    loop.advance(Duration.ofSeconds(31));
    assertThat(transport.messages(SyncMessage.class)).hasSize(2);
  }

  @Test
  void passesOnThatThereIsRoom() {
    ready();

    transport.writable();

    assertThat(owner.writable).isEqualTo(1);
  }
}
