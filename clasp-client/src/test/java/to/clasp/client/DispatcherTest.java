package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.RecordingClientListener.Writable;
import to.clasp.testkit.contract.LeakCheck;
import to.clasp.testkit.record.Recorder;

class DispatcherTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final LeakCheck leaks = LeakCheck.begin();
  private final RecordingClientListener listener = new RecordingClientListener();
  private final Recorder<Object> handled = new Recorder<>();
  private @Nullable Dispatcher dispatcher;

  @AfterEach
  void leavesNoThreads() {
    if (dispatcher != null) {
      dispatcher.abandon();
    }
    leaks.assertNoThreads(TIMEOUT);
  }

  private Dispatcher pool(int threads) {
    Dispatcher pool = new Dispatcher("test", null, threads, listener);
    dispatcher = pool;
    return pool;
  }

  private static <T> SerialQueue<T> queue(Dispatcher dispatcher, Consumer<T> handler) {
    return dispatcher.queue(Runnable::run, 100, (waiting, newer) -> false, handler);
  }

  @Test
  void startsNoThreadBeforeItIsNeeded() {
    Dispatcher pool = pool(4);

    leaks.assertNoThreads(Duration.ofMillis(1));
    assertThat(pool.isInCallback()).isFalse();
  }

  @Test
  void oneThreadDoesAllAsLongAsItKeepsUp() {
    Dispatcher pool = pool(4);
    Set<String> threads = ConcurrentHashMap.newKeySet();
    SerialQueue<Integer> queue =
        queue(
            pool,
            item -> {
              threads.add(Thread.currentThread().getName());
              handled.record(item);
            });
    for (int i = 0; i < 20; i++) {
      queue.offer(i);
      handled.await(Integer.class, TIMEOUT);
      awaitAllWithoutWork();
    }

    assertThat(threads).containsExactly("clasp-dispatch-test-1");
  }

  /** A thread that has just handled something is not without work yet. */
  private static void awaitAllWithoutWork() {
    while (Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().startsWith("clasp-dispatch-test-"))
        .anyMatch(thread -> !waitsForWork(thread.getValue()))) {
      Thread.onSpinWait();
    }
  }

  private static boolean waitsForWork(StackTraceElement[] stack) {
    return Stream.of(stack)
        .anyMatch(frame -> frame.getClassName().equals(LinkedBlockingQueue.class.getName()));
  }

  @Test
  void aStalledQueueDoesNotHoldUpTheOthers() throws InterruptedException {
    Dispatcher pool = pool(4);
    CountDownLatch stall = new CountDownLatch(1);
    for (int i = 0; i < 3; i++) {
      queue(pool, item -> await(stall)).offer("stalls");
    }

    queue(pool, handled::record).offer("goes on");

    handled.await(String.class, TIMEOUT);
    stall.countDown();
    pool.shutDown();
    assertThat(pool.awaitEnd(TIMEOUT)).isTrue();
  }

  @Test
  void tellsTheListenerInOrderAndSurvivesIt() {
    AtomicBoolean threw = new AtomicBoolean();
    Dispatcher pool = pool(2);
    pool.event(
        ignored -> {
          threw.set(true);
          throw new IllegalStateException("by a test");
        });
    pool.event(ClientListener::onWritable);

    listener.await(Writable.class, TIMEOUT);
    assertThat(threw).isTrue();
  }

  @Test
  void knowsItsOwnCallbacks() {
    Dispatcher pool = pool(1);
    queue(pool, item -> handled.record(pool.isInCallback())).offer(1);

    assertThat(handled.await(Boolean.class, TIMEOUT)).isTrue();
    assertThat(pool.isInCallback()).isFalse();
  }

  @Test
  void letsWhatIsQueuedRunWhenItShutsDown() throws Exception {
    Dispatcher pool = pool(1);
    CyclicBarrier barrier = new CyclicBarrier(2);
    SerialQueue<Integer> queue =
        pool.queue(
            Runnable::run,
            1_000,
            (waiting, newer) -> false,
            item -> {
              if (item == 0) {
                meet(barrier);
                meet(barrier);
              }
              handled.record(item);
            });
    for (int i = 0; i < 600; i++) {
      queue.offer(i);
    }
    meet(barrier);
    pool.shutDown();
    meet(barrier);

    assertThat(pool.awaitEnd(TIMEOUT)).isTrue();
    assertThat(handled.events()).hasSize(600);
  }

  @Test
  void interruptsWhatDoesNotEndAndRunsNothingMore() throws InterruptedException {
    Dispatcher pool = pool(1);
    CountDownLatch entered = new CountDownLatch(1);
    SerialQueue<Integer> queue =
        queue(
            pool,
            item -> {
              entered.countDown();
              await(new CountDownLatch(1));
              handled.record(item);
            });
    queue.offer(1);
    queue.offer(2);
    entered.await();
    pool.shutDown();
    assertThat(pool.awaitEnd(Duration.ofMillis(10))).isFalse();

    pool.abandon();

    assertThat(pool.awaitEnd(TIMEOUT)).isTrue();
    assertThat(handled.events()).containsExactly(1);
  }

  @Test
  void anExecutorThatIsGivenIsNotShutDown() throws InterruptedException {
    AtomicBoolean refusing = new AtomicBoolean();
    Dispatcher given =
        new Dispatcher(
            "test",
            task -> {
              if (refusing.get()) {
                throw new RejectedExecutionException("by a test");
              }
              task.run();
            },
            1,
            listener);
    SerialQueue<Integer> queue = queue(given, handled::record);
    refusing.set(true);
    queue.offer(1);
    assertThat(handled.events()).isEmpty();

    refusing.set(false);
    given.shutDown();
    queue.offer(2);

    assertThat(given.awaitEnd(Duration.ZERO)).isTrue();
    assertThat(handled.events()).containsExactly(1, 2);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
