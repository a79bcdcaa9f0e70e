package to.clasp.benchmarks.flow;

import java.util.concurrent.TimeUnit;

/**
 * What a way for messages has carried.
 *
 * @param messages how many arrived
 * @param nanos from before the first was sent until the last had arrived
 * @param unexpected how many arrived out of turn
 * @param allocated bytes that all threads together have allocated meanwhile
 */
record Run(long messages, long nanos, long unexpected, long allocated) {

  double perSecond() {
    return (double) messages * TimeUnit.SECONDS.toNanos(1) / nanos;
  }

  double bytesPerMessage() {
    return (double) allocated / messages;
  }
}
