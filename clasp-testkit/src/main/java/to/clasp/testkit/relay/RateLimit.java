package to.clasp.testkit.relay;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A line that takes one packet after the other, with a bounded queue before it. */
final class RateLimit implements Impairment {

  private static final int MOST = 1_000_000_000;
  private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

  private final double nanosPerByte;
  private final int queueBytes;
  private final LongSupplier nanoTime;

  /** When the line has taken all that waits. */
  private long busyUntil;

  RateLimit(int bytesPerSecond, int queueBytes, LongSupplier nanoTime) {
    requireRange("bytesPerSecond", bytesPerSecond);
    requireRange("queueBytes", queueBytes);
    this.nanosPerByte = SECOND / bytesPerSecond;
    this.queueBytes = queueBytes;
    this.nanoTime = nanoTime;
    this.busyUntil = nanoTime.getAsLong();
  }

  private static void requireRange(String name, int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(name + " must be 1 to " + MOST + ", not " + value);
    }
  }

  @Override
  public long[] copies(int bytes) {
    long now = nanoTime.getAsLong();
    long waiting = Math.max(0, busyUntil - now);
    if (waiting / nanosPerByte + bytes > queueBytes) {
      return new long[0];
    }
    long held = waiting + Math.round(bytes * nanosPerByte);
    busyUntil = now + held;
    return new long[] {held};
  }
}
