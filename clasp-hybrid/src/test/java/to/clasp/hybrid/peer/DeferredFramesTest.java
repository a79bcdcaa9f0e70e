package to.clasp.hybrid.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.SetMessage;
import to.clasp.core.value.Value;

class DeferredFramesTest {

  private static Frame frame(long number) {
    return Frame.of(SetMessage.of("/peer/stage/n", Value.of(number)));
  }

  private final int size = frame(0).size();
  private final DeferredFrames frames = new DeferredFrames(3 * size);

  @Test
  void isBoundedInBytesAndTakesMoreOnceSomeHaveLeft() {
    for (int i = 0; i < 3; i++) {
      assertThat(frames.add(frame(i), 0)).isNotNull();
    }
    assertThat(frames.add(frame(3), 0)).isNull();
    frames.remove();
    assertThat(frames.add(frame(3), 0)).isNotNull();
    assertThat(frames.takeAll().stream().map(DeferredFrames.Deferred::frame))
        .containsExactly(frame(1), frame(2), frame(3));
    assertThat(frames.isEmpty()).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(frames.add(frame(i), 0)).isNotNull();
    }
  }

  @Test
  void givesOutWhatIsTooOld() {
    assertThat(frames.add(frame(0), Long.MAX_VALUE - 1)).isNotNull();
    // The clock may wrap.
    assertThat(frames.add(frame(1), Long.MIN_VALUE + 10)).isNotNull();

    assertThat(frames.takeExpired(Long.MAX_VALUE - 2)).isEmpty();
    assertThat(frames.takeExpired(Long.MAX_VALUE)).hasSize(1);
    assertThat(frames.takeExpired(Long.MIN_VALUE + 10)).hasSize(1);
    assertThat(frames.isEmpty()).isTrue();
  }
}
