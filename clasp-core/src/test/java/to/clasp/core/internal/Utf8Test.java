package to.clasp.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Against the coders of the JDK. */
class Utf8Test {

  @Test
  void handlesEachCodePoint() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        continue;
      }
      String text = Character.toString(point);
      byte[] expected = text.getBytes(StandardCharsets.UTF_8);
      byte[] bytes = new byte[expected.length];
      Utf8.encode(text, 0, bytes, 0);
      if (!Arrays.equals(bytes, expected)
          || Utf8.encodedLength(text) != expected.length
          || Utf8.unpairedSurrogate(text) != -1
          || Utf8.firstInvalid(expected, 0, expected.length) != -1
          || !Utf8.decode(expected, 0, expected.length).equals(text)) {
        throw new AssertionError("code point " + point);
      }
    }
  }

  @Provide
  Arbitrary<byte[]> likelyBytes() {
    return Arbitraries.of(
            0x00, 0x41, 0x7F, 0x80, 0xA0, 0x9F, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF,
            0xF0, 0xF1, 0xF4, 0xF5, 0x90, 0x8F, 0xFF)
        .map(Integer::byteValue)
        .array(byte[].class)
        .ofMaxSize(8);
  }

  @Property(tries = 20_000)
  void findsTheFirstBadByte(@ForAll("likelyBytes") byte[] bytes) {
    int expected = -1;
    // The longest prefix that the JDK takes ends where the bad sequence starts.
    if (!isUtf8(bytes, bytes.length)) {
      expected = bytes.length;
      while (!isUtf8(bytes, expected)) {
        expected--;
      }
    }
    assertThat(Utf8.firstInvalid(bytes, 0, bytes.length)).isEqualTo(expected);
  }

  @Provide
  Arbitrary<String> likelyTexts() {
    return Arbitraries.of('a', '\u007F', '\u0080', '\u07FF', '\u0800', '\uFFFF', '\uD83D', '\uDE00')
        .list()
        .ofMaxSize(8)
        .map(
            chars -> {
              StringBuilder text = new StringBuilder();
              chars.forEach(text::append);
              return text.toString();
            });
  }

  @Property(tries = 5_000)
  void encodesWhatHasAUtf8Form(@ForAll("likelyTexts") String text) {
    boolean encodable = StandardCharsets.UTF_8.newEncoder().canEncode(text);
    assertThat(Utf8.unpairedSurrogate(text) < 0).isEqualTo(encodable);
    if (encodable) {
      byte[] expected = text.getBytes(StandardCharsets.UTF_8);
      byte[] bytes = new byte[expected.length + 2];
      assertThat(Utf8.encodedLength(text)).isEqualTo(expected.length);
      int ascii = Utf8.encodeAscii(text, bytes, 1);
      Utf8.encode(text, ascii, bytes, 1 + ascii);
      assertThat(Arrays.copyOfRange(bytes, 1, bytes.length - 1)).isEqualTo(expected);
    }
  }

  @Test
  void tellsAsciiByEachByteOfARange() {
    byte[] bytes = new byte[40];
    assertThat(Utf8.isAscii(bytes, 0, 40)).isTrue();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) 0x80;
      assertThat(Utf8.isAscii(bytes, 0, 40)).isFalse();
      assertThat(Utf8.isAscii(bytes, 0, i)).isTrue();
      assertThat(Utf8.isAscii(bytes, i + 1, 40)).isTrue();
      bytes[i] = 0;
    }
  }

  private static boolean isUtf8(byte[] bytes, int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
