package to.clasp.benchmarks.echo;

import to.clasp.benchmarks.measure.Sample;

/** A way there and back. */
interface Echo extends AutoCloseable {

  /** Sends a number; the other side sends it back, which the {@link Returns} hear. */
  void send(long number) throws InterruptedException;

  /** Hears what comes back. */
  Returns returns();

  @Override
  void close();

  /**
   * Measures round trips, one after the other.
   *
   * @param trips how many
   * @param sample where each goes, in nanoseconds
   */
  default void measure(int trips, Sample sample) throws InterruptedException {
    for (int i = 0; i < trips; i++) {
      long number = returns().expect();
      long began = System.nanoTime();
      send(number);
      sample.add((double) (returns().await(number) - began));
    }
  }
}
