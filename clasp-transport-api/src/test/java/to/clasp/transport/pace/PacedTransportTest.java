package to.clasp.transport.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.UnsubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;

class PacedTransportTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Frame HELLO = frame(new HelloMessage(1, Set.of(), "test", null));
  private static final Frame PING = frame(new PingMessage());
  private static final Frame SIGNAL = event("/clasp/p2p/signal/someone");
  private static final Frame NAMED_SIGNAL = event("/webrtc/signal/b/a");

  private final StillLoop loop = new StillLoop();
  private final ScriptedTransport inner = new ScriptedTransport(loop);
  private final Heard heard = new Heard();

  @AfterEach
  void noTimerOutlivesTheTransport() {
    inner.close();
    loop.runPending();
    assertThat(loop.timers()).isZero();
  }

  // The rate.

  @Test
  void passesAFrameStraightThroughWhileThereAreTokens() {
    PacedTransport paced = open(1_000);

    SendResult result = paced.send(data(1));

    assertThat(result).isSameAs(SendResult.ROUTER);
    assertThat(inner.frames()).containsExactly(data(1));
    assertThat(loop.timers()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 19, 20, 30, 100, 1_000, 5_000})
  void neverSendsMoreThanTheLimitInAnySecond(int limit) {
    PacedTransport paced = open(limit);
    SplittableRandom random = new SplittableRandom(limit);

    // Bursts with pauses between, so that the bucket fills up in between.
    for (int burst = 0; burst < 20; burst++) {
      int frames = random.nextInt(2 * limit + 1);
      for (int i = 0; i < frames; i++) {
        paced.send(data(i));
      }
      loop.advance(Duration.ofMillis(random.nextInt(2_500)));
    }

    assertThat(mostInAnySecond()).isBetween(1, limit);
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 1_000})
  void sendsAtNineTenthsOfTheLimitWhenThereIsEnoughToSend(int limit) {
    PacedTransport paced = open(limit);
    for (int i = 0; i < 10 * limit; i++) {
      paced.send(data(i));
    }

    loop.advance(Duration.ofSeconds(10));

    assertThat(inner.frames().size()).isBetween(limit * 89 / 10, limit * 91 / 10 + 51);
  }

  @Test
  void tellsWhichDataHasLeft() {
    PacedTransport paced = open(20);
    paced.send(data(1));
    assertThat(paced.dataAccepted()).isEqualTo(1);
    assertThat(paced.dataLeft()).isEqualTo(1);

    paced.send(data(2));
    paced.send(SIGNAL);
    assertThat(paced.dataAccepted()).isEqualTo(2);
    assertThat(paced.dataLeft()).isEqualTo(1);

    loop.advance(Duration.ofSeconds(1));
    assertThat(paced.dataLeft()).isEqualTo(2);
  }

  @Test
  void countsDataThatIsGivenUpAsLeft() {
    PacedTransport paced = open(20);
    paced.send(data(1));
    paced.send(data(2));

    inner.close();

    assertThat(paced.dataLeft()).isEqualTo(2);
  }

  @Test
  void keepsTheOrderWhileFramesWait() {
    PacedTransport paced = open(100);
    for (int i = 0; i < 50; i++) {
      assertThat(paced.send(data(i)).isAccepted()).isTrue();
      loop.advance(Duration.ofMillis(3));
    }

    loop.advance(Duration.ofSeconds(1));

    assertThat(inner.frames()).isEqualTo(IntStream.range(0, 50).mapToObj(i -> data(i)).toList());
    assertThat(paced.stats().framesSent()).isEqualTo(50);
  }

  @Test
  void countsNothingAgainstANewConnection() {
    PacedTransport paced = open(20);
    paced.send(data(0));
    assertThat(paced.send(data(1)).isAccepted()).isTrue();
    assertThat(inner.frames()).hasSize(1);

    inner.interrupt();
    inner.open();
    paced.release();
    loop.runPending();

    assertThat(inner.frames()).containsExactly(data(0), data(1));
  }

  // The bound.

  @Test
  void answersThatTheBufferIsFullAndTellsWhenItIsHalfEmpty() {
    PacedTransport paced = open(PaceOptions.builder().messagesPerSecond(100).maxQueuedFrames(10));
    int accepted = 0;
    while (paced.send(data(accepted)).isAccepted()) {
      accepted++;
    }

    // 5 passed at once, 10 wait.
    assertThat(accepted).isEqualTo(15);
    assertThat(paced.send(data(99))).isSameAs(SendResult.BUFFER_FULL);
    assertThat(paced.isWritable()).isFalse();
    assertThat(heard.writables).isZero();

    loop.advance(Duration.ofMillis(100));

    assertThat(heard.writables).isEqualTo(1);
    assertThat(paced.isWritable()).isTrue();
    assertThat(paced.send(data(accepted)).isAccepted()).isTrue();
    loop.advance(Duration.ofSeconds(1));
    assertThat(inner.frames()).isEqualTo(IntStream.range(0, 16).mapToObj(i -> data(i)).toList());
  }

  @Test
  void boundsTheBytesThatWait() {
    PacedTransport paced = open(PaceOptions.builder().messagesPerSecond(20).maxQueuedBytes(65_547));
    Frame large = frame(SetMessage.of("/x", Value.Bytes.copyOf(new byte[30_000])));
    paced.send(data(0));

    assertThat(paced.send(large).isAccepted()).isTrue();
    assertThat(paced.send(large).isAccepted()).isTrue();
    assertThat(paced.send(large).isAccepted()).isTrue();
    assertThat(paced.send(large)).isSameAs(SendResult.BUFFER_FULL);
    assertThat(paced.stats().queuedBytes()).isEqualTo(3L * large.size() + 5);
  }

  @Test
  void keepsRoomForControlFramesWhenDataFillsItsLane() {
    PacedTransport paced = open(PaceOptions.builder().messagesPerSecond(20).maxQueuedFrames(4));
    while (paced.send(data(0)).isAccepted()) {
      // Until it is full.
    }

    assertThat(paced.send(PING).isAccepted()).isTrue();
  }

  @Test
  void refusesWhatTheWrappedTransportCannotCarry() {
    PacedTransport paced = open(1_000);

    assertThat(paced.send(frame(SetMessage.of("/x", Value.Bytes.copyOf(new byte[65_100])))))
        .isSameAs(SendResult.TOO_LARGE);
    assertThat(paced.maxFrameSize()).isEqualTo(65_000);
  }

  @Test
  void queuesWhenTheWrappedTransportIsFullAndGoesOnWhenItHasRoom() {
    PacedTransport paced = open(1_000);
    inner.refuse(SendResult.BUFFER_FULL);

    assertThat(paced.send(data(0)).isAccepted()).isTrue();
    assertThat(paced.send(data(1)).isAccepted()).isTrue();
    loop.advance(Duration.ofSeconds(5));
    assertThat(inner.frames()).isEmpty();

    inner.writable();

    assertThat(inner.frames()).containsExactly(data(0), data(1));
    assertThat(heard.writables).isZero();
  }

  // Lanes and sessions.

  @Test
  void letsControlFramesOvertakeDataAndKeepsTheOrderOfEachLane() {
    PacedTransport paced = open(20);
    paced.send(data(0));

    paced.send(data(1));
    paced.send(PING);
    paced.send(data(2));
    paced.send(SIGNAL);
    paced.send(NAMED_SIGNAL);
    paced.send(frame(new UnsubscribeMessage(1)));
    loop.advance(Duration.ofSeconds(1));

    assertThat(inner.frames())
        .containsExactly(
            data(0),
            PING,
            SIGNAL,
            NAMED_SIGNAL,
            frame(new UnsubscribeMessage(1)),
            data(1),
            data(2));
  }

  @Test
  void sendsNothingButHelloBeforeHelloAndNoDataBeforeItIsReleased() {
    PacedTransport paced = gated();
    inner.open();

    paced.send(data(0));
    paced.send(PING);
    loop.advance(Duration.ofSeconds(1));
    assertThat(inner.frames()).isEmpty();

    paced.send(HELLO);
    paced.send(SIGNAL);
    loop.advance(Duration.ofSeconds(1));
    assertThat(inner.frames()).containsExactly(HELLO, PING, SIGNAL);

    paced.release();
    loop.advance(Duration.ofSeconds(1));
    assertThat(inner.frames()).containsExactly(HELLO, PING, SIGNAL, data(0));
  }

  @Test
  void putsHelloFirstEvenWhenItMustWaitForTheBufferBelow() {
    PacedTransport paced = gated();
    inner.open();
    inner.refuse(SendResult.BUFFER_FULL);

    paced.send(PING);
    paced.send(HELLO);
    inner.writable();

    assertThat(inner.frames()).containsExactly(HELLO, PING);
  }

  @Test
  void keepsAcceptedDataOverALossAndSendsItBehindTheControlFramesOfTheNextSession() {
    PacedTransport paced = gated();
    inner.open();
    paced.send(HELLO);
    paced.send(data(0));
    paced.send(data(1));

    inner.interrupt();
    assertThat(paced.send(data(2))).isSameAs(SendResult.NOT_CONNECTED);
    inner.open();
    paced.send(HELLO);
    paced.send(PING);
    loop.advance(Duration.ofSeconds(5));
    assertThat(inner.frames()).containsExactly(HELLO, HELLO, PING);

    paced.release();
    paced.send(SIGNAL);
    loop.advance(Duration.ofSeconds(1));

    assertThat(inner.frames()).containsExactly(HELLO, HELLO, PING, SIGNAL, data(0), data(1));
    assertThat(paced.stats().framesDropped()).isEqualTo(1);
  }

  @Test
  void dropsAndCountsTheControlFramesOfALostSession() {
    PacedTransport paced = gated();
    inner.open();
    paced.send(PING);
    paced.send(SIGNAL);

    inner.interrupt();
    inner.open();
    paced.send(HELLO);
    loop.advance(Duration.ofSeconds(1));

    assertThat(inner.frames()).containsExactly(HELLO);
    // The wrapped transport has dropped one by itself.
    assertThat(paced.stats().framesDropped()).isEqualTo(3);
  }

  @Test
  void holdsDataBackAtAnyTime() {
    PacedTransport paced = open(1_000);
    paced.hold();

    paced.send(data(0));
    paced.send(PING);
    loop.advance(Duration.ofSeconds(1));
    assertThat(inner.frames()).containsExactly(PING);

    paced.release();
    loop.runPending();
    assertThat(inner.frames()).containsExactly(PING, data(0));
  }

  @Test
  void treatsAFrameThatCannotBeReadAsData() {
    PacedTransport paced = open(1_000);
    Frame garbage = Frame.wrap(new byte[] {0x53, 1, 0, 1, 0x7F});

    assertThat(paced.send(garbage).isAccepted()).isTrue();

    assertThat(inner.frames()).containsExactly(garbage);
  }

  // Refusals.

  @Test
  void pausesForASecondWhenTheRouterRefusesAndThenSendsLess() {
    PacedTransport paced = open(1_000);
    paced.send(data(0));

    inner.receive(refusal("Rate limit exceeded: 1000 messages/second"));
    long refusedAt = loop.nanoTime();
    for (int i = 1; i < 3_000; i++) {
      paced.send(data(i));
    }
    loop.advance(Duration.ofMillis(1_999));

    assertThat(paced.refusals()).isEqualTo(1);
    assertThat(inner.times().subList(1, inner.times().size()))
        .allSatisfy(at -> assertThat(at).isGreaterThanOrEqualTo(refusedAt + SECOND));
    // Three quarters of the limit, rising by a twentieth within the second.
    assertThat(paced.messagesPerSecond()).isBetween(750.0, 800.0);
    assertThat(inner.frames().size() - 1).isBetween(650, 750);
    assertThat(heard.frames).hasSize(1);
  }

  @Test
  void takesAllRefusalsOfOneSecondAsOne() {
    PacedTransport paced = open(1_000);

    for (int i = 0; i < 50; i++) {
      inner.receive(refusal("Rate limit exceeded: 1000 messages/second"));
    }

    assertThat(paced.refusals()).isEqualTo(50);
    assertThat(paced.messagesPerSecond()).isEqualTo(750);
  }

  @Test
  void risesToTheFullLimitAgain() {
    PacedTransport paced = open(1_000);
    inner.receive(refusal("slow down"));

    loop.advance(Duration.ofSeconds(3));
    assertThat(paced.messagesPerSecond()).isBetween(840.0, 860.0);
    loop.advance(Duration.ofSeconds(60));

    assertThat(paced.messagesPerSecond()).isEqualTo(1_000);
  }

  @Test
  void learnsALowerLimitForGood() {
    PacedTransport paced = open(1_000);
    inner.receive(refusal("Rate limit exceeded: 30 messages/second"));
    for (int i = 0; i < 1_000; i++) {
      paced.send(data(i));
    }

    loop.advance(Duration.ofSeconds(11));

    assertThat(paced.messagesPerSecond()).isEqualTo(30);
    assertThat(mostInAnySecond()).isLessThanOrEqualTo(30);
    assertThat(inner.frames().size()).isBetween(265, 275);
    inner.interrupt();
    inner.open();
    assertThat(paced.messagesPerSecond()).isEqualTo(30);
  }

  @Test
  void neverFallsBelowOneMessageASecond() {
    PacedTransport paced = open(4);

    for (int i = 0; i < 100; i++) {
      inner.receive(refusal("slow down"));
      loop.advance(Duration.ofSeconds(1));
    }

    assertThat(paced.messagesPerSecond()).isGreaterThanOrEqualTo(1);
    inner.receive(refusal("Rate limit exceeded: 0 messages/second"));
    assertThat(paced.messagesPerSecond()).isGreaterThanOrEqualTo(1);
  }

  @Test
  void leavesOtherErrorsAlone() {
    PacedTransport paced = open(1_000);

    inner.receive(frame(new ErrorMessage(404, "Target session not found: x", "/x", null)));
    inner.receive(frame(new ErrorMessage(429, "too many subscriptions", "/pattern/**", null)));
    inner.receive(Frame.wrap(new byte[] {0x53, 1, 0, 1, 0x51}));
    inner.receive(frame(new PingMessage()));

    assertThat(paced.refusals()).isZero();
    assertThat(paced.messagesPerSecond()).isEqualTo(1_000);
    assertThat(heard.frames).hasSize(4);
  }

  // Life.

  @Test
  void drainsItsLanesBeforeItCloses() {
    PacedTransport paced = open(100);
    for (int i = 0; i < 20; i++) {
      paced.send(data(i));
    }

    paced.close();
    assertThat(paced.state()).isEqualTo(TransportState.CLOSING);
    assertThat(paced.send(data(99))).isSameAs(SendResult.CLOSED);
    assertThat(paced.isWritable()).isFalse();
    loop.advance(Duration.ofSeconds(1));

    assertThat(inner.frames()).hasSize(20);
    assertThat(heard.closed).isNotNull();
    assertThat(paced.state()).isEqualTo(TransportState.CLOSED);
  }

  @Test
  void givesUpDrainingAfterItsTimeAndCountsWhatIsLost() {
    PacedTransport paced =
        open(PaceOptions.builder().messagesPerSecond(10).drainTimeout(Duration.ofMillis(500)));
    for (int i = 0; i < 20; i++) {
      paced.send(data(i));
    }

    paced.close();
    loop.advance(Duration.ofMillis(499));
    assertThat(heard.closed).isNull();
    loop.advance(Duration.ofMillis(1));

    assertThat(heard.closed).isNotNull();
    assertThat(paced.stats().framesDropped()).isEqualTo(1L + 20 - inner.frames().size());
    assertThat(paced.stats().queuedBytes()).isEqualTo(5);
  }

  @Test
  void closesAtOnceWhenWhatWaitsIsHeldBack() {
    PacedTransport paced = gated();
    inner.open();
    paced.send(data(0));

    paced.close();

    assertThat(heard.closed).isNotNull();
    assertThat(paced.stats().framesDropped()).isEqualTo(2);
  }

  @Test
  void closesAtOnceWhenTheConnectionIsLostWhileItDrains() {
    PacedTransport paced = open(10);
    paced.send(data(0));
    paced.send(data(1));
    paced.close();

    inner.interrupt();

    assertThat(heard.closed).isNotNull();
  }

  @Test
  void passesOnTheLifeOfTheWrappedTransport() {
    PacedTransport paced = new PacedTransport(inner, PaceOptions.DEFAULTS, loop);
    assertThat(paced.state()).isEqualTo(TransportState.NEW);
    assertThat(paced.send(data(0))).isSameAs(SendResult.NOT_CONNECTED);
    paced.start(heard);
    assertThatThrownBy(() -> paced.start(new Heard())).isInstanceOf(IllegalStateException.class);
    assertThat(paced.state()).isEqualTo(TransportState.CONNECTING);
    inner.open();
    paced.reconnect("by a test");
    inner.close();
    paced.close();
    paced.close();

    assertThat(heard.calls).containsExactly("open", "interrupted", "closed");
    assertThat(paced.send(data(0))).isSameAs(SendResult.CLOSED);
    assertThat(paced.stats().framesReceived()).isEqualTo(7);
    assertThat(paced.stats().connects()).isEqualTo(3);
  }

  @Test
  void answersAsTheWrappedTransportDoesWhenItsConnectionIsGone() {
    PacedTransport paced = open(1_000);
    inner.refuse(SendResult.NOT_CONNECTED);

    assertThat(paced.send(data(0))).isSameAs(SendResult.NOT_CONNECTED);
    assertThat(paced.stats().framesSent()).isZero();
  }

  @Test
  void goesOnWhenTheListenerThrowsFromOnWritable() {
    PacedTransport paced = open(PaceOptions.builder().messagesPerSecond(100).maxQueuedFrames(4));
    heard.failure = new IllegalStateException("thrown by a test on purpose");
    while (paced.send(data(0)).isAccepted()) {
      // Until it is full.
    }

    loop.advance(Duration.ofSeconds(1));

    assertThat(heard.writables).isEqualTo(1);
    assertThat(paced.stats().listenerFailures()).isEqualTo(3);
    assertThat(paced.stats().queuedBytes()).isEqualTo(5);
  }

  private int mostInAnySecond() {
    List<Long> times = inner.times();
    int most = 0;
    int from = 0;
    for (int to = 0; to < times.size(); to++) {
      while (times.get(to) - times.get(from) >= SECOND) {
        from++;
      }
      most = Math.max(most, to - from + 1);
    }
    return most;
  }

  private PacedTransport gated() {
    PacedTransport paced = new PacedTransport(inner, PaceOptions.DEFAULTS, loop);
    paced.start(heard);
    return paced;
  }

  private PacedTransport open(int limit) {
    return open(PaceOptions.builder().messagesPerSecond(limit));
  }

  private PacedTransport open(PaceOptions.Builder options) {
    PacedTransport paced = new PacedTransport(inner, options.gated(false).build(), loop);
    paced.start(heard);
    inner.open();
    return paced;
  }

  private static Frame frame(Message message) {
    return Frame.of(message);
  }

  private static Frame data(int number) {
    return frame(SetMessage.of("/data", Value.of((long) number)));
  }

  private static Frame event(String address) {
    return frame(PublishMessage.of(address, SignalType.EVENT, Value.of("x")));
  }

  private static Frame refusal(String text) {
    return frame(new ErrorMessage(429, text, null, null));
  }

  private static final class Heard implements TransportListener {
    private final List<String> calls = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private int writables;
    private @Nullable CloseReason closed;
    private @Nullable RuntimeException failure;

    @Override
    public void onOpen() {
      calls.add("open");
    }

    @Override
    public void onFrame(Frame frame, FrameSource source) {
      frames.add(frame);
    }

    @Override
    public void onWritable() {
      writables++;
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
      calls.add("interrupted");
    }

    @Override
    public void onClosed(CloseReason reason) {
      calls.add("closed");
      closed = Objects.requireNonNull(reason);
    }
  }
}
