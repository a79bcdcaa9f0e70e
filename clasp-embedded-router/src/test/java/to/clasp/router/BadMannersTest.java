package to.clasp.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.options.BadManner;
import to.clasp.testkit.loop.ForwardingEventLoop;
import to.clasp.transport.loop.ThreadEventLoop;

/** The bad manners that only sockets show; the others are with the tests of the engine. */
class BadMannersTest {

  private static final byte[] NORMAL = ByteBuffer.allocate(2).putShort((short) 1000).array();

  private static EmbeddedRouterBuilder router() {
    return EmbeddedRouter.builder().port(0);
  }

  /** A greeted client that has said that it closes. */
  private static RawClient closing(EmbeddedRouter router) throws IOException {
    RawClient client = new RawClient(router.port());
    client.hello();
    client.next();
    client.next();
    client.send(RawClient.CLOSE, true, NORMAL);
    return client;
  }

  @Test
  void answersAClose() throws Exception {
    try (EmbeddedRouter router = router().start();
        RawClient client = closing(router)) {
      assertThat(client.awaitEnd()).isEqualTo(1000);
    }
  }

  @Test
  void closesWithoutAnAnswer() throws Exception {
    try (EmbeddedRouter router = router().with(BadManner.CLOSES_WITHOUT_ANSWER).start();
        RawClient client = closing(router)) {
      assertThat(client.awaitEnd()).isEqualTo(1006);
    }
  }

  @Test
  void answersACloseLate() throws Exception {
    try (HeldTimers loop = new HeldTimers();
        EmbeddedRouter router =
            router().with(BadManner.ANSWERS_CLOSE_LATE).eventLoop(loop).start();
        RawClient client = closing(router)) {
      Runnable answer = loop.next();
      assertThat(client.hasMore()).isFalse();

      answer.run();

      assertThat(client.awaitEnd()).isEqualTo(1000);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void delaysSmallFrames() throws Exception {
    try (EmbeddedRouter router = router().rateLimit(0).start()) {
      long quick = medianOfEchoAndAck(router);
      router.setManner(BadManner.DELAYS_SMALL_FRAMES, true);
      long slow = medianOfEchoAndAck(router);

      // 40 ms, in which Linux waits with an acknowledgement.
      assertThat(Duration.ofNanos(slow)).isGreaterThan(Duration.ofMillis(30));
      assertThat(Duration.ofNanos(quick)).isLessThan(Duration.ofMillis(30));
    }
  }

  /** The time from a SET to its ACK, which comes behind the echo of the SET. */
  private static long medianOfEchoAndAck(EmbeddedRouter router) throws IOException {
    long[] nanos = new long[31];
    try (RawClient client = new RawClient(router.port())) {
      client.hello();
      client.next();
      client.next();
      client.send(new SubscribeMessage(1, "/a", Set.of(), null));
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        client.send(SetMessage.of("/a", Value.of(i)));
        while (!(client.nextMessage() instanceof AckMessage)) {
          // The snapshot of the subscription, or the echo.
        }
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    return nanos[nanos.length / 2];
  }

  /** A loop that holds what is to run in three seconds, which nothing else in a router is. */
  private static final class HeldTimers extends ForwardingEventLoop {

    private static final Duration HELD = Duration.ofSeconds(3);

    private final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();

    HeldTimers() {
      super(ThreadEventLoop.start("held-timers"));
    }

    Runnable next() throws InterruptedException {
      Runnable task = held.poll(20, TimeUnit.SECONDS);
      assertThat(task).as("a task for later").isNotNull();
      return () -> execute(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      if (delay.equals(HELD)) {
        held.add(task);
        return () -> held.remove(task);
      }
      return super.schedule(delay, task);
    }
  }
}
