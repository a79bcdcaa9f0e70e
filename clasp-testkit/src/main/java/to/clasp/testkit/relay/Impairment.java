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
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must be 0 to 1, not " + probability);
    }
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
    if (time.isNegative()) {
      throw new IllegalArgumentException("a delay must be zero or positive, not " + time);
    }
    long nanos = time.toNanos();
    return bytes -> new long[] {nanos};
  }
}
