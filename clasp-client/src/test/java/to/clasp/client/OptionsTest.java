package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.address.InvalidAddressException;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.Ttl;
import to.clasp.core.value.Value;

/** Options of subscriptions and sets, and what a bundle holds. */
class OptionsTest {

  @Test
  void aSubscriptionWantsEverythingByDefault() {
    SubscribeOptions options = SubscribeOptions.DEFAULTS;

    assertThat(options.types()).isEmpty();
    assertThat(options.maxRate()).isNull();
    assertThat(options.epsilon()).isNull();
    assertThat(options.history()).isNull();
  }

  @Test
  void aSubscriptionKeepsWhatItWants() {
    SubscribeOptions options =
        SubscribeOptions.builder()
            .types(SignalType.PARAM, SignalType.PARAM)
            .types(SignalType.EVENT)
            .maxRate(30)
            .epsilon(0.01)
            .history(5)
            .build();

    assertThat(options.types()).containsExactlyInAnyOrder(SignalType.PARAM, SignalType.EVENT);
    assertThat(options.maxRate()).isEqualTo(30);
    assertThat(options.epsilon()).isEqualTo(0.01);
    assertThat(options.history()).isEqualTo(5);
  }

  @Test
  void checksTheRangesOfASubscription() {
    SubscribeOptions.Builder builder = SubscribeOptions.builder();
    for (int bad : new int[] {0, -1, 1_000_001}) {
      assertThatThrownBy(() -> builder.maxRate(bad)).hasMessageStartingWith("maxRate must be");
    }
    assertThat(builder.maxRate(1).maxRate(1_000_000).build().maxRate()).isEqualTo(1_000_000);
    assertThatThrownBy(() -> builder.history(-1)).hasMessageStartingWith("history must be");
    assertThat(builder.history(0).build().history()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesAnEpsilonThatIsNone(double bad) {
    assertThatThrownBy(() -> SubscribeOptions.builder().epsilon(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("epsilon must be")
        .hasMessageContaining(Double.toString(bad));
  }

  @Test
  void aSetIsPlainByDefaultAndAddsUp() {
    assertThat(SetOptions.DEFAULTS.message("/a", 1)).isEqualTo(SetMessage.of("/a", Value.of(1)));
    assertThat(
            SetOptions.DEFAULTS
                .withLock()
                .withUnlock()
                .withTtl(Ttl.never())
                .withExpectedRevision(-1)
                .message("/a", 1))
        .isEqualTo(new SetMessage("/a", Value.of(1), -1L, true, true, Ttl.never()));
  }

  @Test
  void aBundleKeepsItsMessagesInOrder() {
    Bundle bundle =
        new Bundle()
            .emit("/e", 1).set("/p", 2).set("/q", 3, SetOptions.DEFAULTS.withLock()).stream(
                "/s", 4);
    List<Message> messages = bundle.messages();
    bundle.emit("/later", 5);

    assertThat(messages)
        .containsExactly(
            PublishMessage.of("/e", SignalType.EVENT, Value.of(1)),
            SetMessage.of("/p", Value.of(2)),
            new SetMessage("/q", Value.of(3), null, true, false, null),
            PublishMessage.of("/s", SignalType.STREAM, Value.of(4)));
  }

  @Test
  void aBundleRefusesWhatASendRefuses() {
    Bundle bundle = new Bundle();

    assertThatThrownBy(() -> bundle.set("a", 1)).isInstanceOf(InvalidAddressException.class);
    assertThatThrownBy(() -> bundle.emit("", 1)).isInstanceOf(InvalidAddressException.class);
    assertThatThrownBy(() -> bundle.stream("/a//b", 1)).isInstanceOf(InvalidAddressException.class);
    assertThatThrownBy(() -> bundle.emit("/a", new Object()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(bundle.messages()).isEmpty();
  }
}
