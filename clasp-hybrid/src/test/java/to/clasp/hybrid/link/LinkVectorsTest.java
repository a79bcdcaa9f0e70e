package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import to.clasp.core.codec.Frame;
import to.clasp.hybrid.link.LinkMessage.Ack;
import to.clasp.hybrid.link.LinkMessage.Barrier;
import to.clasp.hybrid.link.LinkMessage.Bye;
import to.clasp.hybrid.link.LinkMessage.Data;
import to.clasp.hybrid.link.LinkMessage.Header;
import to.clasp.hybrid.link.LinkMessage.Hello;
import to.clasp.hybrid.link.LinkMessage.Part;
import to.clasp.hybrid.link.LinkMessage.Ping;
import to.clasp.testkit.vectors.VectorFiles;

/** The vectors that the JavaScript peer tests itself against too: both have the same bytes. */
class LinkVectorsTest {

  private static final JsonObject FILE = VectorFiles.load(VectorFiles.class, "link-messages.json");

  @TestFactory
  Stream<DynamicTest> messagesHaveTheSameBytes() {
    return objects("vectors")
        .map(
            vector ->
                dynamicTest(
                    text(vector, "name"),
                    () -> {
                      byte[] bytes = bytes(vector, "hex");
                      LinkMessage message = message(vector.getAsJsonObject("message"));
                      assertThat(LinkCodec.encode(message)).isEqualTo(bytes);
                      LinkMessage read = Objects.requireNonNull(LinkCodec.decode(bytes));
                      assertThat(read).hasSameClassAs(message);
                      assertThat(LinkCodec.encode(read)).isEqualTo(bytes);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> whatIsNoMessageIsIgnoredOrRefused() {
    return objects("refused")
        .map(
            vector ->
                dynamicTest(
                    text(vector, "name"),
                    () -> {
                      byte[] bytes = bytes(vector, "hex");
                      if (text(vector, "result").equals("ignored")) {
                        assertThat(LinkCodec.decode(bytes)).isNull();
                      } else {
                        assertThatThrownBy(() -> LinkCodec.decode(bytes))
                            .isInstanceOf(MalformedLinkMessageException.class);
                      }
                    }));
  }

  private static Stream<JsonObject> objects(String key) {
    return StreamSupport.stream(FILE.getAsJsonArray(key).spliterator(), false)
        .map(JsonElement::getAsJsonObject);
  }

  private static LinkMessage message(JsonObject json) {
    Header header =
        new Header(
            number(json, "from"),
            number(json, "to"),
            number(json, "ack"),
            (int) number(json, "receipt"));
    String type = text(json, "type");
    return switch (type) {
      case "hello", "answer" ->
          new Hello(
              header,
              number(json, "first"),
              (int) number(json, "maxFrames"),
              (int) number(json, "maxBytes"),
              type.equals("answer"));
      case "data" ->
          new Data(header, number(json, "first"), json.get("copied").getAsBoolean(), frames(json));
      case "part" ->
          new Part(
              header,
              number(json, "number"),
              (int) number(json, "offset"),
              (int) number(json, "total"),
              bytes(json, "bytes"));
      case "barrier" -> new Barrier(header, number(json, "number"));
      case "ack" -> new Ack(header);
      case "ping" -> new Ping(header);
      case "bye" -> new Bye(header);
      default -> throw new AssertionError("unknown type " + type);
    };
  }

  private static List<Frame> frames(JsonObject json) {
    return StreamSupport.stream(json.getAsJsonArray("frames").spliterator(), false)
        .map(hex -> Frame.wrap(HexFormat.of().parseHex(hex.getAsString())))
        .toList();
  }

  private static long number(JsonObject json, String key) {
    return json.get(key).getAsLong();
  }

  private static String text(JsonObject json, String key) {
    return json.get(key).getAsString();
  }

  private static byte[] bytes(JsonObject json, String key) {
    return HexFormat.of().parseHex(text(json, key));
  }
}
