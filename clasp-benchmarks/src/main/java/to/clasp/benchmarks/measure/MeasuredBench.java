package to.clasp.benchmarks.measure;

/** A benchmark: it measures, and reports what it found. */
@FunctionalInterface
public interface MeasuredBench {

  /**
   * Measures.
   *
   * @return the figures
   * @throws Exception if it could not be measured
   */
  Report measure() throws Exception;
}
