package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerLinkOptions;
import to.clasp.transport.peer.Reliability;

/**
 * What crosses threads: senders, the loop and the thread that drains channels work at once while
 * channels come and go. Each sender's frames arrive once and in order.
 */
class PeerLinkStressTest {

  private static final int SENDERS = 4;
  private static final int MOST_FRAMES = 1_000_000;
  private static final int CHANNELS = 30;
  private static final int FRAMES_PER_CHANNEL = 1_000;

  private final ThreadEventLoop loop = ThreadEventLoop.start("stress");
  private final ExecutorService rtc = Executors.newSingleThreadExecutor();
  private final ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
  private volatile boolean enough;
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() throws InterruptedException {
    senders.shutdownNow();
    rtc.shutdown();
    assertThat(rtc.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    loop.close();
    assertThat(loop.awaitStopped(Duration.ofSeconds(20))).isTrue();
  }

  @RepeatedTest(3)
  void eachSendersFramesArriveOnceAndInOrderWhileChannelsComeAndGo() throws Exception {
    PeerLinkOptions link = PeerLinkOptions.builder().windowFrames(1_000).batchBytes(1_024).build();
    P2POptions options = P2POptions.builder().link(link).build();
    Side from = new Side(options);
    Side to = new Side(options);
    from.other = to;
    to.other = from;
    onLoop(
        () -> {
          from.link.relayIs(true);
          to.link.relayIs(true);
          from.link.greet();
          to.link.greet();
        });
    assertThat(from.established.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(to.established.await(20, TimeUnit.SECONDS)).isTrue();

    List<Future<Integer>> running = new ArrayList<>();
    for (int sender = 0; sender < SENDERS; sender++) {
      int first = sender * MOST_FRAMES;
      running.add(
          senders.submit(
              () -> {
                int sent = 0;
                while (!enough && sent < MOST_FRAMES) {
                  from.send(LinkPair.frame(first + sent));
                  sent++;
                }
                return sent;
              }));
    }
    // Each channel lives until some more frames have arrived, wherever the senders are then.
    for (int i = 0; i < CHANNELS; i++) {
      Channel there = new Channel(from);
      Channel back = new Channel(to);
      there.otherEnd = back;
      back.otherEnd = there;
      onLoop(
          () -> {
            from.link.attach(there);
            to.link.attach(back);
          });
      assertThat(from.direct.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
      to.arrivals.drainPermits();
      assertThat(to.arrivals.tryAcquire(FRAMES_PER_CHANNEL, 20, TimeUnit.SECONDS)).isTrue();
      there.closed = true;
      back.closed = true;
      // No relapse, or each would have to prove itself for longer than the one before.
      CloseReason closed = CloseReason.of(Code.REPLACED, "closed by the test");
      onLoop(
          () -> {
            from.link.detach(there, closed);
            to.link.detach(back, closed);
          });
    }
    enough = true;
    List<Integer> sent = new ArrayList<>();
    for (Future<Integer> one : running) {
      sent.add(one.get(60, TimeUnit.SECONDS));
    }
    CountDownLatch ended = new CountDownLatch(1);
    onLoop(() -> from.link.close(Duration.ofSeconds(30), drained -> ended.countDown()));
    assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    onLoop(() -> to.link.close(Duration.ZERO, drained -> {}));

    assertThat(failures).isEmpty();
    List<List<Integer>> bySender = new ArrayList<>();
    for (int sender = 0; sender < SENDERS; sender++) {
      bySender.add(new ArrayList<>());
    }
    to.received.forEach(number -> bySender.get(number / MOST_FRAMES).add(number % MOST_FRAMES));
    for (int sender = 0; sender < SENDERS; sender++) {
      List<Integer> expected = IntStream.range(0, sent.get(sender)).boxed().toList();
      assertThat(bySender.get(sender).equals(expected)).as("frames of sender %d", sender).isTrue();
    }
    assertThat(from.undelivered.get()).isZero();
    assertThat(to.paths.contains(Path.P2P)).isTrue();
    assertThat(to.paths.contains(Path.ROUTER)).isTrue();
  }

  private void onLoop(Runnable task) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(
        () -> {
          try {
            task.run();
          } catch (Throwable e) {
            failures.add(e);
          } finally {
            done.countDown();
          }
        });
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
  }

  /** Hands messages over on the rtc thread, as a data channel does. */
  private final class Channel implements PeerChannel {
    private final Side from;
    private final AtomicInteger waiting = new AtomicInteger();
    volatile boolean closed;
    @Nullable Channel otherEnd;

    Channel(Side from) {
      this.from = from;
    }

    @Override
    public String label() {
      return "clasp-reliable";
    }

    @Override
    public Reliability reliability() {
      return Reliability.RELIABLE;
    }

    @Override
    public int maxMessageSize() {
      return 65_536;
    }

    @Override
    public long bufferedAmount() {
      return waiting.get();
    }

    @Override
    public boolean isIdle() {
      return !closed && waiting.get() == 0;
    }

    @Override
    public boolean send(byte[] message) {
      if (closed) {
        return false;
      }
      waiting.incrementAndGet();
      rtc.execute(
          () -> {
            loop.execute(
                () -> {
                  if (!closed) {
                    from.other().link.received(message, otherEnd);
                  }
                });
            if (waiting.decrementAndGet() == 0) {
              from.link.drained(this);
            }
          });
      return true;
    }
  }

  private final class Side implements LinkHost {
    final PeerLink link;
    final CountDownLatch established = new CountDownLatch(1);
    final Semaphore arrivals = new Semaphore(0);
    final Semaphore direct = new Semaphore(0);
    final AtomicInteger undelivered = new AtomicInteger();
    private final Semaphore room = new Semaphore(0);

    // The loop only, and the test when it has ended.
    final List<Integer> received = new ArrayList<>();
    final List<Path> paths = new ArrayList<>();
    @Nullable Side other;

    Side(P2POptions options) {
      link = new PeerLink("peer", options, loop, new Random(), this);
    }

    Side other() {
      return Objects.requireNonNull(other);
    }

    /** Waits for room as an application does that heeds back-pressure. */
    void send(Frame frame) throws InterruptedException {
      while (link.send(frame, plain -> SendResult.NOT_CONNECTED) == SendResult.BUFFER_FULL) {
        if (!room.tryAcquire(20, TimeUnit.SECONDS)) {
          throw new AssertionError("no room again: " + link);
        }
      }
    }

    @Override
    public int linkedPeers() {
      return 1;
    }

    @Override
    public boolean relay(byte[] message) {
      loop.execute(() -> other().link.received(message, null));
      return true;
    }

    @Override
    public boolean mayCopy(Frame frame) {
      return false;
    }

    @Override
    public void copy(Frame frame) {
      failures.add(new AssertionError("nothing is copied"));
    }

    @Override
    public void expectCopy(Frame frame) {
      failures.add(new AssertionError("nothing is copied"));
    }

    @Override
    public void deliver(Frame frame, Path path) {
      received.add(LinkPair.numberOf(frame));
      paths.add(path);
      arrivals.release();
    }

    @Override
    public void pathChanged(
        @Nullable Path path, @Nullable PeerChannel channel, @Nullable CloseReason cause) {
      if (path == Path.P2P) {
        direct.release();
      }
    }

    @Override
    public void roomAgain() {
      room.release(SENDERS);
    }

    @Override
    public void trusted(PeerChannel channel) {}

    @Override
    public void doubted(PeerChannel channel, CloseReason cause) {}

    @Override
    public void failed(PeerChannel channel, CloseReason cause) {}

    @Override
    public void restarted() {
      failures.add(new AssertionError("nobody restarts"));
    }

    @Override
    public void undelivered(long frames, CloseReason cause) {
      undelivered.addAndGet((int) frames);
    }

    @Override
    public void missing(long first, long frames) {
      failures.add(new AssertionError(frames + " are missing"));
    }

    @Override
    public void sentDirectly(int frames, long bytes) {}

    @Override
    public void sentAgain(int frames) {}

    @Override
    public void dropped() {
      // What is left on a channel that was closed.
    }

    @Override
    public void stateChanged() {
      if (link.isEstablished()) {
        established.countDown();
      }
    }
  }
}
