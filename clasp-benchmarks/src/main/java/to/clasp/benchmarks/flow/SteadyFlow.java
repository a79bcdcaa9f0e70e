package to.clasp.benchmarks.flow;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import to.clasp.benchmarks.pair.ClaspPair;

/** Numbers from the left client to the right one, as many as go or so many a second. */
public final class SteadyFlow {

  /**
   * What came of it.
   *
   * @param perSecond how many arrived a second
   * @param unexpected how many arrived out of turn
   */
  public record Result(double perSecond, long unexpected) {}

  /** Something done again and again while numbers flow. */
  @FunctionalInterface
  public interface Meanwhile {
    /**
     * Does it once.
     *
     * @throws InterruptedException if interrupted
     */
    void once() throws InterruptedException;
  }

  /** Sent at once, then there is a pause until the next are due. */
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final ClaspNumbers numbers;

  /**
   * Uses a pair, which stays open.
   *
   * @param pair the pair
   */
  public SteadyFlow(ClaspPair pair) {
    numbers = new ClaspNumbers(pair, new Codings.Doubles());
  }

  /**
   * Sends as many as go.
   *
   * @param time how long
   * @return what arrived
   * @throws InterruptedException if interrupted
   */
  public Result full(Duration time) throws InterruptedException {
    return result(numbers.run(time));
  }

  /**
   * Sends so many a second, and does something else meanwhile.
   *
   * @param perSecond how many
   * @param time how long
   * @param meanwhile done again and again, on the calling thread
   * @return what arrived
   * @throws InterruptedException if interrupted
   * @throws ExecutionException if the flow failed
   */
  public Result at(double perSecond, Duration time, Meanwhile meanwhile)
      throws InterruptedException, ExecutionException {
    Callable<Run> paced = () -> numbers.run(time, pace(perSecond));
    FutureTask<Run> flow = new FutureTask<>(paced);
    new Thread(flow, "steady-flow").start();
    while (!flow.isDone()) {
      meanwhile.once();
    }
    return result(flow.get());
  }

  private static ClaspNumbers.Pace pace(double perSecond) {
    long began = System.nanoTime();
    double perNano = perSecond / TimeUnit.SECONDS.toNanos(1);
    return sent -> {
      while (sent >= (System.nanoTime() - began) * perNano) {
        LockSupport.parkNanos(STEP_NANOS);
      }
    };
  }

  private static Result result(Run run) {
    return new Result(run.perSecond(), run.unexpected());
  }
}
