package to.clasp.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.gson.JsonObject;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.value.Value;
import to.clasp.core.vectors.Vectors;
import to.clasp.core.vectors.Vectors.Vector;

class FrameEncoderTest {

  private final FrameEncoder encoder = new FrameEncoder();

  static Stream<Vector> large() {
    return Vectors.load("frames-large.json", 10);
  }

  @ParameterizedTest
  @MethodSource("large")
  void writesLargeFramesUpToTheLimit(Vector vector) throws Exception {
    Message message = built(vector.name());
    if (vector.name().endsWith("-one-over")) {
      assertThatExceptionOfType(FrameTooLargeException.class)
          .isThrownBy(() -> Frame.of(message))
          .withMessageContaining("SET takes 65536 bytes, more than the 65535")
          .satisfies(e -> assertThat(e.payloadBytes()).isEqualTo(65_536))
          .satisfies(e -> assertThat(e.limit()).isEqualTo(65_535));
      return;
    }
    byte[] frame = Frame.of(message).toByteArray();
    JsonObject js = vector.object("js");
    if (js.get("outcome").getAsString().equals("ok")) {
      assertThat(frame).hasSize(js.get("length").getAsInt());
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(frame);
      assertThat(HexFormat.of().formatHex(hash)).isEqualTo(js.get("sha256").getAsString());
    }
    assertThat(Frame.wrap(frame).message()).isEqualTo(message);
  }

  private static Message built(String name) {
    return switch (name) {
      case "set-string-max-fit" -> set(Value.of("x".repeat(65_527)));
      case "set-string-one-over" -> set(Value.of("x".repeat(65_528)));
      case "set-bytes-max-fit" -> set(Value.Bytes.copyOf(filled(65_527)));
      case "set-bytes-one-over" -> set(Value.Bytes.copyOf(filled(65_528)));
      case "set-array-nulls-max" ->
          set(new Value.Array(Collections.nCopies(65_527, Value.Null.INSTANCE)));
      case "bundle-over-4096" ->
          new BundleMessage(null, Collections.nCopies(200, SetMessage.of("/l/1", Value.of(0.5))));
      case "snapshot-over-4096" ->
          new SnapshotMessage(
              Collections.nCopies(200, new ParamState("/p/1", Value.of(0.5), 1, "w", 2L)));
      case "cjk-2000" -> set(Value.of("語".repeat(2_000)));
      case "cjk-1300" -> set(Value.of("語".repeat(1_300)));
      case "samples-1000" ->
          new PublishMessage(
              "/s",
              SignalType.STREAM,
              null,
              Collections.nCopies(1_000, 0.5),
              GesturePhase.START,
              null,
              null,
              null);
      default -> throw new IllegalStateException("no way to build " + name);
    };
  }

  @Test
  void writesScalarsLikeAnyOtherMessage() {
    assertSame(encoder.set("/a", 0.5), SetMessage.of("/a", Value.of(0.5)));
    assertSame(encoder.set("/a", 7), SetMessage.of("/a", Value.of(7)));
    assertSame(encoder.set("/a", true), SetMessage.of("/a", Value.of(true)));
    assertSame(encoder.set("/é", "é"), SetMessage.of("/é", Value.of("é")));
    assertSame(encoder.set("/a", Value.of(Map.of())), SetMessage.of("/a", Value.of(Map.of())));
    for (SignalType signal : SignalType.values()) {
      assertSame(encoder.publish("/a", signal, 0.5), publish(signal, Value.of(0.5)));
      assertSame(encoder.publish("/a", signal, 7), publish(signal, Value.of(7)));
      assertSame(encoder.publish("/a", signal, false), publish(signal, Value.of(false)));
      assertSame(encoder.publish("/a", signal, "x"), publish(signal, Value.of("x")));
      assertSame(
          encoder.publish("/a", signal, Value.of(List.of(1))),
          publish(signal, Value.of(List.of(1))));
    }
  }

  @Test
  void copiesToWhereTheCallerWants() {
    encoder.set("/a", true);
    byte[] expected = Frame.of(SetMessage.of("/a", Value.of(true))).toByteArray();
    byte[] array = new byte[expected.length + 2];
    ByteBuffer buffer = ByteBuffer.allocate(expected.length + 1);

    encoder.copyTo(array, 1);
    encoder.copyTo(buffer);

    assertThat(encoder.size()).isEqualTo(expected.length);
    assertThat(Arrays.copyOfRange(array, 1, array.length - 1)).isEqualTo(expected);
    assertThat(buffer.remaining()).isEqualTo(1);
    assertThatExceptionOfType(BufferOverflowException.class)
        .isThrownBy(() -> encoder.copyTo(buffer));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> encoder.copyTo(array, 3));
  }

  @Test
  void hasNoFrameBeforeTheFirstNorAfterAFailure() {
    assertThat(encoder.size()).isZero();
    assertThatIllegalStateException().isThrownBy(encoder::toFrame);

    encoder.set("/a", 1);
    assertThatExceptionOfType(FrameTooLargeException.class)
        .isThrownBy(() -> encoder.set("/a", "x".repeat(100_000)));
    assertThat(encoder.size()).isZero();
    assertThatIllegalStateException().isThrownBy(encoder::toByteArray);

    assertSame(encoder.set("/a", 1), SetMessage.of("/a", Value.of(1)));
  }

  @Test
  void tellsHowLargeAFrameWouldHaveBeen() {
    assertTooLarge(set(Value.of("語".repeat(30_000))), 6 + 2 + 90_000);
    assertTooLarge(set(Value.of("x".repeat(1_000_000))), 6 + 2 + 1_000_000);
    Value text = Value.of("x".repeat(60_000));
    assertTooLarge(set(new Value.Array(List.of(text, text, text))), 6 + 2 + 3 * 60_003);
    assertTooLarge(
        new BundleMessage(null, List.of(set(text), set(text))), 4 + 2 * (2 + 6 + 2 + 60_000));
    assertTooLarge(
        set(new Value.Array(Collections.nCopies(70_000, Value.Null.INSTANCE))), 6 + 2 + 70_000);
    assertTooLarge(set(Value.Bytes.copyOf(filled(70_000))), 6 + 2 + 70_000);
  }

  @Test
  void refusesTextsWithoutUtf8Form() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.set("/a", "ab\uD800"))
        .withMessageContaining("SET.value has an unpaired surrogate at index 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Frame.of(SetMessage.of("/\uDC00\uD800", Value.of(1))))
        .withMessageContaining("SET.address has an unpaired surrogate at index 1");
  }

  @Test
  void writesAndReadsValuesUpToTheDepthLimit() {
    Message deepest = set(nested(Value.MAX_DEPTH));

    assertThat(Frame.of(deepest).message()).isEqualTo(deepest);
    for (Value value : List.of(nested(Value.MAX_DEPTH + 1), nested(5_000))) {
      assertThatExceptionOfType(NestingTooDeepException.class)
          .isThrownBy(() -> Frame.of(set(value)))
          .withMessageContaining("SET.value is nested deeper than 64 levels")
          .satisfies(e -> assertThat(e.limit()).isEqualTo(Value.MAX_DEPTH));
    }
  }

  @Test
  void writesAndReadsBundlesUpToTheDepthLimit() {
    Message deepest = bundles(FrameFormat.MAX_BUNDLE_DEPTH);

    assertThat(Frame.of(deepest).message()).isEqualTo(deepest);
    for (int depth : new int[] {FrameFormat.MAX_BUNDLE_DEPTH + 1, 3_000}) {
      assertThatExceptionOfType(NestingTooDeepException.class)
          .isThrownBy(() -> Frame.of(bundles(depth)))
          .withMessageContaining("BUNDLE is nested deeper than 32 levels");
    }
  }

  private static void assertSame(FrameEncoder written, Message message) {
    assertThat(written.toFrame()).isEqualTo(Frame.of(message));
  }

  private static void assertTooLarge(Message message, long payloadBytes) {
    assertThatExceptionOfType(FrameTooLargeException.class)
        .isThrownBy(() -> Frame.of(message))
        .satisfies(e -> assertThat(e.payloadBytes()).isEqualTo(payloadBytes));
  }

  private static Message set(Value value) {
    return SetMessage.of("/a", value);
  }

  private static Message publish(SignalType signal, Value value) {
    return PublishMessage.of("/a", signal, value);
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xAB);
    return bytes;
  }

  private static Value nested(int depth) {
    Value value = Value.of(1);
    for (int i = 0; i < depth; i++) {
      value =
          i % 2 == 0
              ? new Value.Array(new ArrayList<>(List.of(value)))
              : new Value.Dict(Map.of("k", value));
    }
    return value;
  }

  private static Message bundles(int depth) {
    Message message = new PingMessage();
    for (int i = 0; i < depth; i++) {
      message = new BundleMessage(null, List.of(message));
    }
    return message;
  }
}
