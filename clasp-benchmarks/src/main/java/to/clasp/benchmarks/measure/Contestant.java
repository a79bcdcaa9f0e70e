package to.clasp.benchmarks.measure;

/** Something that is measured in rounds, in turn with others. */
@FunctionalInterface
public interface Contestant {

  /**
   * Runs one round. Each round does the same work, and checks that it was done.
   *
   * @return its figure, such as messages per second
   * @throws Exception if it could not be run, which ends the benchmark
   */
  double round() throws Exception;
}
