package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QoS;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.testkit.loop.ManualEventLoop;

class ExpectedCopiesTest {

  private final ManualEventLoop loop = new ManualEventLoop();
  private final ExpectedCopies copies = new ExpectedCopies(loop);

  private static SetMessage set(int value) {
    return SetMessage.of("/peer/x/n", Value.of(value));
  }

  @Test
  void eachCopyIsTakenOutOnce() {
    copies.expect(Frame.of(set(1)));
    copies.expect(Frame.of(set(1)));
    assertThat(copies.isCopy(Frame.of(set(2)))).isFalse();
    assertThat(copies.isCopy(Frame.of(set(1)))).isTrue();
    assertThat(copies.isCopy(Frame.of(set(1)))).isTrue();
    assertThat(copies.isCopy(Frame.of(set(1)))).isFalse();
  }

  @Test
  void theRevisionAndLabelThatARouterAddsDoNotMatter() {
    copies.expect(Frame.of(set(1)));
    SetMessage forwarded = new SetMessage("/peer/x/n", Value.of(1), 42L, false, false, null);
    assertThat(copies.isCopy(Frame.of(forwarded, QoS.COMMIT, 5L))).isTrue();
  }

  @Test
  void eventsAreRecognisedToo() {
    PublishMessage event = PublishMessage.of("/peer/x/e", SignalType.EVENT, Value.of("go"));
    copies.expect(Frame.of(event));
    assertThat(copies.isCopy(Frame.of(event))).isTrue();
  }

  @Test
  void anythingElseIsNeverACopy() {
    Frame get = Frame.of(new GetMessage("/peer/x/n"));
    copies.expect(get);
    copies.expect(Frame.of(set(1)));
    assertThat(copies.isCopy(get)).isFalse();
    assertThat(copies.isCopy(Frame.wrap(new byte[] {0x53, 0, 0, 1, (byte) 0xFF}))).isFalse();
  }

  @Test
  void oneThatDoesNotComeIsForgotten() {
    copies.expect(Frame.of(set(1)));
    loop.advance(Duration.ofMillis(9_999));
    copies.expect(Frame.of(set(2)));
    assertThat(copies.isCopy(Frame.of(set(1)))).isTrue();
    copies.expect(Frame.of(set(1)));
    loop.advance(Duration.ofSeconds(10));
    assertThat(copies.isCopy(Frame.of(set(1)))).isFalse();
    assertThat(copies.isCopy(Frame.of(set(2)))).isFalse();
  }

  @Test
  void theOldestAreForgottenWhenThereAreTooMany() {
    for (int i = 0; i < 20_000; i++) {
      copies.expect(Frame.of(set(i)));
    }
    assertThat(copies.isCopy(Frame.of(set(0)))).isFalse();
    assertThat(copies.isCopy(Frame.of(set(19_999)))).isTrue();
    assertThat(copies.isCopy(Frame.of(set(4_000)))).isTrue();
  }

  private boolean isStoredCopy(int stored) {
    return copies.isStoredCopy("/peer/x/n", Value.of(stored));
  }

  @Test
  void aStoredValueThatIsExpectedIsACopyAndStaysExpected() {
    copies.expect(Frame.of(set(1)));
    assertThat(isStoredCopy(1)).isTrue();
    assertThat(copies.isCopy(Frame.of(set(1)))).isTrue();
  }

  @Test
  void aStoredValueThatCameAsTheLatestCopyIsOneHoweverLateItIsRead() {
    copies.expect(Frame.of(set(1)));
    assertThat(copies.isCopy(Frame.of(set(1)))).isTrue();
    loop.advance(Duration.ofHours(1));
    assertThat(isStoredCopy(1)).isTrue();
  }

  @Test
  void otherStoredValuesAreNone() {
    assertThat(isStoredCopy(1)).isFalse();
    copies.expect(Frame.of(set(1)));
    assertThat(copies.isCopy(Frame.of(set(1)))).isTrue();
    assertThat(isStoredCopy(2)).isFalse();
    assertThat(copies.isStoredCopy("/peer/x/other", Value.of(1))).isFalse();
  }

  @Test
  void theAddressThatWasLongestQuietIsForgottenFirst() {
    for (int i = 0; i < 4_097; i++) {
      SetMessage set = SetMessage.of("/peer/x/" + i, Value.of(i));
      copies.expect(Frame.of(set));
      assertThat(copies.isCopy(Frame.of(set))).isTrue();
    }
    assertThat(copies.isStoredCopy("/peer/x/0", Value.of(0))).isFalse();
    assertThat(copies.isStoredCopy("/peer/x/1", Value.of(1))).isTrue();
    assertThat(copies.isStoredCopy("/peer/x/4096", Value.of(4_096))).isTrue();
  }
}
