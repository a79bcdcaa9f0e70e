package to.clasp.core.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class AddressTest {

  @Test
  void mayBeAsLongAsAStringOnTheWire() {
    String longest = "/" + "x".repeat(Address.MAX_BYTES - 1);
    String longestOfThreeByteCharacters = "/" + "語".repeat(21_844) + "xx";

    assertThat(Address.requireValid(longest)).isSameAs(longest);
    assertThat(Address.isValid(longestOfThreeByteCharacters)).isTrue();
    assertRefused(longest + "x", "65536 bytes of UTF-8, more than 65535");
    assertRefused(longestOfThreeByteCharacters + "x", "65536 bytes of UTF-8");
    assertRefused("/" + "😀".repeat(16_384), "65537 bytes of UTF-8");
  }

  @Test
  void mustHaveAUtf8Form() {
    assertThat(Address.isValid("/\uD83D\uDE00")).isTrue();
    assertRefused("/a\uD83D", "unpaired surrogate at index 2");
    assertRefused("/\uDE00\uD83D", "unpaired surrogate at index 1");
    assertRefused("/a\uD83D/", "unpaired surrogate at index 2");
  }

  @Test
  void mustNotStartWithAnythingThatCrashesARouter() {
    assertRefused("é/a", "must start with '/'");
    assertRefused("\uFEFF/a", "must start with '/'");
  }

  @Test
  void saysWhatIsWrong() {
    assertRefused("", "address is empty");
    assertRefused("/a//b", "empty segment at index 3: /a//b");
    assertThatExceptionOfType(InvalidAddressException.class)
        .isThrownBy(() -> Address.requireValid("x".repeat(100_000)))
        .satisfies(e -> assertThat(e.toString().length()).isLessThan(400));
  }

  private static void assertRefused(String address, String reason) {
    assertThat(Address.isValid(address)).isFalse();
    assertThatExceptionOfType(InvalidAddressException.class)
        .isThrownBy(() -> Address.requireValid(address))
        .withMessageContaining(reason);
  }
}
