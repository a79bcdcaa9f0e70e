package to.clasp.transport.webrtc.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onvoid.webrtc.RTCDataChannelInit;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.ChannelPriority;

class ChannelProtocolTest {

  private static final ChannelOptions BOTH_LIMITS =
      ChannelOptions.builder()
          .maxRetransmits(3)
          .maxPacketLifeTime(Duration.ofMillis(250))
          .priority(ChannelPriority.VERY_LOW)
          .build();

  @Test
  void givesWebRtcOneLimitAndThePeerBoth() {
    RTCDataChannelInit init = ChannelProtocol.write(BOTH_LIMITS);

    assertThat(init.maxRetransmits).isEqualTo(3);
    assertThat(init.maxPacketLifeTime).isNegative();
    assertThat(init.protocol).isEqualTo("clasp;lifetime=250;priority=very-low");
    assertThat(ChannelProtocol.read(init.ordered, false, 3, 0, init.protocol))
        .isEqualTo(BOTH_LIMITS);
  }

  @Test
  void addsNothingToWhatWebRtcCarriesItself() {
    RTCDataChannelInit init = ChannelProtocol.write(ChannelOptions.UNRELIABLE);

    assertThat(init.ordered).isFalse();
    assertThat(init.maxRetransmits).isZero();
    assertThat(init.protocol).isNullOrEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "clasp",
        "mqtt;lifetime=5;priority=high",
        "clasp;lifetime=;priority=",
        "clasp;lifetime=0;priority=highest",
        "clasp;lifetime=65536",
        "clasp;lifetime=99999999999;;;",
        "clasp;lifetime=-1",
        ";lifetime=5"
      })
  void takesWhatItDoesNotKnowForADefault(String protocol) {
    assertThat(ChannelProtocol.read(true, true, 0, 0, protocol)).isEqualTo(ChannelOptions.RELIABLE);
    assertThat(ChannelProtocol.read(false, false, 0, 0, protocol))
        .isEqualTo(ChannelOptions.UNRELIABLE);
  }
}
