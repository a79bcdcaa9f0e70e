package to.clasp.benchmarks.client;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import to.clasp.client.Delivery;
import to.clasp.core.codec.Frame;

/**
 * What the client itself costs: from a call of the application to the transport, and from the
 * transport to the callback. Addresses of 20 bytes, 64 of them in turn.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ClientBenchmark {

  /** How many frames one message of a link carries when much is sent. */
  private static final int BATCH = 512;

  /** A power of two. */
  private static final int ADDRESSES = 64;

  private final String[] addresses = new String[ADDRESSES];
  private final byte[][] received = new byte[BATCH][];
  private final Semaphore handled = new Semaphore(0);
  private @Nullable LoopbackClient loopback;
  private int next;
  private int heard;
  private double value;

  /** Connects. */
  @Setup
  public void connect() {
    for (int i = 0; i < ADDRESSES; i++) {
      addresses[i] = String.format(Locale.ROOT, "/peer/stage/fader/%02d", i);
    }
    for (int i = 0; i < BATCH; i++) {
      received[i] = Frame.set(addresses[i % ADDRESSES], i + 0.5).toByteArray();
    }
    LoopbackClient connected = new LoopbackClient();
    connected
        .client()
        .on(
            "/peer/stage/**",
            update -> {
              heard++;
              if (heard == BATCH) {
                heard = 0;
                handled.release();
              }
            });
    loopback = connected;
  }

  /** Disconnects. */
  @TearDown
  public void disconnect() {
    connected().close();
  }

  private LoopbackClient connected() {
    return Objects.requireNonNull(loopback);
  }

  private String nextAddress() {
    next = next + 1 & ADDRESSES - 1;
    return addresses[next];
  }

  /** Sets a number, to a peer whose link takes it. */
  @Benchmark
  public CompletableFuture<Delivery> set() {
    value += 1;
    return connected().client().set(nextAddress(), value);
  }

  /** Streams a number, to a peer whose link takes it. */
  @Benchmark
  public CompletableFuture<Delivery> stream() {
    value += 1;
    return connected().client().stream(nextAddress(), value);
  }

  /**
   * Receives a batch; the figure is for one frame, from its bytes to the end of its callback.
   *
   * @throws InterruptedException if the thread was interrupted
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void receive() throws InterruptedException {
    Frame[] frames = new Frame[BATCH];
    for (int i = 0; i < BATCH; i++) {
      frames[i] = Frame.wrap(received[i]);
    }
    connected().receive(frames);
    handled.acquire();
  }
}
