package to.clasp.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;

/** Frames that are made of plain values are those that their messages make. */
class PlainFramesTest {

  @ParameterizedTest
  @ValueSource(strings = {"/a", "/peer/stage/fader/01", "/é/👍"})
  void sets(String address) {
    assertThat(Frame.set(address, 0.5)).isEqualTo(set(address, Value.of(0.5)));
    assertThat(Frame.set(address, -7L)).isEqualTo(set(address, Value.of(-7L)));
    assertThat(Frame.set(address, true)).isEqualTo(set(address, Value.of(true)));
    assertThat(Frame.set(address, 0.5).address()).isSameAs(address);
  }

  private static Frame set(String address, Value value) {
    return Frame.of(SetMessage.of(address, value));
  }

  @ParameterizedTest
  @EnumSource(SignalType.class)
  void publishes(SignalType signal) {
    assertThat(Frame.publish("/a", signal, 0.5)).isEqualTo(publish(signal, Value.of(0.5)));
    assertThat(Frame.publish("/a", signal, -7L)).isEqualTo(publish(signal, Value.of(-7L)));
    assertThat(Frame.publish("/a", signal, false)).isEqualTo(publish(signal, Value.of(false)));
    assertThat(Frame.publish("/a", signal, 0.5).signal()).isEqualTo(signal);
  }

  private static Frame publish(SignalType signal, Value value) {
    return Frame.of(PublishMessage.of("/a", signal, value));
  }

  @ParameterizedTest
  @ValueSource(ints = {65_530, 70_000})
  void refuseWhatDoesNotFit(int length) {
    String address = "/" + "x".repeat(length);

    assertThatExceptionOfType(FrameTooLargeException.class)
        .isThrownBy(() -> Frame.set(address, 0.5));
  }
}
