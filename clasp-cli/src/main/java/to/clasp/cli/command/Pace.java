package to.clasp.cli.command;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets one thread go on so many times a second; time that it did not use is not made up for. */
final class Pace implements AutoCloseable {

  private final Semaphore due = new Semaphore(0);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "clasp-pace"));

  Pace(int perSecond) {
    var unused =
        timer.scheduleAtFixedRate(
            this::tick, 0, TimeUnit.SECONDS.toNanos(1) / perSecond, TimeUnit.NANOSECONDS);
  }

  private void tick() {
    if (due.availablePermits() == 0) {
      due.release();
    }
  }

  void await() throws InterruptedException {
    due.acquire();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
