package to.clasp.testkit.relay;

import java.time.Duration;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import to.clasp.testkit.fault.Seed;

/**
 * What a {@link UdpRelay} does to packets beside forwarding them. Called on the relay's thread
 * only; must not block.
 */
@FunctionalInterface
public interface Impairment {

  /** Every packet goes on at once. */
  Impairment NONE = bytes -> new long[] {0};

  /**
   * Decides what becomes of one packet.
   *
   * @param bytes the size of the packet
   * @return one number for each copy that goes on: how long it is held back, in nanoseconds; none
   *     for a packet that is lost
   */
  long[] copies(int bytes);

  /**
   * Adds another impairment behind this one.
   *
   * @param next sees each copy that this one lets go on
   * @return both
   */
  default Impairment then(Impairment next) {
    return bytes -> {
      long[] first = copies(bytes);
      long[] all = new long[0];
      for (long held : first) {
        long[] second = next.copies(bytes);
        int from = all.length;
        all = Arrays.copyOf(all, from + second.length);
        for (int i = 0; i < second.length; i++) {
          all[from + i] = held + second[i];
        }
      }
      return all;
    };
  }

  /**
   * Loses a share of the packets.
   *
   * @param probability 0 to 1
   * @param seed decides which
   * @return the impairment
   */
  static Impairment loss(double probability, Seed seed) {
    requireProbability(probability);
    RandomGenerator random = seed.random("loss of packets");
    return bytes -> random.nextDouble() < probability ? new long[0] : new long[] {0};
  }

  /**
   * Holds every packet back for the same time. Packets go on in steps of about a millisecond.
   *
   * @param time zero or positive
   * @return the impairment
   */
  static Impairment delay(Duration time) {
    long nanos = requireNotNegative("a delay", time);
    return bytes -> new long[] {nanos};
  }

  /**
   * Holds each packet back for another time, evenly spread. Packets that follow each other in less
   * than that overtake each other, as they do on a network.
   *
   * @param most the longest time, zero or positive
   * @param seed decides how long
   * @return the impairment
   */
  static Impairment jitter(Duration most, Seed seed) {
    long nanos = requireNotNegative("a jitter", most);
    RandomGenerator random = seed.random("jitter of packets");
    return bytes -> new long[] {nanos == 0 ? 0 : random.nextLong(nanos)};
  }

  /**
   * Lets a share of the packets go on twice.
   *
   * @param probability 0 to 1
   * @param seed decides which
   * @return the impairment
   */
  static Impairment duplication(double probability, Seed seed) {
    requireProbability(probability);
    RandomGenerator random = seed.random("duplication of packets");
    return bytes -> random.nextDouble() < probability ? new long[] {0, 0} : new long[] {0};
  }

  /**
   * Holds a share of the packets back, so that those behind them overtake.
   *
   * @param probability 0 to 1
   * @param by how long they are held back, zero or positive
   * @param seed decides which
   * @return the impairment
   */
  static Impairment reordering(double probability, Duration by, Seed seed) {
    requireProbability(probability);
    long nanos = requireNotNegative("the time of reordering", by);
    RandomGenerator random = seed.random("reordering of packets");
    return bytes -> new long[] {random.nextDouble() < probability ? nanos : 0};
  }

  /**
   * Lets packets go on one after the other at a rate, as a narrow line does; both directions share
   * it. Those that would wait behind too many are lost. In a chain it comes first, for it reckons
   * from the time at which a packet comes.
   *
   * @param bytesPerSecond 1 to 1 000 000 000
   * @param queueBytes how much may wait, 1 to 1 000 000 000; a larger packet never goes on
   * @return the impairment
   */
  static Impairment rate(int bytesPerSecond, int queueBytes) {
    return new RateLimit(bytesPerSecond, queueBytes, System::nanoTime);
  }

  private static void requireProbability(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must be 0 to 1, not " + probability);
    }
  }

  private static long requireNotNegative(String what, Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException(what + " must be zero or positive, not " + time);
    }
    return time.toNanos();
  }
}
