package to.clasp.benchmarks.match;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.address.PatternIndex;

/**
 * The index of patterns alone. Each address matches one pattern; the addresses go through all
 * patterns, so with many of them the memory of the machine shows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class IndexBenchmark {

  /** How many patterns there are. */
  @Param({"10", "1000", "10000"})
  public int patterns;

  private final PatternIndex<String> index = new PatternIndex<>();
  private String[] addresses = {};
  private int next;

  /** Fills the index. */
  @Setup
  public void fill() {
    addresses = new String[patterns];
    for (int i = 0; i < patterns; i++) {
      String pattern = "/peer/stage/" + i + (i % 2 == 0 ? "/dim/level" : "/*/level");
      index.add(AddressPattern.parse(pattern), pattern);
      addresses[i] = "/peer/stage/" + i + "/dim/level";
    }
  }

  /** Finds the pattern of an address. */
  @Benchmark
  public List<String> find() {
    next = next + 1 == patterns ? 0 : next + 1;
    return index.match(addresses[next]);
  }
}
