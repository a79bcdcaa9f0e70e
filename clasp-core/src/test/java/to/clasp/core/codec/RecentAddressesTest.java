package to.clasp.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.message.SetMessage;

class RecentAddressesTest {

  private static Frame received(String address) {
    return Frame.wrap(Frame.set(address, 0.5).toByteArray());
  }

  private static String read(String address) {
    return Objects.requireNonNull(received(address).address());
  }

  @Test
  void anAddressThatComesAgainIsTheSameString() {
    String first = read("/recent/a");

    assertThat(read("/recent/a")).isSameAs(first);
    assertThat(((SetMessage) received("/recent/a").message()).address()).isSameAs(first);
  }

  @Test
  void moreAddressesThanAreKeptAreReadRight() {
    for (int round = 0; round < 2; round++) {
      assertThat(IntStream.range(0, 10_000).mapToObj(i -> "/recent/many/" + i))
          .allSatisfy(address -> assertThat(read(address)).isEqualTo(address));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "/abcdefg", "/abcdefgh", "/abcdefghi", "/é/ü", "/日本/👍"})
  void addressesOfAnyLengthAndAlphabetAreReadRight(String address) {
    assertThat(read(address)).isEqualTo(address);
    assertThat(read(address)).isEqualTo(address);
  }

  @Test
  void aLongAddressIsNotKept() {
    String address = "/" + "x".repeat(200);
    String first = read(address);

    assertThat(first).isEqualTo(address);
    assertThat(read(address)).isEqualTo(address).isNotSameAs(first);
  }
}
