package to.clasp.benchmarks.match;

import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import to.clasp.benchmarks.client.LoopbackClient;
import to.clasp.client.Clasp;
import to.clasp.core.codec.Frame;

/**
 * Received frames on their way to the callback, with more or fewer subscriptions in the client.
 * Half of the subscriptions are literal, the others have a wildcard; each frame matches one of
 * them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class MatchBenchmark {

  /** How many frames arrive together. */
  private static final int BATCH = 500;

  /** How many subscriptions the frames are for, however many there are. */
  private static final int USED = 10;

  /** How many subscriptions there are. */
  @Param({"10", "1000", "10000"})
  public int subscriptions;

  private final Frame[] frames = new Frame[BATCH];
  private final AtomicInteger heard = new AtomicInteger();
  private final Semaphore handled = new Semaphore(0);
  private @Nullable LoopbackClient loopback;

  /** Connects and subscribes. */
  @Setup
  public void subscribe() {
    LoopbackClient connected = new LoopbackClient();
    Clasp client = connected.client();
    int stride = subscriptions / USED;
    for (int i = 0; i < subscriptions; i++) {
      client.on(i % 2 == 0 ? literal(i) : "/peer/stage/" + i + "/*/level", update -> heard());
    }
    for (int i = 0; i < BATCH; i++) {
      int target = i % USED * stride + i % 2 * (stride > 1 ? 1 : 0);
      frames[i] = Frame.set(target % 2 == 0 ? literal(target) : wild(target), i + 0.5);
    }
    loopback = connected;
  }

  private static String literal(int i) {
    return "/peer/stage/" + i + "/fader/level";
  }

  private static String wild(int i) {
    return "/peer/stage/" + i + "/dim/level";
  }

  private void heard() {
    if (heard.incrementAndGet() % BATCH == 0) {
      handled.release();
    }
  }

  /** Disconnects. */
  @TearDown
  public void disconnect() {
    connected().close();
  }

  private LoopbackClient connected() {
    return Objects.requireNonNull(loopback);
  }

  /**
   * Receives a batch; the figure is for one frame.
   *
   * @throws InterruptedException if the thread was interrupted
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void dispatch() throws InterruptedException {
    connected().receive(frames);
    handled.acquire();
  }
}
