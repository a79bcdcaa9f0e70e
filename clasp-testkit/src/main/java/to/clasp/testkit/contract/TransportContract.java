package to.clasp.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
import to.clasp.core.message.PingMessage;
import to.clasp.testkit.record.TransportEvent.Closed;
import to.clasp.testkit.record.TransportEvent.Interrupted;
import to.clasp.testkit.record.TransportEvent.Opened;
import to.clasp.testkit.record.TransportEvent.Received;
import to.clasp.testkit.record.TransportEvent.Writable;
import to.clasp.transport.Backoff;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.spi.TransportContext;

/**
 * The contract of {@link to.clasp.transport.Transport} as tests. To test a transport, extend this
 * and say how to make one. Where a kind of transport cannot do something, the methods that answer
 * yes or no say so, and the tests concerned are reported as skipped.
 *
 * <p>Every test also checks the order and the thread of all listener calls, that there is exactly
 * one terminal event, and that no thread or socket is left behind.
 */
public abstract class TransportContract {

  private static final int SENDERS = 8;

  private final List<Subject> subjects = new ArrayList<>();
  private final List<TransportHarness> harnesses = new ArrayList<>();
  private LeakCheck leaks = LeakCheck.begin();

  /** For subclasses. */
  protected TransportContract() {}

  /**
   * Makes a fresh harness.
   *
   * @return the harness; the contract closes it
   * @throws Exception if it cannot be made, which fails the test
   */
  protected abstract TransportHarness openHarness() throws Exception;

  /**
   * Tells whether the transport connects again by itself.
   *
   * @return true by default
   */
  protected boolean reconnects() {
    return true;
  }

  /**
   * Tells whether a receiver that does not read makes the sender's buffer full.
   *
   * @return true by default
   */
  protected boolean pushesBack() {
    return true;
  }

  /**
   * Tells from where frames come.
   *
   * @return the router by default
   */
  protected FrameSource source() {
    return FrameSource.ROUTER;
  }

  /**
   * Tells how many frames the tests of volume send.
   *
   * @return 20 000 by default
   */
  protected int volume() {
    return 20_000;
  }

  /**
   * Tells how long to wait for anything that must happen.
   *
   * @return 20 s by default, far more than it takes
   */
  protected Duration timeout() {
    return Duration.ofSeconds(20);
  }

  /**
   * Tells which threads may stay after a test, because the whole process shares them.
   *
   * @param thread a thread that was not there before the test
   * @return false by default
   */
  protected boolean isShared(Thread thread) {
    return false;
  }

  /**
   * Tells whether sockets and selectors are closed when harness and loops are.
   *
   * @return true by default
   */
  protected boolean closesDescriptors() {
    return true;
  }

  /**
   * Gives the options for transports under test.
   *
   * @return quick reconnection, small buffers
   */
  protected ConnectionOptions options() {
    return ConnectionOptions.builder()
        .connectTimeout(Duration.ofSeconds(10))
        .drainTimeout(Duration.ofSeconds(10))
        .backoff(new Backoff(Duration.ofMillis(5), Duration.ofMillis(50), 2, 0.5))
        .sendBufferBytes(128 * 1024)
        .build();
  }

  /** Notes what there is before a test. */
  @BeforeEach
  void noteWhatThereIs() {
    leaks = LeakCheck.begin(this::isShared);
  }

  /**
   * Ends everything and checks that nothing is left.
   *
   * @throws Exception if something cannot be closed
   */
  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    for (Subject subject : subjects) {
      subject.end(timeout());
      assertTrue(subject.heard().events(Closed.class).size() <= 1, "more than one terminal event");
    }
    for (TransportHarness harness : harnesses) {
      harness.close();
    }
    leaks.assertNoThreads(timeout());
    if (closesDescriptors()) {
      leaks.assertNoDescriptors(timeout());
    }
  }

  // Opening.

  @Test
  void opensAndCarriesFramesBothWays() throws Exception {
    TransportHarness harness = harness();
    Subject subject = opened(harness);
    Frame there = NumberedFrames.small(0, 1);
    Frame back = NumberedFrames.small(1, 2);

    SendResult result = subject.transport().send(there);
    harness.otherSide().send(back, timeout());

    assertEquals(SendResult.Status.ACCEPTED, result.status());
    assertEquals(source().path(), result.path());
    assertEquals(List.of(there), harness.otherSide().received().await(Frame.class, 1, timeout()));
    assertEquals(List.of(back), subject.heard().awaitFrames(1, timeout()));
    assertEquals(source(), subject.heard().await(Received.class, timeout()).source());
    assertEquals(TransportState.OPEN, subject.transport().state());
  }

  @Test
  void isNewAndTakesNothingBeforeItIsStarted() throws Exception {
    Subject subject = created(harness());

    assertEquals(TransportState.NEW, subject.transport().state());
    assertFalse(subject.transport().isWritable());
    assertSame(SendResult.NOT_CONNECTED, subject.transport().send(NumberedFrames.small(0, 0)));
    assertEquals(TransportStats.ZERO, subject.transport().stats());
  }

  @Test
  void cannotBeStartedTwice() throws Exception {
    Subject subject = opened(harness());

    assertThrows(IllegalStateException.class, subject::start);
    assertEquals(1, subject.heard().events(Opened.class).size());
  }

  @Test
  void isWritableFromOnOpenOn() throws Exception {
    Subject subject = created(harness());
    CompletableFuture<SendResult> inOnOpen = new CompletableFuture<>();
    CompletableFuture<Boolean> writable = new CompletableFuture<>();
    subject.hooks().onOpen =
        () -> {
          writable.complete(subject.transport().isWritable());
          inOnOpen.complete(subject.transport().send(NumberedFrames.small(0, 0)));
        };
    subject.start();

    assertTrue(await(writable));
    assertTrue(await(inOnOpen).isAccepted());
  }

  @Test
  void endsWithTheReasonWhenNobodyListens() throws Exception {
    Subject subject =
        subject(
            context ->
                harness()
                    .createWithNobodyListening(
                        options().toBuilder()
                            .reconnect(false)
                            .connectTimeout(Duration.ofMillis(500))
                            .build(),
                        context));
    subject.start();

    CloseReason reason = subject.heard().awaitClosed(timeout());

    assertTrue(reason.code() != CloseReason.Code.LOCAL_CLOSE, reason::toString);
    assertFalse(reason.message().isBlank());
    assertEquals(List.of(), subject.heard().events(Opened.class));
    assertEquals(TransportState.CLOSED, subject.transport().state());
  }

  @Test
  void triesAgainWithTheReasonWhenNobodyListens() throws Exception {
    assumeTrue(reconnects(), "connects once");
    Subject subject = subject(context -> harness().createWithNobodyListening(options(), context));
    subject.start();

    List<Interrupted> attempts = subject.heard().await(Interrupted.class, 3, timeout());

    assertEquals(
        List.of(1, 2, 3), attempts.subList(0, 3).stream().map(Interrupted::attempt).toList());
    assertFalse(attempts.get(0).reason().message().isBlank());
    assertEquals(List.of(), subject.heard().events(Opened.class));
    assertSame(SendResult.NOT_CONNECTED, subject.transport().send(NumberedFrames.small(0, 0)));
  }

  @Test
  void givesUpAfterTheAttemptsThatItMayMake() throws Exception {
    assumeTrue(reconnects(), "connects once");
    Subject subject =
        subject(
            context ->
                harness()
                    .createWithNobodyListening(
                        options().toBuilder().maxReconnectAttempts(2).build(), context));
    subject.start();

    subject.heard().awaitClosed(timeout());

    assertEquals(2, subject.heard().events(Interrupted.class).size());
  }

  // Order and volume.

  @Test
  void deliversManyFramesInOrder() throws Exception {
    TransportHarness harness = harness();
    Subject subject = opened(harness);

    for (int i = 0; i < volume(); i++) {
      assertAccepted(subject.send(NumberedFrames.small(0, i), timeout()));
    }

    NumberedFrames.assertComplete(0, volume(), received(harness, volume()));
    TransportStats stats = subject.transport().stats();
    assertEquals(volume(), stats.framesSent());
    assertTrue(stats.bytesSent() > volume());
  }

  @Test
  void receivesManyFramesInOrder() throws Exception {
    TransportHarness harness = harness();
    Subject subject = opened(harness);

    for (int i = 0; i < volume(); i++) {
      harness.otherSide().send(NumberedFrames.small(1, i), timeout());
    }

    NumberedFrames.assertComplete(1, volume(), subject.heard().awaitFrames(volume(), timeout()));
    assertEquals(volume(), subject.transport().stats().framesReceived());
  }

  @Test
  void deliversFramesOfEverySizeUnchanged() throws Exception {
    TransportHarness harness = harness();
    Subject subject = opened(harness);
    List<Frame> frames = new ArrayList<>();
    frames.add(Frame.of(new PingMessage()));
    int max = subject.transport().maxFrameSize();
    for (int size = NumberedFrames.minSize(); size <= Math.min(300, max); size++) {
      frames.add(NumberedFrames.sized(size));
    }
    for (int power = 512; power < max; power *= 2) {
      for (int size = power - 1; size <= Math.min(power + 1, max); size++) {
        frames.add(NumberedFrames.sized(size));
      }
    }
    for (int size = Math.max(NumberedFrames.minSize(), max - 20); size <= max; size++) {
      frames.add(NumberedFrames.sized(size));
    }

    for (Frame frame : frames) {
      assertAccepted(subject.send(frame, timeout()));
      harness.otherSide().send(frame, timeout());
    }

    assertEquals(frames, received(harness, frames.size()));
    assertEquals(frames, subject.heard().awaitFrames(frames.size(), timeout()));
  }

  @Test
  void refusesAFrameThatIsTooLargeAndGoesOn() throws Exception {
    TransportHarness harness = harness();
    Subject subject = opened(harness);
    int max = subject.transport().maxFrameSize();
    assumeTrue(max < FrameFormat.MAX_FRAME_BYTES, "carries every frame");

    assertSame(SendResult.TOO_LARGE, subject.transport().send(NumberedFrames.sized(max + 1)));
    assertAccepted(subject.transport().send(NumberedFrames.sized(max)));

    assertEquals(List.of(NumberedFrames.sized(max)), received(harness, 1));
  }

  @Test
  void keepsTheOrderOfEachOfManySendersAndLosesNothing() throws Exception {
    TransportHarness harness = harness();
    Subject subject = opened(harness);
    int each = volume() / SENDERS;

    List<Thread> threads = new ArrayList<>();
    AtomicInteger accepted = new AtomicInteger();
    for (int s = 0; s < SENDERS; s++) {
      int sender = s;
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  if (subject.send(NumberedFrames.small(sender, i), timeout()).isAccepted()) {
                    accepted.incrementAndGet();
                  }
                }
              },
              "sender " + s));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join(timeout().toMillis());
    }

    assertEquals(each * SENDERS, accepted.get());
    List<Frame> frames = received(harness, each * SENDERS);
    for (int s = 0; s < SENDERS; s++) {
      NumberedFrames.assertComplete(s, each, frames);
    }
  }

  // Back-pressure.

  @Test
  void answersThatTheBufferIsFullAndTellsWhenThereIsRoomAgain() throws Exception {
    assumeTrue(pushesBack(), "the receiver cannot slow the sender down");
    TransportHarness harness = harness();
    Subject subject = opened(harness);

    harness.otherSide().pauseReading();
    int accepted = fill(subject);
    if (subject.transport().isWritable()) {
      // What is below may have taken some more meanwhile, and that must be told.
      subject.heard().await(Writable.class, timeout());
    }
    long queued = subject.transport().stats().queuedBytes();
    assertTrue(
        queued <= options().sendBufferBytes() + subject.transport().maxFrameSize(),
        () -> queued + " bytes are queued, beyond the bound");
    harness.otherSide().resumeReading();

    subject.heard().await(Writable.class, timeout());
    assertTrue(subject.transport().isWritable());
    assertAccepted(subject.send(NumberedFrames.small(0, accepted), timeout()));
    NumberedFrames.assertComplete(0, accepted + 1, received(harness, accepted + 1));
  }

  @Test
  void tellsOfRoomAlsoWhenNoFrameWasRefused() throws Exception {
    assumeTrue(pushesBack(), "the receiver cannot slow the sender down");
    TransportHarness harness = harness();
    Subject subject = opened(harness);

    harness.otherSide().pauseReading();
    int sent = 0;
    while (subject.transport().isWritable() && sent < 10_000_000) {
      assertAccepted(subject.transport().send(NumberedFrames.small(0, sent)));
      sent++;
    }
    harness.otherSide().resumeReading();

    subject.heard().await(Writable.class, timeout());
    NumberedFrames.assertComplete(0, sent, received(harness, sent));
  }

  @Test
  void boundsWhatAStalledListenerLeavesBehind() throws Exception {
    assumeTrue(pushesBack(), "the receiver cannot slow the sender down");
    TransportHarness harness = harness();
    CountDownLatch stall = new CountDownLatch(1);
    Subject subject = stalled(harness, stall);

    int sent = 0;
    try {
      Frame frame = NumberedFrames.sized(1_000);
      // Buffers of transport and system together hold less than this.
      while (harness.otherSide().offer(frame)) {
        sent++;
        if (sent > 128_000) {
          fail("the other side could send " + sent + " kB to a listener that takes nothing");
        }
      }
    } finally {
      stall.countDown();
    }

    assertEquals(sent, subject.heard().awaitFrames(sent, timeout()).size());
  }

  // Listeners that misbehave.

  @Test
  void goesOnWhenTheListenerThrowsFromEveryCall() throws Exception {
    TransportHarness harness = harness();
    Subject subject = created(harness);
    subject
        .hooks()
        .all(
            () -> {
              throw new IllegalStateException("thrown by a test on purpose");
            });
    subject.start();
    subject.heard().awaitOpen(timeout());
    harness.otherSide().awaitConnections(1, timeout());

    for (int i = 0; i < 10; i++) {
      harness.otherSide().send(NumberedFrames.small(1, i), timeout());
      assertAccepted(subject.send(NumberedFrames.small(0, i), timeout()));
    }

    NumberedFrames.assertComplete(1, 10, subject.heard().awaitFrames(10, timeout()));
    NumberedFrames.assertComplete(0, 10, received(harness, 10));
    subject.transport().close();
    subject.heard().awaitClosed(timeout());
    settle(subject);
    assertEquals(12, subject.transport().stats().listenerFailures());
  }

  @Test
  void goesOnWhenTheListenerThrowsAnError() throws Exception {
    TransportHarness harness = harness();
    Subject subject = created(harness);
    subject.hooks().onFrame =
        () -> {
          throw new AssertionError("thrown by a test on purpose");
        };
    subject.start();
    subject.heard().awaitOpen(timeout());
    harness.otherSide().awaitConnections(1, timeout());

    harness.otherSide().send(NumberedFrames.small(1, 0), timeout());
    harness.otherSide().send(NumberedFrames.small(1, 1), timeout());

    NumberedFrames.assertComplete(1, 2, subject.heard().awaitFrames(2, timeout()));
  }

  @Test
  void doesNotHoldOthersUpWhenAListenerStalls() throws Exception {
    TransportHarness stalledHarness = harness();
    CountDownLatch stall = new CountDownLatch(1);
    Subject stalled = stalled(stalledHarness, stall);
    TransportHarness harness = harness();
    try {
      for (int i = 0; i < 100; i++) {
        stalledHarness.otherSide().send(NumberedFrames.small(1, i), timeout());
      }
      stalled.heard().awaitFrames(1, timeout());

      Subject other = opened(harness);
      assertAccepted(other.send(NumberedFrames.small(0, 0), timeout()));
      harness.otherSide().send(NumberedFrames.small(1, 0), timeout());
      NumberedFrames.assertComplete(0, 1, received(harness, 1));
      NumberedFrames.assertComplete(1, 1, other.heard().awaitFrames(1, timeout()));
      // Sending does not depend on the listener either.
      assertAccepted(stalled.send(NumberedFrames.small(0, 0), timeout()));
      NumberedFrames.assertComplete(0, 1, received(stalledHarness, 1));
    } finally {
      stall.countDown();
    }

    NumberedFrames.assertComplete(1, 100, stalled.heard().awaitFrames(100, timeout()));
  }

  // Closing.

  @Test
  void deliversWhatWasAcceptedBeforeItWasClosed() throws Exception {
    TransportHarness harness = harness();
    Subject subject = opened(harness);

    int sent = 0;
    while (sent < 5_000 && subject.transport().send(NumberedFrames.small(0, sent)).isAccepted()) {
      sent++;
    }
    subject.transport().close();

    NumberedFrames.assertComplete(0, sent, received(harness, sent));
    assertEquals(CloseReason.Code.LOCAL_CLOSE, subject.heard().awaitClosed(timeout()).code());
    assertEquals(TransportState.CLOSED, subject.transport().state());
    harness.otherSide().awaitDisconnected(timeout());
  }

  @Test
  void hearsWhatTheOtherSideSentBeforeItClosed() throws Exception {
    int count = 500;
    TransportHarness harness = harness();
    CountDownLatch stall = new CountDownLatch(1);
    Subject subject = stalled(harness, stall);
    try {
      for (int i = 0; i < count; i++) {
        harness.otherSide().send(NumberedFrames.small(1, i), timeout());
      }
      subject.heard().awaitFrames(1, timeout());
      harness.otherSide().closeConnection();
    } finally {
      stall.countDown();
    }

    NumberedFrames.assertComplete(1, count, subject.heard().awaitFrames(count, timeout()));
  }

  @Test
  void deliversExactlyWhatWasAcceptedWhileItWasClosed() throws Exception {
    TransportHarness harness = harness();
    Subject subject = opened(harness);
    // Of all together: where there is little room, it need not be shared fairly.
    CountDownLatch underWay = new CountDownLatch(10 * SENDERS);

    List<CompletableFuture<Integer>> senders = new ArrayList<>();
    for (int s = 0; s < SENDERS; s++) {
      int sender = s;
      CompletableFuture<Integer> accepted = new CompletableFuture<>();
      senders.add(accepted);
      new Thread(
              () -> {
                int number = 0;
                SendResult.Status status = SendResult.Status.ACCEPTED;
                while (status != SendResult.Status.CLOSED) {
                  status = subject.transport().send(NumberedFrames.small(sender, number)).status();
                  if (status == SendResult.Status.ACCEPTED) {
                    number++;
                    underWay.countDown();
                  }
                }
                accepted.complete(number);
              },
              "sender " + s)
          .start();
    }
    assertTrue(underWay.await(timeout().toMillis(), TimeUnit.MILLISECONDS));
    subject.transport().close();

    int total = 0;
    for (CompletableFuture<Integer> accepted : senders) {
      total += await(accepted);
    }
    subject.heard().awaitClosed(timeout());
    List<Frame> frames = received(harness, total);
    for (int s = 0; s < SENDERS; s++) {
      NumberedFrames.assertComplete(s, await(senders.get(s)), frames);
    }
  }

  @Test
  void takesNothingAndSaysSoAfterClose() throws Exception {
    Subject subject = opened(harness());

    subject.transport().close();
    assertSame(SendResult.CLOSED, subject.transport().send(NumberedFrames.small(0, 0)));
    assertFalse(subject.transport().isWritable());
    subject.heard().awaitClosed(timeout());

    assertSame(SendResult.CLOSED, subject.transport().send(NumberedFrames.small(0, 0)));
    subject.transport().reconnect("by a test");
    subject.transport().close();
    settle(subject);
    assertEquals(1, subject.heard().events(Closed.class).size());
    assertEquals(TransportState.CLOSED, subject.transport().state());
    assertEquals(0, subject.transport().stats().queuedBytes());
  }

  @Test
  void closesOnceHoweverOftenItIsAskedTo() throws Exception {
    Subject subject = opened(harness());

    subject.transport().close();
    subject.transport().close();
    CloseReason reason = subject.heard().awaitClosed(timeout());
    subject.transport().close();
    settle(subject);

    assertEquals(CloseReason.Code.LOCAL_CLOSE, reason.code());
    assertEquals(1, subject.heard().events(Closed.class).size());
  }

  @Test
  void reportsOnlyTheEndWhenClosedBeforeItWasStarted() throws Exception {
    Subject subject = created(harness());

    subject.transport().close();
    assertSame(SendResult.CLOSED, subject.transport().send(NumberedFrames.small(0, 0)));
    subject.start();
    subject.heard().awaitClosed(timeout());
    settle(subject);

    assertEquals(1, subject.heard().events().size());
  }

  @Test
  void leavesNothingBehindWhenClosedWithoutEverBeingStarted() throws Exception {
    Subject subject = created(harness());

    subject.transport().close();

    assertSame(SendResult.CLOSED, subject.transport().send(NumberedFrames.small(0, 0)));
    settle(subject);
    assertEquals(List.of(), subject.heard().events());
  }

  @Test
  void endsAtOnceWhenClosedWhileItConnects() throws Exception {
    Subject subject = created(harness());

    subject.start();
    subject.transport().close();

    assertEquals(CloseReason.Code.LOCAL_CLOSE, subject.heard().awaitClosed(timeout()).code());
  }

  @Test
  void canBeClosedFromInsideOnOpen() throws Exception {
    Subject subject = created(harness());
    subject.hooks().onOpen = subject.transport()::close;

    subject.start();

    assertEquals(CloseReason.Code.LOCAL_CLOSE, subject.heard().awaitClosed(timeout()).code());
  }

  @Test
  void canBeClosedFromInsideOnFrame() throws Exception {
    TransportHarness harness = harness();
    Subject subject = opened(harness);
    subject.hooks().onFrame = subject.transport()::close;

    harness.otherSide().send(NumberedFrames.small(1, 0), timeout());

    assertEquals(CloseReason.Code.LOCAL_CLOSE, subject.heard().awaitClosed(timeout()).code());
  }

  @Test
  void canBeClosedFromInsideOnClosed() throws Exception {
    Subject subject = opened(harness());
    subject.hooks().onClosed = subject.transport()::close;

    subject.transport().close();

    subject.heard().awaitClosed(timeout());
    settle(subject);
    assertEquals(1, subject.heard().events(Closed.class).size());
  }

  @Test
  void canBeClosedWhileTheOtherSideDoesNotRead() throws Exception {
    assumeTrue(pushesBack(), "the receiver cannot slow the sender down");
    TransportHarness harness = harness();
    Subject subject =
        subject(
            context ->
                harness.create(
                    options().toBuilder().drainTimeout(Duration.ofMillis(100)).build(), context));
    subject.start();
    subject.heard().awaitOpen(timeout());
    harness.otherSide().awaitConnections(1, timeout());
    harness.otherSide().pauseReading();
    fill(subject);

    subject.transport().close();

    assertEquals(CloseReason.Code.LOCAL_CLOSE, subject.heard().awaitClosed(timeout()).code());
    harness.otherSide().resumeReading();
    harness.otherSide().awaitDisconnected(timeout());
  }

  // Losing the connection.

  @Test
  void endsWithTheReasonWhenTheConnectionIsLostAndItMayNotReconnect() throws Exception {
    TransportHarness harness = harness();
    Subject subject =
        subject(context -> harness.create(options().toBuilder().reconnect(false).build(), context));
    subject.start();
    subject.heard().awaitOpen(timeout());
    harness.otherSide().awaitConnections(1, timeout());

    harness.otherSide().loseConnection();

    CloseReason reason = subject.heard().awaitClosed(timeout());
    assertTrue(reason.code().retryable(), reason::toString);
    assertFalse(reason.message().isBlank());
    assertSame(SendResult.CLOSED, subject.transport().send(NumberedFrames.small(0, 0)));
  }

  @Test
  void endsWithTheReasonWhenTheOtherSideClosesAndItMayNotReconnect() throws Exception {
    TransportHarness harness = harness();
    Subject subject =
        subject(context -> harness.create(options().toBuilder().reconnect(false).build(), context));
    subject.start();
    subject.heard().awaitOpen(timeout());
    harness.otherSide().awaitConnections(1, timeout());
    harness.otherSide().send(NumberedFrames.small(1, 0), timeout());

    harness.otherSide().closeConnection();

    CloseReason reason = subject.heard().awaitClosed(timeout());
    assertTrue(reason.code().retryable(), reason::toString);
    // What the other side sent before it closed arrives before the end.
    NumberedFrames.assertComplete(1, 1, subject.heard().frames());
  }

  @Test
  void connectsAgainAfterALossAndCarriesFrames() throws Exception {
    assumeTrue(reconnects(), "connects once");
    TransportHarness harness = harness();
    Subject subject = opened(harness);

    for (int round = 1; round <= 3; round++) {
      harness.otherSide().loseConnection();
      subject.heard().awaitOpens(round + 1, timeout());
      harness.otherSide().awaitConnections(round + 1, timeout());
      assertAccepted(subject.send(NumberedFrames.small(0, round - 1), timeout()));
      harness.otherSide().send(NumberedFrames.small(1, round - 1), timeout());
      NumberedFrames.assertComplete(0, round, received(harness, round));
      NumberedFrames.assertComplete(1, round, subject.heard().awaitFrames(round, timeout()));
    }

    // Counted from 1 since the last success.
    assertEquals(
        3,
        subject.heard().events(Interrupted.class).stream()
            .filter(interrupted -> interrupted.attempt() == 1)
            .count());
    assertEquals(4, subject.transport().stats().connects());
  }

  @Test
  void connectsAgainWhenTheOtherSideCloses() throws Exception {
    assumeTrue(reconnects(), "connects once");
    TransportHarness harness = harness();
    Subject subject = opened(harness);

    harness.otherSide().closeConnection();

    subject.heard().awaitInterrupted(timeout());
    subject.heard().awaitOpens(2, timeout());
  }

  @Test
  void connectsAfreshWhenAskedTo() throws Exception {
    assumeTrue(reconnects(), "connects once");
    TransportHarness harness = harness();
    Subject subject = opened(harness);

    subject.transport().reconnect("by a test");

    Interrupted interrupted = subject.heard().awaitInterrupted(timeout());
    assertEquals(CloseReason.Code.RECONNECT_REQUESTED, interrupted.reason().code());
    subject.heard().awaitOpens(2, timeout());
    harness.otherSide().awaitConnections(2, timeout());
    assertAccepted(subject.send(NumberedFrames.small(0, 0), timeout()));
    NumberedFrames.assertComplete(0, 1, received(harness, 1));
  }

  @Test
  void closesForGoodWhenAskedToReconnectButServesOneConnection() throws Exception {
    assumeTrue(!reconnects(), "connects again");
    Subject subject = opened(harness());

    subject.transport().reconnect("by a test");

    assertEquals(
        CloseReason.Code.RECONNECT_REQUESTED, subject.heard().awaitClosed(timeout()).code());
  }

  @Test
  void repeatsAndReordersNothingWhenTheConnectionIsLostAmidTraffic() throws Exception {
    TransportHarness harness = harness();
    Subject subject = opened(harness);
    int number = 0;
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 500; i++) {
        if (subject.transport().send(NumberedFrames.small(0, number)).isAccepted()) {
          number++;
        }
        if (i == 250) {
          harness.otherSide().loseConnection();
        }
      }
      if (!reconnects()) {
        break;
      }
      subject.heard().awaitOpens(round + 2, timeout());
      harness.otherSide().awaitConnections(round + 2, timeout());
    }
    if (reconnects()) {
      // The last frame marks the end of what may still come.
      assertAccepted(subject.send(NumberedFrames.small(0, number), timeout()));
      int last = number;
      harness
          .otherSide()
          .received()
          .await(Frame.class, frame -> NumberedFrames.number(frame) == last, timeout());
    } else {
      subject.heard().awaitClosed(timeout());
      harness.otherSide().awaitDisconnected(timeout());
    }

    int before = -1;
    for (Frame frame : harness.otherSide().received().events()) {
      int next = NumberedFrames.number(frame);
      assertTrue(next > before, () -> "frame " + next + " came again or too late");
      before = next;
    }
  }

  @Test
  void canBeClosedFromInsideOnInterrupted() throws Exception {
    assumeTrue(reconnects(), "connects once");
    TransportHarness harness = harness();
    Subject subject = opened(harness);
    subject.hooks().onInterrupted = subject.transport()::close;

    harness.otherSide().loseConnection();

    assertEquals(CloseReason.Code.LOCAL_CLOSE, subject.heard().awaitClosed(timeout()).code());
  }

  // Helpers.

  /** Something that makes a transport and may fail. */
  interface Maker {
    to.clasp.transport.Transport make(TransportContext context) throws Exception;
  }

  final TransportHarness harness() throws Exception {
    TransportHarness harness = openHarness();
    harnesses.add(harness);
    return harness;
  }

  final Subject subject(Maker maker) throws Exception {
    ThreadEventLoop loop = ThreadEventLoop.start("loop under test " + subjects.size());
    try {
      Subject subject =
          new Subject(
              maker.make(new TransportContext(loop, new SplittableRandom(subjects.size()))), loop);
      subjects.add(subject);
      return subject;
    } catch (Exception | AssertionError e) {
      loop.close();
      throw e;
    }
  }

  final Subject created(TransportHarness harness) throws Exception {
    return subject(context -> harness.create(options(), context));
  }

  final Subject opened(TransportHarness harness) throws Exception {
    Subject subject = created(harness);
    subject.start();
    subject.heard().awaitOpen(timeout());
    harness.otherSide().awaitConnections(1, timeout());
    return subject;
  }

  /** Opened, and held up by its listener from the first frame on until the latch is released. */
  private Subject stalled(TransportHarness harness, CountDownLatch stall) throws Exception {
    Subject subject = created(harness);
    subject.hooks().onFrame = () -> awaitUninterruptibly(stall);
    subject.start();
    subject.heard().awaitOpen(timeout());
    harness.otherSide().awaitConnections(1, timeout());
    return subject;
  }

  /** Sends until there is no room; returns how many frames were accepted. */
  private static int fill(Subject subject) {
    int accepted = 0;
    SendResult result = subject.transport().send(NumberedFrames.small(0, 0));
    while (result.isAccepted()) {
      accepted++;
      if (accepted == 10_000_000) {
        fail("the transport took " + accepted + " frames that nobody reads");
      }
      result = subject.transport().send(NumberedFrames.small(0, accepted));
    }
    assertSame(SendResult.BUFFER_FULL, result);
    return accepted;
  }

  final List<Frame> received(TransportHarness harness, int count) {
    return harness.otherSide().received().await(Frame.class, count, timeout());
  }

  /** Waits until the loop has run what was handed to it so far. */
  final void settle(Subject subject) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    subject.loop().execute(() -> done.complete(null));
    await(done);
  }

  final <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(timeout().toMillis(), TimeUnit.MILLISECONDS).join();
  }

  static void assertAccepted(SendResult result) {
    assertTrue(result.isAccepted(), () -> "the frame was not accepted: " + result);
  }

  private void awaitUninterruptibly(CountDownLatch latch) {
    try {
      if (!latch.await(timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the test did not let its listener go");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
