package to.clasp.core.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Strict UTF-8: nothing is replaced, in either direction. What has no UTF-8 form (unpaired
 * surrogates) and what is no UTF-8 (bad, overlong or truncated sequences, encoded surrogates) is
 * reported to the caller, who knows which field to name.
 *
 * <p>Addresses and most texts are ASCII, so both directions have a fast path for it.
 */
public final class Utf8 {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /**
   * Finds the first surrogate that is not part of a pair.
   *
   * @param text the text
   * @return its index in chars, or -1 when the text has a UTF-8 form
   */
  public static int unpairedSurrogate(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (Character.isSurrogate(text.charAt(i)) && !isPairMember(text, i)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Counts the bytes that a text takes.
   *
   * @param text the text; an unpaired surrogate counts as three bytes
   * @return the length in bytes
   */
  public static long encodedLength(String text) {
    int length = text.length();
    long bytes = length;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // A surrogate pair takes four bytes: two for each of its chars.
        bytes += c < 0x800 || isPairMember(text, i) ? 1 : 2;
      }
    }
    return bytes;
  }

  /**
   * Writes the leading ASCII characters of a text.
   *
   * @param text the text
   * @param target where to write; has room for one byte per char
   * @param offset where the first byte goes
   * @return the number of characters written: the length of the text if it is all ASCII
   */
  public static int encodeAscii(String text, byte[] target, int offset) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return i;
      }
      target[offset + i] = (byte) c;
    }
    return length;
  }

  /**
   * Writes the rest of a text, of any characters.
   *
   * @param text the text, without unpaired surrogates
   * @param from index of the first char to write
   * @param target where to write; has room for the encoded length
   * @param offset where the first byte goes
   */
  public static void encode(String text, int from, byte[] target, int offset) {
    int out = offset;
    int length = text.length();
    for (int i = from; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        target[out++] = (byte) c;
      } else if (c < 0x800) {
        target[out++] = (byte) (0xC0 | (c >> 6));
        target[out++] = (byte) (0x80 | (c & 0x3F));
      } else if (Character.isSurrogate(c)) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        target[out++] = (byte) (0xF0 | (point >> 18));
        target[out++] = (byte) (0x80 | ((point >> 12) & 0x3F));
        target[out++] = (byte) (0x80 | ((point >> 6) & 0x3F));
        target[out++] = (byte) (0x80 | (point & 0x3F));
      } else {
        target[out++] = (byte) (0xE0 | (c >> 12));
        target[out++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        target[out++] = (byte) (0x80 | (c & 0x3F));
      }
    }
  }

  /**
   * Tells whether a range of bytes is all ASCII.
   *
   * @param bytes the array
   * @param from where the range starts
   * @param to where it ends, exclusive
   * @return true if no byte has its high bit set
   */
  public static boolean isAscii(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      if (((long) LONG.get(bytes, i) & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; i < to; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Finds the first byte that is not part of well-formed UTF-8.
   *
   * @param bytes the array
   * @param from where the text starts
   * @param to where it ends, exclusive
   * @return the index in the array of the first byte of the first bad sequence, or -1
   */
  public static int firstInvalid(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int length = sequenceLength(bytes, i, to);
      if (length == 0) {
        return i;
      }
      i += length;
    }
    return -1;
  }

  /**
   * Makes a string of bytes that are known to be well-formed.
   *
   * @param bytes the array
   * @param from where the text starts
   * @param to where it ends, exclusive
   * @return the text
   */
  public static String decode(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /**
   * Makes a string of bytes that are known to be ASCII.
   *
   * @param bytes the array
   * @param from where the text starts
   * @param to where it ends, exclusive
   * @return the text
   */
  public static String decodeAscii(byte[] bytes, int from, int to) {
    // The JDK copies Latin-1 as it is, without looking at each byte again.
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Length of the well-formed sequence at {@code i} (Unicode, table 3-7), or 0. */
  private static int sequenceLength(byte[] bytes, int i, int to) {
    int lead = bytes[i] & 0xFF;
    if (lead < 0x80) {
      return 1;
    }
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    }
    if (lead < 0xE0) {
      return continued(bytes, i, to, 2, 0x80, 0xBF);
    }
    if (lead < 0xF0) {
      int low = lead == 0xE0 ? 0xA0 : 0x80;
      int high = lead == 0xED ? 0x9F : 0xBF;
      return continued(bytes, i, to, 3, low, high);
    }
    int low = lead == 0xF0 ? 0x90 : 0x80;
    int high = lead == 0xF4 ? 0x8F : 0xBF;
    return continued(bytes, i, to, 4, low, high);
  }

  private static int continued(byte[] bytes, int i, int to, int length, int low, int high) {
    if (to - i < length) {
      return 0;
    }
    int second = bytes[i + 1] & 0xFF;
    if (second < low || second > high) {
      return 0;
    }
    for (int k = 2; k < length; k++) {
      if ((bytes[i + k] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  private static boolean isPair(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1));
  }

  private static boolean isPairMember(String text, int i) {
    return isPair(text, i) || (i > 0 && isPair(text, i - 1));
  }
}
