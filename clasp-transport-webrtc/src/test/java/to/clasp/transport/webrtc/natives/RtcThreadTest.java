package to.clasp.transport.webrtc.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RtcThreadTest {

  private static final long TIMEOUT_SECONDS = 20;

  private final RtcThread rtc = new RtcThread(Duration.ofMillis(100));

  @Test
  void runsTasksInOrderOnOneDaemonThread() throws Exception {
    List<Integer> order = new ArrayList<>();
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      rtc.execute(
          () -> {
            rtc.checkCurrent();
            thread.complete(Thread.currentThread());
            assertThat(Thread.currentThread()).isSameAs(thread.join());
            order.add(number);
          });
    }
    List<Integer> ran = get(rtc.submit(() -> List.copyOf(order)));

    assertThat(ran).hasSize(100).isSorted();
    assertThat(get(thread).isDaemon()).isTrue();
  }

  @Test
  void taskThatThrowsHarmsNoOther() throws Exception {
    rtc.execute(
        () -> {
          throw new IllegalStateException("thrown on purpose");
        });
    rtc.execute(
        () -> {
          throw new LinkageError("thrown on purpose");
        });

    assertThat(get(rtc.submit(() -> "ran"))).isEqualTo("ran");
  }

  @Test
  void resultOfATaskThatThrowsIsItsException() {
    CompletableFuture<Object> result =
        rtc.submit(
            () -> {
              throw new LinkageError("thrown on purpose");
            });

    assertThatThrownBy(() -> get(result)).hasRootCauseInstanceOf(LinkageError.class);
  }

  @Test
  void otherThreadsAreToldApart() {
    assertThat(rtc.isCurrent()).isFalse();
    assertThatThrownBy(rtc::checkCurrent)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Thread.currentThread().getName());
    assertThatThrownBy(() -> rtc.end("nothing", () -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void callThatComesBackInTimeIsEnded() throws Exception {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    boolean ended =
        get(rtc.submit(() -> rtc.end("a call", () -> ran.complete(Thread.currentThread()))));

    assertThat(ended).isTrue();
    assertThat(get(ran).getName()).as("a thread that can be given up").isEqualTo("clasp-rtc-end");
    assertThat(rtc.hungCalls()).isZero();
  }

  @Test
  void callThatThrowsIsEnded() throws Exception {
    boolean ended =
        get(
            rtc.submit(
                () ->
                    rtc.end(
                        "a call",
                        () -> {
                          throw new LinkageError("thrown on purpose");
                        })));

    assertThat(ended).isTrue();
    assertThat(get(rtc.submit(() -> "alive"))).isEqualTo("alive");
  }

  @Test
  void callThatHangsIsGivenUpAndCounted() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    CompletableFuture<Thread> hanging = new CompletableFuture<>();
    boolean ended =
        get(
            rtc.submit(
                () ->
                    rtc.end(
                        "a call",
                        () -> {
                          hanging.complete(Thread.currentThread());
                          awaitUninterruptibly(hang);
                        })));

    assertThat(ended).isFalse();
    assertThat(rtc.hungCalls()).isEqualTo(1);
    assertThat(get(rtc.submit(() -> "alive"))).isEqualTo("alive");
    hang.countDown();
    get(hanging).join(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
    assertThat(get(hanging).isAlive()).isFalse();
  }

  @Test
  void interruptDoesNotCutTheWaitShort() throws Exception {
    boolean stillInterrupted =
        get(
            rtc.submit(
                () -> {
                  Thread.currentThread().interrupt();
                  assertThat(rtc.end("a call", () -> {})).isTrue();
                  return Thread.interrupted();
                }));

    assertThat(stillInterrupted).isTrue();
  }

  @Test
  void threadEndsWhenIdleAndStartsAgain() throws Exception {
    Thread first = get(rtc.submit(Thread::currentThread));
    first.join(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
    assertThat(first.isAlive()).isFalse();

    assertThat(get(rtc.submit(rtc::isCurrent))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({", 5000", "100, 100", "60000, 60000", "99, 5000", "60001, 5000", "soon, 5000"})
  void timeoutIsReadFromItsPropertyOrTheDefault(String property, long millis) {
    assertThat(RtcThread.closeTimeout(property)).isEqualTo(Duration.ofMillis(millis));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }
}
