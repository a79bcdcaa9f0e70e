package to.clasp.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.core.message.Message;
import to.clasp.core.message.QoS;
import to.clasp.core.vectors.Notation;
import to.clasp.core.vectors.Vectors;
import to.clasp.core.vectors.Vectors.Vector;

/** Each golden frame decodes to what the router reads, and is encoded to the same bytes. */
class GoldenFramesTest {

  /** The JavaScript codec knows no default for timelines, and no client leaves the signal out. */
  private static final Set<String> OTHER_DEFAULT_QOS =
      Set.of(
          "publish/timeline-no-value",
          "publish/timeline-value",
          "publish/timeline-payload",
          "publish/no-signal-default-qos-fire");

  static Stream<Vector> frames() {
    return Stream.concat(Vectors.load("frames-js.json", 329), Vectors.load("frames-rust.json", 80));
  }

  /** The code 3 is reserved: it cannot be written. */
  static Stream<Vector> writableFrames() {
    return frames().filter(vector -> !hasReservedQos(vector));
  }

  @ParameterizedTest
  @MethodSource("frames")
  void decodesToWhatTheRouterReads(Vector vector) {
    Frame frame = Frame.wrap(vector.bytes());

    assertThat(frame.message()).isEqualTo(routersMessage(vector));
    assertThat(frame.messageType()).isEqualTo(frame.message().type());
    assertThat(frame.address()).isEqualTo(Routing.address(frame.message()));
    assertThat(frame.signal()).isEqualTo(Routing.signal(frame.message()));
    JsonObject header = vector.object("rustDecoded").getAsJsonObject("frame");
    assertThat(frame.qos().code()).isEqualTo(header.get("qos").getAsInt());
    assertThat(frame.timestamp()).isEqualTo(timestamp(header));
    assertThat(frame.size()).isEqualTo(vector.bytes().length);
  }

  @ParameterizedTest
  @MethodSource("writableFrames")
  void encodesToTheSameBytes(Vector vector) {
    Message given = Notation.message(vector.object("message"));
    QoS qos = Frame.wrap(vector.bytes()).qos();

    Frame frame = Frame.of(given, qos, timestamp(options(vector)));

    assertThat(frame.toByteArray()).isEqualTo(vector.bytes());
    assertThat(new FrameEncoder().encode(given, qos, timestamp(options(vector))).toByteArray())
        .isEqualTo(vector.bytes());
  }

  @ParameterizedTest
  @MethodSource("writableFrames")
  void encodesWhatItDecodedToTheSameBytes(Vector vector) {
    Frame frame = Frame.wrap(vector.bytes());

    assertThat(Frame.of(frame.message(), frame.qos(), frame.timestamp())).isEqualTo(frame);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void choosesTheDefaultQosOfTheRouter(Vector vector) {
    Frame frame = Frame.wrap(vector.bytes());
    if (!options(vector).has("qos") && !OTHER_DEFAULT_QOS.contains(vector.name())) {
      assertThat(frame.message().defaultQos()).isEqualTo(frame.qos());
    }
  }

  private static Message routersMessage(Vector vector) {
    return Notation.message(vector.object("rustDecoded").getAsJsonObject("message"));
  }

  private static JsonObject options(Vector vector) {
    JsonElement options = vector.element("options");
    return options == null ? new JsonObject() : options.getAsJsonObject();
  }

  private static boolean hasReservedQos(Vector vector) {
    JsonElement qos = options(vector).get("qos");
    return qos != null && qos.getAsInt() == 3;
  }

  private static @Nullable Long timestamp(JsonObject json) {
    JsonElement timestamp = json.get("timestamp");
    return timestamp == null || timestamp.isJsonNull()
        ? null
        : (Long) Long.parseUnsignedLong(timestamp.getAsString());
  }
}
