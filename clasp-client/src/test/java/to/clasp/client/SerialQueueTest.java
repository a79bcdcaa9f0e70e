package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import to.clasp.client.SerialQueue.Offer;

class SerialQueueTest {

  /** Runs turns when the test says so. */
  private static final class ManualRunner implements SerialQueue.Runner {
    final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    boolean refusing;
    boolean abandoned;

    @Override
    public boolean run(Runnable task) {
      return !refusing && turns.add(task);
    }

    @Override
    public boolean isAbandoned() {
      return abandoned;
    }

    void runAll() {
      while (!turns.isEmpty()) {
        turns.remove().run();
      }
    }
  }

  private final ManualRunner runner = new ManualRunner();
  private final List<Integer> handled = new ArrayList<>();

  private SerialQueue<Integer> queue(int capacity) {
    return new SerialQueue<>(
        runner, Runnable::run, capacity, (waiting, newer) -> false, handled::add);
  }

  @Test
  void handlesItemsInOrder() {
    SerialQueue<Integer> queue = queue(10);
    for (int i = 0; i < 10; i++) {
      assertThat(queue.offer(i)).isEqualTo(Offer.QUEUED);
    }
    assertThat(handled).isEmpty();

    runner.runAll();

    assertThat(handled).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void takesOneTurnAtATime() {
    SerialQueue<Integer> queue = queue(10);

    queue.offer(1);
    queue.offer(2);

    assertThat(runner.turns).hasSize(1);
  }

  @Test
  void leavesTheThreadToOthersAfterAWhile() {
    SerialQueue<Integer> queue = queue(1_000);
    for (int i = 0; i < 600; i++) {
      queue.offer(i);
    }

    runner.turns.remove().run();

    assertThat(handled).hasSize(256);
    assertThat(runner.turns).hasSize(1);
    runner.runAll();
    assertThat(handled).hasSize(600).isSorted();
  }

  @Test
  void refusesTheNewestWhenItIsFullAndNothingGivesWay() {
    SerialQueue<Integer> queue = queue(2);
    queue.offer(1);
    queue.offer(2);

    assertThat(queue.offer(3)).isEqualTo(Offer.FIRST_DROP);
    assertThat(queue.offer(4)).isEqualTo(Offer.DROPPED);

    runner.runAll();
    assertThat(handled).containsExactly(1, 2);
    assertThat(queue.dropped()).isEqualTo(2);
  }

  @Test
  void dropsTheOldestThatGivesWay() {
    SerialQueue<Integer> queue =
        new SerialQueue<>(
            runner, Runnable::run, 3, (waiting, newer) -> waiting % 2 == 0, handled::add);
    queue.offer(1);
    queue.offer(2);
    queue.offer(4);

    assertThat(queue.offer(5)).isEqualTo(Offer.FIRST_DROP);

    runner.runAll();
    assertThat(handled).containsExactly(1, 4, 5);
    assertThat(queue.dropped()).isEqualTo(1);
  }

  @Test
  void tellsOfDropsAgainOnceItHasCaughtUp() {
    SerialQueue<Integer> queue = queue(1);
    queue.offer(1);
    assertThat(queue.offer(2)).isEqualTo(Offer.FIRST_DROP);
    runner.runAll();
    queue.offer(3);

    assertThat(queue.offer(4)).isEqualTo(Offer.FIRST_DROP);
  }

  @Test
  void handlesWhatWaitedOnceTheRunnerTakesTasksAgain() {
    SerialQueue<Integer> queue = queue(10);
    runner.refusing = true;
    queue.offer(1);
    runner.refusing = false;

    queue.offer(2);
    runner.runAll();

    assertThat(handled).containsExactly(1, 2);
  }

  @Test
  void handlesWhatHasArrivedThoughTheRunnerIsShuttingDown() {
    SerialQueue<Integer> queue = queue(1_000);
    for (int i = 0; i < 600; i++) {
      queue.offer(i);
    }
    runner.refusing = true;

    runner.turns.remove().run();

    assertThat(handled).hasSize(600).isSorted();
  }

  @Test
  void handlesNothingMoreOnceAbandoned() {
    SerialQueue<Integer> queue =
        new SerialQueue<>(
            runner,
            Runnable::run,
            10,
            (waiting, newer) -> false,
            item -> {
              handled.add(item);
              runner.abandoned = true;
            });
    queue.offer(1);
    queue.offer(2);

    runner.runAll();

    assertThat(handled).containsExactly(1);
  }

  @Test
  void doesNotLetAnInterruptOfOneItemMeetTheNext() {
    SerialQueue<Integer> queue =
        new SerialQueue<>(
            runner,
            Runnable::run,
            10,
            (waiting, newer) -> false,
            item -> {
              handled.add(item);
              Thread.currentThread().interrupt();
            });
    queue.offer(1);
    queue.offer(2);

    runner.turns.remove().run();

    // The rest is for another turn, before which a pool clears the flag.
    assertThat(Thread.interrupted()).isTrue();
    assertThat(handled).containsExactly(1);
    assertThat(runner.turns).hasSize(1);
  }

  @Test
  void neverHandlesTwoItemsAtOnceHoweverManyThreadsThereAre() throws InterruptedException {
    int count = 20_000;
    ExecutorService pool = Executors.newFixedThreadPool(4);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(count);
    SerialQueue<Integer> queue =
        new SerialQueue<>(
            task -> {
              pool.execute(task);
              return true;
            },
            Runnable::run,
            count,
            (waiting, newer) -> false,
            item -> {
              overlaps.addAndGet(inside.getAndIncrement());
              handled.add(item);
              inside.decrementAndGet();
              done.countDown();
            });
    for (int i = 0; i < count; i++) {
      queue.offer(i);
    }
    done.await();
    pool.shutdown();

    assertThat(overlaps).hasValue(0);
    assertThat(handled).containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
  }

  @Test
  void whatWaitsInABatchCountsForTheBound() {
    List<SerialQueue.Offer> offers = new ArrayList<>();
    AtomicReference<SerialQueue<Integer>> self = new AtomicReference<>();
    SerialQueue<Integer> queue =
        new SerialQueue<>(
            runner,
            Runnable::run,
            16,
            (waiting, newer) -> false,
            item -> {
              handled.add(item);
              if (item == 0) {
                // A batch of two has been taken: one is handled now, one still waits.
                offers.add(Objects.requireNonNull(self.get()).offer(16));
                offers.add(Objects.requireNonNull(self.get()).offer(17));
              }
            });
    self.set(queue);
    IntStream.range(0, 16).forEach(queue::offer);

    runner.runAll();

    assertThat(offers).containsExactly(Offer.QUEUED, Offer.FIRST_DROP);
    assertThat(handled).containsExactlyElementsOf(IntStream.rangeClosed(0, 16).boxed().toList());
  }

  @Test
  void startsOnceForAllThatComeBeforeItsStarterRuns() {
    List<Runnable> starts = new ArrayList<>();
    SerialQueue<Integer> queue =
        new SerialQueue<>(runner, starts::add, 10, (waiting, newer) -> false, handled::add);
    queue.offer(1);
    queue.offer(2);

    assertThat(starts).hasSize(1);
    assertThat(runner.turns).isEmpty();
    starts.get(0).run();
    runner.runAll();
    assertThat(handled).containsExactly(1, 2);
  }

  @Test
  void aCrowdedQueueTellsWhenItIsAQuarterFull() {
    List<Integer> handledWhenRoomAgain = new ArrayList<>();
    SerialQueue<Integer> queue =
        new SerialQueue<>(
            runner,
            Runnable::run,
            8,
            (waiting, newer) -> false,
            handled::add,
            () -> handledWhenRoomAgain.add(handled.size()));
    for (int i = 0; i < 4; i++) {
      queue.offer(i);
      assertThat(queue.isCrowded()).isFalse();
    }
    runner.runAll();
    assertThat(handledWhenRoomAgain).isEmpty();

    for (int i = 0; i < 5; i++) {
      queue.offer(i);
    }
    assertThat(queue.isCrowded()).isTrue();
    runner.runAll();

    // The third item has been taken out, and not been handled yet.
    assertThat(handledWhenRoomAgain).containsExactly(4 + 2);
    assertThat(queue.handled()).isEqualTo(9);
  }
}
