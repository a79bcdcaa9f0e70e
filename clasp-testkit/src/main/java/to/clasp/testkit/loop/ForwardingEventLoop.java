package to.clasp.testkit.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import to.clasp.transport.loop.EventLoop;

/** Hands every call on to another loop. For decorators, which override what they change. */
public abstract class ForwardingEventLoop implements EventLoop {

  private final EventLoop loop;

  /**
   * Decorates a loop.
   *
   * @param loop gets the calls
   */
  protected ForwardingEventLoop(EventLoop loop) {
    this.loop = Objects.requireNonNull(loop, "loop");
  }

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
    return loop.now();
  }

  @Override
  public void close() {
    loop.close();
  }
}
