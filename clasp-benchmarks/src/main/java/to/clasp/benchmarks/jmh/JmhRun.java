package to.clasp.benchmarks.jmh;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import to.clasp.benchmarks.measure.Spread;

/**
 * Runs benchmarks of JMH, each in a JVM of its own with the class path of this one, and tells what
 * they found.
 */
public final class JmhRun {

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /**
   * What one benchmark found.
   *
   * @param figure the iterations, in the unit that the benchmark declares
   * @param bytes bytes allocated for each operation
   */
  public record Score(Spread figure, double bytes) {}

  private final Map<String, Score> scores = new LinkedHashMap<>();

  private JmhRun() {}

  /**
   * Runs methods of a class.
   *
   * @param benchmarks the class
   * @param methods names of its methods
   * @return what they found
   * @throws RunnerException if JMH cannot run them
   */
  public static JmhRun of(Class<?> benchmarks, String... methods) throws RunnerException {
    String names = Stream.of(methods).collect(Collectors.joining("|", "\\.(", ")$"));
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(benchmarks.getName().replace(".", "\\.") + names)
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .run();
    JmhRun run = new JmhRun();
    results.forEach(run::add);
    return run;
  }

  private void add(RunResult result) {
    String benchmark = result.getParams().getBenchmark();
    String name = benchmark.substring(benchmark.lastIndexOf('.') + 1);
    for (String key : result.getParams().getParamsKeys()) {
      name += "/" + result.getParams().getParam(key);
    }
    double[] iterations =
        result.getBenchmarkResults().stream()
            .flatMap(fork -> fork.getIterationResults().stream())
            .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
            .toArray();
    Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
    if (allocated == null) {
      throw new IllegalStateException("JMH has not measured what " + name + " allocates");
    }
    scores.put(name, new Score(Spread.of(iterations), allocated.getScore()));
  }

  /**
   * Returns what a benchmark found.
   *
   * @param name its method, and behind slashes the values of its parameters
   * @return the score
   * @throws IllegalArgumentException if there is no such benchmark
   */
  public Score score(String name) {
    Score score = scores.get(name);
    if (score == null) {
      throw new IllegalArgumentException(name + " is none of " + scores.keySet());
    }
    return score;
  }
}
