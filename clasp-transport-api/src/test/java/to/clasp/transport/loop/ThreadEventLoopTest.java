package to.clasp.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadEventLoopTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ThreadEventLoop loop = ThreadEventLoop.start("loop under test");

  @AfterEach
  void stop() throws InterruptedException {
    loop.close();
    assertThat(loop.awaitStopped(TIMEOUT)).isTrue();
  }

  @Test
  void runsTasksOnItsOwnNamedThreadThatIsNoDaemon() {
    Thread thread = await(call(Thread::currentThread));

    assertThat(thread.getName()).isEqualTo("loop under test");
    assertThat(thread.isDaemon()).isFalse();
    assertThat(await(call(loop::inLoop))).isTrue();
    assertThat(loop.inLoop()).isFalse();
  }

  @Test
  void runsTasksInTheOrderHandedOverByEachOfManyThreads() throws InterruptedException {
    int threads = 8;
    int perThread = 5_000;
    List<List<Integer>> seen = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(threads * perThread);
    List<Thread> senders = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      // Plain lists: the loop is the only one to touch them, and the latch publishes them.
      List<Integer> mine = new ArrayList<>();
      seen.add(mine);
      Thread sender =
          new Thread(
              () -> {
                for (int i = 0; i < perThread; i++) {
                  int number = i;
                  loop.execute(
                      () -> {
                        mine.add(number);
                        done.countDown();
                      });
                }
              });
      senders.add(sender);
      sender.start();
    }
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    for (Thread sender : senders) {
      sender.join();
    }

    assertThat(seen)
        .allSatisfy(
            mine -> assertThat(mine).hasSize(perThread).isSortedAccordingTo(Integer::compare));
  }

  @Test
  void neverRunsATaskWithinTheCallThatHandsItOver() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> inner = new CompletableFuture<>();

    await(
        call(
            () -> {
              loop.execute(
                  () -> {
                    order.add("inner");
                    inner.complete(null);
                  });
              order.add("outer");
              return true;
            }));
    await(inner);

    assertThat(order).containsExactly("outer", "inner");
  }

  @Test
  void goesOnAfterATaskThatThrows() {
    loop.execute(
        () -> {
          throw new IllegalStateException("thrown by a test on purpose");
        });
    loop.execute(
        () -> {
          throw new AssertionError("thrown by a test on purpose");
        });

    assertThat(await(call(() -> "still here"))).isEqualTo("still here");
  }

  @Test
  void goesOnAfterATaskThatInterruptsItsThread() {
    loop.execute(() -> Thread.currentThread().interrupt());
    loop.schedule(Duration.ofMillis(1), () -> {});

    assertThat(await(call(() -> "still here"))).isEqualTo("still here");
  }

  @Test
  void firesTimersInTheOrderOfTheirTimesAndNeverEarly() throws InterruptedException {
    BlockingQueue<String> fired = new LinkedBlockingQueue<>();
    long start = loop.nanoTime();
    CompletableFuture<Long> late = new CompletableFuture<>();
    loop.schedule(
        Duration.ofMillis(40),
        () -> {
          late.complete(loop.nanoTime() - start);
          fired.add("40");
        });
    loop.schedule(Duration.ofMillis(10), () -> fired.add("10"));
    loop.schedule(Duration.ofMillis(20), () -> fired.add("20 a"));
    loop.schedule(Duration.ofMillis(-5), () -> fired.add("at once"));

    List<String> order = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      order.add(fired.poll(10, TimeUnit.SECONDS));
    }

    assertThat(order).containsExactly("at once", "10", "20 a", "40");
    assertThat(await(late)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(40));
  }

  @Test
  void firesAnEarlierTimerThatIsSetWhileTheLoopWaitsForALaterOne() throws InterruptedException {
    loop.schedule(Duration.ofDays(1), () -> {});
    // The loop has had the chance to fall asleep for a day.
    await(call(() -> true));
    CountDownLatch fired = new CountDownLatch(1);

    loop.schedule(Duration.ofMillis(1), fired::countDown);

    assertThat(fired.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void doesNotRunACancelledTimer() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch after = new CountDownLatch(1);
    // The loop is held, or the timer could run before it is cancelled.
    CountDownLatch go = new CountDownLatch(1);
    loop.execute(() -> awaitUninterruptibly(go));
    EventLoop.Timer cancelled = loop.schedule(Duration.ofMillis(5), runs::incrementAndGet);
    loop.schedule(Duration.ofMillis(10), after::countDown);

    cancelled.cancel();
    cancelled.cancel();
    go.countDown();

    assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(runs).hasValue(0);
  }

  @Test
  void takesTheLongestDelayThereIs() {
    loop.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> {}).cancel();

    assertThat(await(call(() -> true))).isTrue();
  }

  @Test
  void runsWhatCameBeforeCloseAndDropsWhatComesAfterAndTimers() throws InterruptedException {
    List<String> ran = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch go = new CountDownLatch(1);
    loop.execute(() -> awaitUninterruptibly(go));
    loop.execute(() -> ran.add("before"));
    loop.execute(() -> loop.execute(() -> ran.add("from inside, after")));
    loop.schedule(Duration.ZERO, () -> ran.add("timer"));

    loop.close();
    loop.close();
    loop.execute(() -> ran.add("after"));
    loop.schedule(Duration.ZERO, () -> ran.add("timer after"));
    go.countDown();

    assertThat(loop.awaitStopped(TIMEOUT)).isTrue();
    assertThat(ran).containsExactly("before");
  }

  @Test
  void canBeClosedByATaskOfItsOwn() throws InterruptedException {
    loop.execute(loop::close);

    assertThat(loop.awaitStopped(TIMEOUT)).isTrue();
  }

  @Test
  void refusesToWaitForItselfInsideATask() {
    CompletableFuture<Boolean> result =
        call(
            () -> {
              assertThatThrownBy(() -> loop.awaitStopped(TIMEOUT))
                  .isInstanceOf(IllegalStateException.class);
              return true;
            });

    assertThat(await(result)).isTrue();
  }

  private interface Call<T> {
    T run() throws Exception;
  }

  private <T> CompletableFuture<T> call(Call<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            result.complete(call.run());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
