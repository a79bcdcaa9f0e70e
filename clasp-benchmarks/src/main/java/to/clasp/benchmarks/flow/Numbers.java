package to.clasp.benchmarks.flow;

import java.time.Duration;

/** A way for numbered messages. */
interface Numbers extends AutoCloseable {

  /**
   * Sends as many as it takes for a time, and waits until all have arrived.
   *
   * @param time how long to send
   * @return what came of it
   */
  Run run(Duration time) throws InterruptedException;

  @Override
  void close();
}
