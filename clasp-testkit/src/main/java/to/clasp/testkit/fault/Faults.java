package to.clasp.testkit.fault;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.MessageType;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.Signal;

/** The usual faults. They can be listed one after another, and put into one another. */
public final class Faults {

  /**
   * How much a fault may hold back in one place; what comes beyond is lost, as in a full router.
   */
  private static final int MAX_HELD = 100_000;

  private Faults() {}

  /**
   * Loses a share of what passes.
   *
   * @param <T> what passes
   * @param probability 0 to 1
   * @return the fault
   */
  public static <T> Fault<T> drop(double probability) {
    check(probability);
    return (random, loop) ->
        (what, next) -> {
          if (random.nextDouble() >= probability) {
            next.pass(what);
          }
        };
  }

  /**
   * Lets a share of what passes arrive twice.
   *
   * @param <T> what passes
   * @param probability 0 to 1
   * @return the fault
   */
  public static <T> Fault<T> duplicate(double probability) {
    check(probability);
    return (random, loop) ->
        (what, next) -> {
          next.pass(what);
          if (random.nextDouble() < probability) {
            next.pass(what);
          }
        };
  }

  /**
   * Delays everything and keeps the order.
   *
   * @param <T> what passes
   * @param min shortest delay, zero or positive
   * @param max longest delay, at least the shortest
   * @return the fault
   */
  public static <T> Fault<T> delay(Duration min, Duration max) {
    check(min, max);
    return (random, loop) -> new Delay<>(random, loop, min, max);
  }

  /**
   * Holds a share of what passes back, so that what follows overtakes it.
   *
   * @param <T> what passes
   * @param probability 0 to 1
   * @param hold for how long
   * @return the fault
   */
  public static <T> Fault<T> reorder(double probability, Duration hold) {
    check(probability);
    check(hold, hold);
    return (random, loop) -> {
      Hold<T> held = new Hold<>(loop);
      return (what, next) -> {
        if (random.nextDouble() < probability) {
          held.hold(what, hold, next);
        } else {
          next.pass(what);
        }
      };
    };
  }

  /**
   * Breaks the connection instead of passing something on, once.
   *
   * @param <T> what passes
   * @param step names what is not passed on
   * @param nth which one of those, counted from 1
   * @return the fault
   */
  public static <T> Fault<T> disconnectBefore(Predicate<? super T> step, int nth) {
    return disconnect(step, nth, false);
  }

  /**
   * Breaks the connection after something was passed on, once.
   *
   * @param <T> what passes
   * @param step names what is passed on last
   * @param nth which one of those, counted from 1
   * @return the fault
   */
  public static <T> Fault<T> disconnectAfter(Predicate<? super T> step, int nth) {
    return disconnect(step, nth, true);
  }

  private static <T> Fault<T> disconnect(Predicate<? super T> step, int nth, boolean passFirst) {
    if (nth < 1) {
      throw new IllegalArgumentException("nth is counted from 1, so it cannot be " + nth);
    }
    return (random, loop) -> new Disconnect<>(step, nth, passFirst);
  }

  /**
   * Limits a fault to some of what passes.
   *
   * @param <T> what passes
   * @param which what the fault gets to see; the rest passes
   * @param fault the fault
   * @return the limited fault
   */
  public static <T> Fault<T> only(Predicate<? super T> which, Fault<T> fault) {
    return (random, loop) -> {
      Fault.Stage<T> stage = fault.at(random, loop);
      return (what, next) -> {
        if (which.test(what)) {
          stage.handle(what, next);
        } else {
          next.pass(what);
        }
      };
    };
  }

  /**
   * Names frames by the type of their message, for {@link #only} and the steps of {@link
   * #disconnectBefore} and {@link #disconnectAfter}.
   *
   * @param type the type
   * @return matches frames of that type
   */
  public static Predicate<Frame> message(MessageType type) {
    return frame -> frame.messageType() == type;
  }

  /**
   * Names signals by their kind.
   *
   * @param kind such as {@code Signal.Answer.class}
   * @return matches signals of that kind
   */
  public static Predicate<Signal> signal(Class<? extends Signal> kind) {
    return kind::isInstance;
  }

  private static void check(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must be 0 to 1, not " + probability);
    }
  }

  private static void check(Duration min, Duration max) {
    if (min.isNegative() || max.compareTo(min) < 0) {
      throw new IllegalArgumentException(
          "a delay must be zero or positive, not from " + min + " to " + max);
    }
  }

  /** Holds things back for a time. */
  private static final class Hold<T> {
    private final EventLoop loop;
    private final AtomicInteger held = new AtomicInteger();

    Hold(EventLoop loop) {
      this.loop = loop;
    }

    void hold(T what, Duration time, Fault.Next<T> next) {
      if (held.get() >= MAX_HELD) {
        return;
      }
      held.incrementAndGet();
      loop.schedule(
          time,
          () -> {
            held.decrementAndGet();
            next.pass(what);
          });
    }
  }

  private static final class Delay<T> implements Fault.Stage<T> {
    private final RandomGenerator random;
    private final EventLoop loop;
    private final Hold<T> held;
    private final long minNanos;
    private final long maxNanos;
    private long lastDue;

    Delay(RandomGenerator random, EventLoop loop, Duration min, Duration max) {
      this.random = random;
      this.loop = loop;
      this.held = new Hold<>(loop);
      this.minNanos = min.toNanos();
      this.maxNanos = max.toNanos();
      this.lastDue = loop.nanoTime();
    }

    @Override
    public void handle(T what, Fault.Next<T> next) {
      long now = loop.nanoTime();
      long due = now + minNanos;
      if (maxNanos > minNanos) {
        due += random.nextLong(maxNanos - minNanos + 1);
      }
      // Not before what came before it.
      lastDue = due - lastDue > 0 ? due : lastDue;
      held.hold(what, Duration.ofNanos(lastDue - now), next);
    }
  }

  private static final class Disconnect<T> implements Fault.Stage<T> {
    private final Predicate<? super T> step;
    private final boolean passFirst;
    private int left;

    Disconnect(Predicate<? super T> step, int nth, boolean passFirst) {
      this.step = step;
      this.passFirst = passFirst;
      this.left = nth;
    }

    @Override
    public void handle(T what, Fault.Next<T> next) {
      boolean strike = left > 0 && step.test(what) && --left == 0;
      if (!strike) {
        next.pass(what);
        return;
      }
      if (passFirst) {
        next.pass(what);
      }
      next.disconnect((passFirst ? "after " : "before ") + what);
    }
  }
}
