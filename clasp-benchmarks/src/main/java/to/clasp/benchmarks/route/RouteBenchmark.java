package to.clasp.benchmarks.route;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import to.clasp.core.codec.Frame;
import to.clasp.hybrid.route.Addressees;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerPattern;

/**
 * Which peer a frame is for. The frames are as the client makes them, and as they come from a
 * network, of 64 addresses in turn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouteBenchmark {

  /** A power of two. */
  private static final int ADDRESSES = 64;

  private final Addressees addressees =
      new Addressees(PeerPattern.parse(P2POptions.DEFAULT_PEER_PATTERN));
  private final Frame[] toPeers = new Frame[ADDRESSES];
  private final Frame[] toRouter = new Frame[ADDRESSES];
  private final byte[][] received = new byte[ADDRESSES][];
  private int next;

  /** Makes the frames. */
  @Setup
  public void prepare() {
    for (int i = 0; i < ADDRESSES; i++) {
      toPeers[i] = Frame.set(String.format(Locale.ROOT, "/peer/stage/fader/%02d", i), 0.5);
      toRouter[i] = Frame.set(String.format(Locale.ROOT, "/light/stage/dim/%03d", i), 0.5);
      received[i] = toPeers[i].toByteArray();
    }
  }

  private int next() {
    next = next + 1 & ADDRESSES - 1;
    return next;
  }

  /** A frame to a peer. */
  @Benchmark
  public @Nullable String peer() {
    return addressees.of(toPeers[next()]);
  }

  /** A frame to the router. */
  @Benchmark
  public @Nullable String router() {
    return addressees.of(toRouter[next()]);
  }

  /** A received frame, whose address has to be read from its bytes. */
  @Benchmark
  public @Nullable String received() {
    return addressees.of(Frame.wrap(received[next()]));
  }
}
