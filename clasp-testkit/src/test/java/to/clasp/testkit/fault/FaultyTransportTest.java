package to.clasp.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.PingMessage;
import to.clasp.testkit.contract.NumberedFrames;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.testkit.memory.InMemoryNetwork;
import to.clasp.testkit.memory.InMemoryTransport;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.testkit.record.TransportEvent.Interrupted;
import to.clasp.testkit.record.TransportEvent.Writable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.SendResult;
import to.clasp.transport.spi.TransportContext;

class FaultyTransportTest {

  private static final Duration NOW = Duration.ZERO;
  private static final Seed SEED = new Seed(4711);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final TransportContext context = new TransportContext(loop, new SplittableRandom(1));
  private final InMemoryNetwork network = new InMemoryNetwork();
  private final RecordingListener heard = new RecordingListener(loop);
  private final RecordingListener other = new RecordingListener(loop);
  private final InMemoryTransport plain =
      network.connectTo("other", ConnectionOptions.DEFAULTS, context);
  private InMemoryTransport accepted = plain;

  @AfterEach
  void contractIsKept() {
    plain.close();
    loop.advance(Duration.ofMinutes(1));
    heard.assertContract();
    loop.assertNothingPending();
  }

  @Test
  void losesAShareOfTheFramesAndClaimsToHaveSentThem() {
    FaultyTransport transport = open(List.of(Faults.drop(0.3)), List.of());

    for (int i = 0; i < 1_000; i++) {
      assertThat(transport.send(frame(i))).isSameAs(SendResult.ROUTER);
    }
    loop.runPending();

    assertThat(other.frames()).hasSizeBetween(640, 760);
    assertThat(numbers(other.frames())).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void doesTheSameAgainWithTheSameSeed() {
    List<Integer> first = numbersThatPass(new Seed(1));
    assertThat(numbersThatPass(new Seed(1))).isEqualTo(first);
    assertThat(numbersThatPass(new Seed(2))).isNotEqualTo(first);
  }

  private List<Integer> numbersThatPass(Seed seed) {
    InMemoryTransport.Pair pair =
        InMemoryTransport.pair(context, context, ConnectionOptions.DEFAULTS);
    RecordingListener left = new RecordingListener();
    RecordingListener right = new RecordingListener();
    FaultyTransport transport =
        new FaultyTransport(pair.left(), List.of(Faults.drop(0.5)), List.of(), seed, context);
    transport.start(left);
    pair.right().start(right);
    loop.runPending();
    for (int i = 0; i < 100; i++) {
      transport.send(frame(i));
    }
    transport.close();
    loop.runPending();
    return numbers(right.frames());
  }

  @Test
  void repeatsAShareOfTheFrames() {
    FaultyTransport transport = open(List.of(), List.of(Faults.duplicate(0.5)));

    for (int i = 0; i < 100; i++) {
      accepted.send(frame(i));
    }
    loop.runPending();

    assertThat(heard.frames()).hasSizeBetween(130, 170);
    assertThat(numbers(heard.frames())).isSorted();
    assertThat(transport.stats().framesReceived()).isEqualTo(100);
  }

  @Test
  void delaysEverythingAndKeepsTheOrder() {
    FaultyTransport transport =
        open(List.of(Faults.delay(Duration.ofMillis(10), Duration.ofMillis(30))), List.of());

    for (int i = 0; i < 50; i++) {
      transport.send(frame(i));
      loop.advance(Duration.ofMillis(1));
    }
    assertThat(other.frames()).hasSizeBetween(10, 45);
    loop.advance(Duration.ofMillis(30));

    assertThat(numbers(other.frames())).isEqualTo(IntStream.range(0, 50).boxed().toList());
  }

  @Test
  void letsSomeFramesOvertakeOthers() {
    FaultyTransport transport = open(List.of(Faults.reorder(0.2, Duration.ofMillis(5))), List.of());

    for (int i = 0; i < 100; i++) {
      transport.send(frame(i));
      loop.advance(Duration.ofMillis(1));
    }
    loop.advance(Duration.ofMillis(5));

    List<Integer> numbers = numbers(other.frames());
    assertThat(numbers)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).boxed().toList());
    assertThat(numbers).isNotEqualTo(IntStream.range(0, 100).boxed().toList());
  }

  @Test
  void disconnectsBeforeANamedStep() {
    FaultyTransport transport =
        open(List.of(Faults.disconnectBefore(Faults.message(MessageType.PING), 2)), List.of());

    transport.send(Frame.of(new PingMessage()));
    transport.send(frame(0));
    transport.send(Frame.of(new PingMessage()));
    loop.runPending();

    assertThat(other.frames()).hasSize(2);
    assertThat(heard.await(Interrupted.class, NOW).reason().code())
        .isEqualTo(CloseReason.Code.RECONNECT_REQUESTED);
    loop.advance(Duration.ofSeconds(1));
    heard.awaitOpens(2, NOW);
    assertThat(transport.send(Frame.of(new PingMessage())).isAccepted()).isTrue();
  }

  @Test
  void disconnectsAfterANamedStepInTheOtherDirection() {
    open(List.of(), List.of(Faults.disconnectAfter(frame -> NumberedFrames.number(frame) == 1, 1)));

    for (int i = 0; i < 3; i++) {
      accepted.send(frame(i));
    }
    loop.runPending();

    assertThat(numbers(heard.frames())).startsWith(0, 1);
    assertThat(heard.events(Interrupted.class)).hasSize(1);
  }

  @Test
  void composesFaultsInTheOrderGivenAndDecoratesItself() {
    FaultyTransport inner =
        new FaultyTransport(plain, List.of(Faults.duplicate(1)), List.of(), SEED, context);
    FaultyTransport outer =
        new FaultyTransport(
            inner,
            List.of(
                Faults.only(frame -> NumberedFrames.number(frame) % 2 == 0, Faults.drop(1)),
                Faults.delay(Duration.ofMillis(1), Duration.ofMillis(1))),
            List.of(),
            SEED,
            context);
    start(outer);

    for (int i = 0; i < 6; i++) {
      outer.send(frame(i));
    }
    loop.advance(Duration.ofMillis(1));

    assertThat(numbers(other.frames())).containsExactly(1, 1, 3, 3, 5, 5);
    assertThat(outer.toString()).contains("4711", "InMemoryTransport");
  }

  @Test
  void losesWhatItHoldsBackWhenTheConnectionIsLost() {
    FaultyTransport transport =
        open(List.of(), List.of(Faults.delay(Duration.ofSeconds(5), Duration.ofSeconds(5))));
    accepted.send(frame(0));
    loop.runPending();

    plain.loseConnection();
    loop.advance(Duration.ofSeconds(10));

    heard.awaitOpens(2, NOW);
    assertThat(heard.frames()).isEmpty();
    assertThat(transport.send(frame(1)).isAccepted()).isTrue();
  }

  @Test
  void doesNotHideWhatTheTransportAnswers() {
    FaultyTransport transport =
        new FaultyTransport(plain, List.of(Faults.drop(1)), List.of(), SEED, context);
    assertThat(transport.send(frame(0))).isSameAs(SendResult.NOT_CONNECTED);
    start(transport);
    assertThat(transport.send(frame(0)).isAccepted()).isTrue();
    transport.close();
    loop.runPending();
    assertThat(transport.send(frame(0))).isSameAs(SendResult.CLOSED);
  }

  @Test
  void keepsCopiesForWhichTheTransportHasNoRoomUntilItHas() {
    FaultyTransport transport = open(List.of(Faults.duplicate(1)), List.of());
    accepted.pauseReading();
    int sent = 0;
    while (transport.send(frame(sent)).isAccepted()) {
      sent++;
    }
    assertThat(transport.isWritable()).isFalse();

    accepted.resumeReading();
    loop.runPending();

    assertThat(other.frames()).hasSize(2 * sent);
    assertThat(heard.events(Writable.class)).isNotEmpty();
    assertThat(transport.isWritable()).isTrue();
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    assertThatThrownBy(() -> Faults.drop(1.1)).hasMessageContaining("probability");
    assertThatThrownBy(() -> Faults.duplicate(Double.NaN)).hasMessageContaining("probability");
    assertThatThrownBy(() -> Faults.delay(Duration.ofMillis(2), Duration.ofMillis(1)))
        .hasMessageContaining("delay");
    assertThatThrownBy(() -> Faults.disconnectAfter(frame -> true, 0)).hasMessageContaining("nth");
  }

  private FaultyTransport open(List<Fault<Frame>> outbound, List<Fault<Frame>> inbound) {
    FaultyTransport transport = new FaultyTransport(plain, outbound, inbound, SEED, context);
    start(transport);
    return transport;
  }

  private void start(FaultyTransport transport) {
    network.listen(
        "other",
        context,
        ConnectionOptions.DEFAULTS,
        end -> {
          accepted = end;
          // One recorder for all connections, so without the checks of a listener's life.
          end.start(new Forwarding(other));
        });
    transport.start(heard);
    loop.runPending();
    heard.awaitOpen(NOW);
  }

  /** Passes on frames only. */
  private record Forwarding(RecordingListener target)
      implements to.clasp.transport.TransportListener {
    @Override
    public void onOpen() {}

    @Override
    public void onFrame(Frame frame, to.clasp.transport.FrameSource source) {
      target.onFrame(frame, source);
    }

    @Override
    public void onClosed(CloseReason reason) {}
  }

  private static Frame frame(int number) {
    return NumberedFrames.small(0, number);
  }

  private static List<Integer> numbers(List<Frame> frames) {
    return frames.stream().map(NumberedFrames::number).toList();
  }
}
