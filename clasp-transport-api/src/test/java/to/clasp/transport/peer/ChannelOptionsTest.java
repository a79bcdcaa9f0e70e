package to.clasp.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChannelOptionsTest {

  @Test
  void isReliableByDefault() {
    ChannelOptions options = ChannelOptions.builder().build();

    assertThat(options).isEqualTo(ChannelOptions.RELIABLE);
    assertThat(options.ordered()).isTrue();
    assertThat(options.isReliable()).isTrue();
    assertThat(options.priority()).isEqualTo(ChannelPriority.LOW);
    assertThat(ChannelOptions.UNRELIABLE.isReliable()).isFalse();
    assertThat(ChannelOptions.UNRELIABLE.ordered()).isFalse();
    assertThat(ChannelOptions.UNRELIABLE.maxRetransmits()).isZero();
  }

  @Test
  void takesBothLimitsAtOnce() {
    ChannelOptions options =
        ChannelOptions.builder().maxRetransmits(3).maxPacketLifeTime(Duration.ofMillis(9)).build();

    assertThat(options.maxRetransmits()).isEqualTo(3);
    assertThat(options.maxPacketLifeTime()).hasMillis(9);
    assertThat(options.isReliable()).isFalse();
  }

  @Test
  void namesTheOptionThatIsOutOfRange() {
    for (int wrong : new int[] {-1, 65_536}) {
      assertThatThrownBy(() -> ChannelOptions.builder().maxRetransmits(wrong))
          .hasMessageContaining("maxRetransmits");
    }
    for (long wrong : new long[] {0, 65_536}) {
      assertThatThrownBy(() -> ChannelOptions.builder().maxPacketLifeTime(Duration.ofMillis(wrong)))
          .hasMessageContaining("maxPacketLifeTime");
    }
  }
}
