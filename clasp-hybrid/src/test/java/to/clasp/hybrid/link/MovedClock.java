package to.clasp.hybrid.link;

import java.time.Duration;
import java.time.Instant;
import to.clasp.transport.loop.EventLoop;

/** A loop whose wall clock somebody has set to another time. */
record MovedClock(EventLoop loop, Duration by) implements EventLoop {

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return loop.schedule(delay, task);
  }

  @Override
  public boolean inLoop() {
    return loop.inLoop();
  }

  @Override
  public long nanoTime() {
    return loop.nanoTime();
  }

  @Override
  public Instant now() {
    return loop.now().plus(by);
  }

  @Override
  public void close() {
    loop.close();
  }
}
