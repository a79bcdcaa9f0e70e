package to.clasp.hybrid.link;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The one lock of a link. Senders hold it while they hand frames over, so that frames keep their
 * order; the loop holds it while it changes the state. Whoever is called under it must not take a
 * lock under which the link is called.
 */
final class LinkLock {

  private final ReentrantLock lock = new ReentrantLock();

  /** The loop only. */
  private final Steps steps = new Steps();

  <T> T get(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }

  void run(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  /** On the loop: what the action leaves to be done is done after unlocking. */
  void runThenSteps(Consumer<Steps> action) {
    getThenSteps(
        left -> {
          action.accept(left);
          return true;
        });
  }

  /** On the loop: as {@link #runThenSteps}, with a result. */
  <T> T getThenSteps(Function<Steps, T> action) {
    T result;
    lock.lock();
    try {
      result = action.apply(steps);
    } finally {
      lock.unlock();
    }
    steps.run();
    return result;
  }
}
