package to.clasp.testkit.fault;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import to.clasp.transport.loop.EventLoop;

/**
 * Several faults one after another. Each decision is taken under a lock, so that with one thread
 * and one seed the same happens again.
 */
final class FaultLine<T> {

  private final ReentrantLock lock;
  private final Fault.Next<T> first;

  /** Makes a line; its end is called under the lock too. */
  FaultLine(
      ReentrantLock lock,
      List<? extends Fault<T>> faults,
      RandomGenerator random,
      EventLoop loop,
      Consumer<T> end,
      Consumer<String> disconnect) {
    this.lock = lock;
    Fault.Next<T> next =
        new Fault.Next<>() {
          @Override
          public void pass(T what) {
            locked(() -> end.accept(what));
          }

          @Override
          public void disconnect(String why) {
            disconnect.accept(why);
          }
        };
    for (int i = faults.size() - 1; i >= 0; i--) {
      next = new Step(faults.get(i).at(random, loop), next, disconnect);
    }
    first = next;
  }

  void pass(T what) {
    first.pass(what);
  }

  /** Stages also pass things on from their timers. */
  private void locked(Runnable step) {
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
    }
  }

  private final class Step implements Fault.Next<T> {
    private final Fault.Stage<T> stage;
    private final Fault.Next<T> next;
    private final Consumer<String> disconnect;

    Step(Fault.Stage<T> stage, Fault.Next<T> next, Consumer<String> disconnect) {
      this.stage = stage;
      this.next = next;
      this.disconnect = disconnect;
    }

    @Override
    public void pass(T what) {
      locked(() -> stage.handle(what, next));
    }

    @Override
    public void disconnect(String why) {
      disconnect.accept(why);
    }
  }
}
