package to.clasp.transport.webrtc.natives;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onvoid.webrtc.internal.DisposableNativeObject;
import org.junit.jupiter.api.Test;

class NativeReferencesTest {

  private static DisposableNativeObject throwing(Error error) {
    return new DisposableNativeObject() {
      @Override
      public void dispose() {
        throw error;
      }
    };
  }

  @Test
  void anObjectThatLibwebrtcStillRefersToIsGivenUp() {
    assertThatCode(
            () ->
                NativeReferences.giveUp(
                    throwing(
                        new Error(
                            "Native object was not deleted. A reference is still around"
                                + " somewhere."))))
        .doesNotThrowAnyException();
  }

  @Test
  void otherErrorsAreNotTakenForThat() {
    assertThatThrownBy(() -> NativeReferences.giveUp(throwing(new UnsatisfiedLinkError("none"))))
        .isInstanceOf(UnsatisfiedLinkError.class);
  }
}
