package to.clasp.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.core.vectors.Notation;
import to.clasp.core.vectors.Vectors;
import to.clasp.core.vectors.Vectors.Vector;

/**
 * Odd, legacy, malformed and truncated frames: where the router decodes, so do we, to the same
 * message; where it fails or crashes, we refuse.
 */
class DecodeVectorsTest {

  private static final int FRAMES_FROM_ROUTER = 123;

  static Stream<Vector> odd() {
    return Vectors.load("frames-decode-only.json", 84);
  }

  static Stream<Vector> legacy() {
    return Vectors.load("msgpack-legacy.json", 107);
  }

  static Stream<Vector> malformed() {
    return Vectors.load("malformed.json", 154);
  }

  static Stream<Vector> truncations() {
    return Vectors.load("truncations.json", 23);
  }

  @ParameterizedTest
  @MethodSource({"odd", "legacy"})
  void agreesWithTheRouter(Vector vector) {
    JsonObject rust = vector.object("rust");
    if (rust.get("outcome").getAsString().equals("ok")) {
      Frame frame = Frame.wrap(vector.bytes());
      assertThat(frame.message()).isEqualTo(Notation.message(rust.getAsJsonObject("message")));
      assertThat(frame.messageType()).isEqualTo(frame.message().type());
      assertThat(frame.address()).isEqualTo(Routing.address(frame.message()));
      assertThat(frame.signal()).isEqualTo(Routing.signal(frame.message()));
      assertThat(frame.qos().code()).isEqualTo(rust.getAsJsonObject("frame").get("qos").getAsInt());
    } else {
      assertMalformed(vector.bytes());
    }
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void refusesMalformedFrames(Vector vector) {
    boolean routerReadsIt = vector.object("rust").get("outcome").getAsString().equals("ok");
    // The router has no bound for nesting, and dies of it.
    if (routerReadsIt && !vector.name().startsWith("nesting/")) {
      assertThat(Frame.wrap(vector.bytes()).message()).isNotNull();
    } else {
      assertMalformed(vector.bytes());
    }
  }

  @ParameterizedTest
  @MethodSource("truncations")
  void refusesPayloadsThatEndEarly(Vector vector) {
    byte[] payload = HexFormat.of().parseHex(vector.string("payload"));
    int flags = vector.element("flags").getAsInt();
    List<Integer> decodable = new ArrayList<>();
    List<Integer> decoded = new ArrayList<>();
    for (JsonElement outcome : vector.element("outcomes").getAsJsonArray()) {
      JsonArray row = outcome.getAsJsonArray();
      int length = row.get(0).getAsInt();
      if (row.get(1).getAsString().equals("ok")) {
        decodable.add(length);
      }
      if (decodes(Frames.of(flags, payload, length))) {
        decoded.add(length);
      }
    }
    assertThat(decoded).isEqualTo(decodable);
    assertThat(decodes(Frames.of(flags, payload, payload.length))).isTrue();
  }

  @Test
  void agreesWithTheRouterOnTheSeedsOfItsFuzzers() {
    JsonObject root = Vectors.root("fuzz-corpus.json");
    Map<String, JsonElement> corpus = root.getAsJsonObject("corpus").asMap();
    assertThat(corpus).hasSize(40);
    corpus.forEach(
        (name, hex) -> {
          JsonObject outcome = root.getAsJsonObject("outcomes").getAsJsonObject(name);
          byte[] bytes = HexFormat.of().parseHex(hex.getAsString());
          boolean framed = outcome.get("decodedAs").getAsString().equals("frame");
          byte[] frame = framed ? bytes : Frames.of(1, bytes, bytes.length);
          JsonObject rust = outcome.getAsJsonObject("rust");
          boolean readable = rust.get("outcome").getAsString().equals("ok");
          assertThat(decodes(frame)).as(name).isEqualTo(readable);
          if (readable) {
            assertThat(Frame.wrap(frame).message())
                .as(name)
                .isEqualTo(Notation.message(rust.getAsJsonObject("message")));
          }
        });
  }

  @Test
  void readsTheConversationsOfARealRouter() {
    int frames = 0;
    for (JsonElement scenario :
        Vectors.root("router-transcripts.json").getAsJsonArray("scenarios")) {
      for (JsonElement element : scenario.getAsJsonObject().getAsJsonArray("steps")) {
        JsonObject step = element.getAsJsonObject();
        if (!step.get("from").getAsString().equals("router")) {
          // The other side was made to send bad frames as well.
          continue;
        }
        Frame frame = Frame.wrap(HexFormat.of().parseHex(step.get("hex").getAsString()));
        assertThat(frame.messageType().name())
            .isEqualTo(step.getAsJsonObject("message").get("type").getAsString());
        assertThat(Frame.of(frame.message(), frame.qos(), frame.timestamp())).isEqualTo(frame);
        frames++;
      }
    }
    assertThat(frames).isEqualTo(FRAMES_FROM_ROUTER);
  }

  private static boolean decodes(byte[] bytes) {
    try {
      return FrameDecoder.decode(bytes) != null;
    } catch (MalformedFrameException e) {
      return false;
    }
  }

  private static void assertMalformed(byte[] bytes) {
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> FrameDecoder.decode(bytes))
        .satisfies(
            e -> {
              assertThat(e.field()).isNotBlank();
              assertThat(e.offset()).isBetween(0, bytes.length);
              assertThat(e).hasMessageContaining(e.field());
            });
  }
}
