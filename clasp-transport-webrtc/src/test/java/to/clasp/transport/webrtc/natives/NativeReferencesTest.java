package to.clasp.transport.webrtc.natives;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import dev.onvoid.webrtc.RTCDataChannel;
import org.junit.jupiter.api.Test;
import org.mockito.MockMakers;

class NativeReferencesTest {

  private static RTCDataChannel throwing(Error error) {
    // Native methods can be overridden in a subclass only.
    RTCDataChannel channel =
        mock(RTCDataChannel.class, withSettings().mockMaker(MockMakers.SUBCLASS));
    doThrow(error).when(channel).dispose();
    return channel;
  }

  @Test
  void anObjectThatLibwebrtcStillRefersToIsGivenUp() {
    RTCDataChannel held =
        throwing(
            new Error("Native object was not deleted. A reference is still around somewhere."));

    assertThatCode(() -> NativeReferences.giveUp(held)).doesNotThrowAnyException();
  }

  @Test
  void otherErrorsAreNotTakenForThat() {
    RTCDataChannel broken = throwing(new UnsatisfiedLinkError("none"));

    assertThatThrownBy(() -> NativeReferences.giveUp(broken))
        .isInstanceOf(UnsatisfiedLinkError.class);
  }
}
