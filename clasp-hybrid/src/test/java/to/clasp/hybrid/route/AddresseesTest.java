package to.clasp.hybrid.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.transport.peer.PeerPattern;

class AddresseesTest {

  private final PeerPattern pattern = PeerPattern.parse("/peer/{id}/**");
  private final Addressees addressees = new Addressees(pattern);

  @ParameterizedTest
  @CsvSource({
    "/peer/b/x, b",
    "/peer/b/x/y, b",
    "/peer/b,",
    "/peer/*/x,",
    "/light/x,",
    "/,",
  })
  void decideByTheAddressEachTime(String address, String peer) {
    assertThat(addressees.of(address)).isEqualTo(peer);
    assertThat(addressees.of(address)).isEqualTo(peer);
    assertThat(addressees.of(Frame.set(address, 0.5))).isEqualTo(peer);
    assertThat(addressees.of(Frame.publish(address, SignalType.EVENT, 1L))).isEqualTo(peer);
    assertThat(addressees.of(Frame.of(new GetMessage(address)))).isEqualTo(peer);
  }

  @Test
  void staysRightWithMoreAddressesThanAreRemembered() {
    for (int round = 0; round < 2; round++) {
      assertThat(IntStream.range(0, 10_000).mapToObj(i -> "/peer/p" + i % 7 + "/x/" + i))
          .allSatisfy(
              address -> assertThat(addressees.of(address)).isEqualTo(pattern.peerIdOf(address)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 60_000})
  void doesNotMindLongAddresses(int length) {
    assertThat(addressees.of("/peer/b/" + "x".repeat(length))).isEqualTo("b");
  }

  @Test
  void otherMessagesAreForNobody() {
    assertThat(addressees.of(Frame.of(new PingMessage()))).isNull();
    assertThat(addressees.of(Frame.of(new SubscribeMessage(1, "/peer/b/**", Set.of(), null))))
        .isNull();
    assertThat(addressees.of((String) null)).isNull();
  }

  @Test
  void malformedFramesAreForNobody() {
    byte[] cut = {0x53, 0x01, 0x00, 0x02, 0x21, 0x00};

    assertThat(addressees.of(Frame.wrap(cut))).isNull();
  }

  @Test
  void aBundleIsForAPeerIfAllOfItIs() {
    SetMessage toB = SetMessage.of("/peer/b/x", Value.of(1));
    SetMessage toC = SetMessage.of("/peer/c/x", Value.of(1));

    assertThat(addressees.ofAll(new BundleMessage(null, List.of(toB, toB)))).isEqualTo("b");
    assertThat(addressees.ofAll(new BundleMessage(null, List.of(toB, toC)))).isNull();
    assertThat(addressees.ofAll(new BundleMessage(null, List.of()))).isNull();
  }
}
