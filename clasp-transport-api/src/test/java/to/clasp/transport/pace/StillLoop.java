package to.clasp.transport.pace;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;

/** The least event loop that stands still between calls of {@link #advance}. One thread only. */
final class StillLoop implements EventLoop {

  private record Due(long at, long number, Runnable task) {}

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Due> timers = new ArrayList<>();
  private long nanos;
  private long numbers;

  void advance(Duration time) {
    long target = nanos + time.toNanos();
    Runnable next = next(target);
    while (next != null) {
      next.run();
      next = next(target);
    }
    nanos = target;
  }

  void runPending() {
    advance(Duration.ZERO);
  }

  int timers() {
    return timers.size();
  }

  private @Nullable Runnable next(long target) {
    if (!tasks.isEmpty()) {
      return tasks.poll();
    }
    Due due =
        timers.stream()
            .min(Comparator.comparingLong(Due::at).thenComparingLong(Due::number))
            .orElse(null);
    if (due == null || due.at() > target) {
      return null;
    }
    timers.remove(due);
    nanos = Math.max(nanos, due.at());
    return due.task();
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(Objects.requireNonNull(task));
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Due due = new Due(nanos + Math.max(0, delay.toNanos()), numbers++, task);
    timers.add(due);
    return () -> timers.remove(due);
  }

  @Override
  public boolean inLoop() {
    return true;
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public Instant now() {
    return Instant.EPOCH.plusNanos(nanos);
  }

  @Override
  public void close() {
    tasks.clear();
    timers.clear();
  }
}
