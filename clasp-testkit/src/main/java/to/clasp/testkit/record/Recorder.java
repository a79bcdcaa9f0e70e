package to.clasp.testkit.record;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Keeps what happened, in order, and lets tests wait for it without sleeping. Safe for use by any
 * thread.
 *
 * @param <E> what happens
 */
public class Recorder<E> {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<E> events = new ArrayList<>();

  /** Makes an empty recorder. */
  public Recorder() {}

  /**
   * Adds an event and wakes those that wait.
   *
   * @param event what happened
   */
  public final void record(E event) {
    lock.lock();
    try {
      events.add(event);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns all events so far.
   *
   * @return a copy, in order
   */
  public final List<E> events() {
    lock.lock();
    try {
      return List.copyOf(events);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the events of one kind.
   *
   * @param <T> the kind
   * @param kind the kind
   * @return a copy, in order
   */
  public final <T> List<T> events(Class<T> kind) {
    return events().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Forgets all events so far. */
  public final void clear() {
    lock.lock();
    try {
      events.clear();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until an event of one kind has been recorded, now or before.
   *
   * @param <T> the kind
   * @param kind the kind
   * @param timeout how long to wait at most
   * @return the first such event
   * @throws AssertionError if the time runs out; it lists what was recorded
   */
  public final <T> T await(Class<T> kind, Duration timeout) {
    return await(kind, event -> true, timeout);
  }

  /**
   * Waits until an event of one kind that meets a condition has been recorded, now or before.
   *
   * @param <T> the kind
   * @param kind the kind
   * @param condition what it must meet
   * @param timeout how long to wait at most
   * @return the first such event
   * @throws AssertionError if the time runs out; it lists what was recorded
   */
  public final <T> T await(Class<T> kind, Predicate<? super T> condition, Duration timeout) {
    int[] seen = {0};
    List<T> found = new ArrayList<>(1);
    awaitThat(
        kind.getSimpleName() + " that meets the condition",
        timeout,
        all -> {
          // Each event is looked at once, however often the waiter wakes.
          for (; seen[0] < all.size() && found.isEmpty(); seen[0]++) {
            E event = all.get(seen[0]);
            if (kind.isInstance(event) && condition.test(kind.cast(event))) {
              found.add(kind.cast(event));
            }
          }
          return !found.isEmpty();
        });
    return found.get(0);
  }

  /**
   * Waits until there are as many events of one kind.
   *
   * @param <T> the kind
   * @param kind the kind
   * @param count how many
   * @param timeout how long to wait at most
   * @return all of them, at least as many as asked for
   * @throws AssertionError if the time runs out; it lists what was recorded
   */
  public final <T> List<T> await(Class<T> kind, int count, Duration timeout) {
    int[] seen = {0};
    int[] found = {0};
    awaitThat(
        count + " of " + kind.getSimpleName(),
        timeout,
        all -> {
          for (; seen[0] < all.size(); seen[0]++) {
            if (kind.isInstance(all.get(seen[0]))) {
              found[0]++;
            }
          }
          return found[0] >= count;
        });
    return events(kind);
  }

  /**
   * Waits until the events meet a condition. It is asked under a lock, at each new event; it must
   * not keep the list.
   *
   * @param what names the condition in the message
   * @param timeout how long to wait at most
   * @param condition sees all events so far
   * @throws AssertionError if the time runs out; it lists what was recorded
   */
  public final void awaitThat(String what, Duration timeout, Predicate<? super List<E>> condition) {
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (!condition.test(events)) {
        if (left <= 0) {
          throw new AssertionError(
              "no " + what + " within " + timeout.toMillis() + " ms; there was " + summary());
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Wakes those that wait, though nothing was recorded: something else that they ask for changed.
   */
  protected final void touch() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private String summary() {
    if (events.isEmpty()) {
      return "nothing";
    }
    int from = Math.max(0, events.size() - 20);
    return (from == 0 ? "" : from + " events, then ") + events.subList(from, events.size());
  }
}
