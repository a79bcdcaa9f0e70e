package to.clasp.core.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import to.clasp.core.internal.Utf8;

/**
 * The addresses that were read a short while ago, so that an address that comes again and again is
 * the same string each time: it is neither made anew nor hashed anew, and comparing it with itself
 * takes no time.
 *
 * <p>A table with one place for each hash. Whatever takes the place of another costs that other one
 * a new string when it comes again, and nothing else, so a flood of addresses does no harm. At most
 * {@value #PLACES} strings of {@value #MAX_BYTES} characters are kept, for all frames of this
 * process together. Safe for use by any thread: strings may be published by a race.
 */
final class RecentAddresses {

  private static final int PLACES = 4_096;

  /** Longer addresses are rare, and would keep memory in use. */
  private static final int MAX_BYTES = 128;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** An odd number without a pattern: the golden ratio as a fraction of 64 bits. */
  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

  private static final String[] RECENT = new String[PLACES];

  private RecentAddresses() {}

  /** Makes a string of bytes that are known to be ASCII. */
  static String decodeAscii(byte[] bytes, int from, int to) {
    if (to - from > MAX_BYTES) {
      return Utf8.decodeAscii(bytes, from, to);
    }
    int place = placeOf(bytes, from, to);
    String recent = RECENT[place];
    if (recent != null && isSame(recent, bytes, from, to)) {
      return recent;
    }
    String fresh = Utf8.decodeAscii(bytes, from, to);
    RECENT[place] = fresh;
    return fresh;
  }

  private static int placeOf(byte[] bytes, int from, int to) {
    long hash = (long) to - from;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      hash = (hash ^ (long) LONG.get(bytes, i)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    for (; i < to; i++) {
      hash = (hash ^ bytes[i]) * MULTIPLIER;
    }
    hash ^= hash >>> 32;
    return (int) (hash ^ hash >>> 16) & PLACES - 1;
  }

  private static boolean isSame(String text, byte[] bytes, int from, int to) {
    int length = to - from;
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }
}
