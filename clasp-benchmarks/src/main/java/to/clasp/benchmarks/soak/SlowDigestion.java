package to.clasp.benchmarks.soak;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * What a slow application does in its callback: now and then it takes some milliseconds, seldom
 * some hundred. For one callback at a time.
 */
final class SlowDigestion implements LongConsumer {

  private static final double SHORT_PER_SECOND = 10;
  private static final long SHORT = Duration.ofMillis(20).toNanos();
  private static final double LONG_PER_SECOND = 0.1;
  private static final long LONG = Duration.ofMillis(500).toNanos();

  private final int perSecond;
  private final RandomGenerator random;

  SlowDigestion(int perSecond, RandomGenerator random) {
    this.perSecond = perSecond;
    this.random = random;
  }

  @Override
  public void accept(long number) {
    double drawn = random.nextDouble() * perSecond;
    if (drawn < LONG_PER_SECOND) {
      LockSupport.parkNanos(random.nextLong(LONG));
    } else if (drawn < SHORT_PER_SECOND) {
      LockSupport.parkNanos(random.nextLong(SHORT));
    }
  }
}
