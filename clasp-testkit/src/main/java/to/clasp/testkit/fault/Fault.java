package to.clasp.testkit.fault;

import java.util.random.RandomGenerator;
import to.clasp.transport.loop.EventLoop;

/**
 * Something that goes wrong with what passes: frames in one direction, or signals. {@link Faults}
 * makes the usual ones. A fault has no state of its own; each place where it is put to work gets a
 * {@link Stage}.
 *
 * @param <T> what passes
 */
@FunctionalInterface
public interface Fault<T> {

  /**
   * Puts the fault to work in one place.
   *
   * @param random decides when it strikes; calls never overlap
   * @param loop its clock and timers
   * @return its state there
   */
  Stage<T> at(RandomGenerator random, EventLoop loop);

  /**
   * A fault at work. Calls never overlap.
   *
   * @param <T> what passes
   */
  @FunctionalInterface
  interface Stage<T> {

    /**
     * Decides what becomes of what comes: passes it on, once, often or never, now or, on the loop,
     * later.
     *
     * @param what what comes
     * @param next where it goes; may be kept
     */
    void handle(T what, Next<T> next);
  }

  /**
   * What follows a fault.
   *
   * @param <T> what passes
   */
  interface Next<T> {

    /**
     * Passes something on.
     *
     * @param what what to pass on
     */
    void pass(T what);

    /**
     * Breaks the connection.
     *
     * @param why for logs and the reason that the listener hears
     */
    void disconnect(String why);
  }
}
