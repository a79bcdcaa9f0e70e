package to.clasp.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.SyncMessage;
import to.clasp.core.message.Ttl;
import to.clasp.core.message.UnsubscribeMessage;
import to.clasp.core.value.Value;

/** Beside the golden vectors: each form of MessagePack, and what is refused. */
class LegacyReaderTest {

  /** {@code "type": "SET", "address": "/a", "value":} */
  private static final String SET = "a474797065 a3534554 a761646472657373 a22f61 a576616c7565";

  @ParameterizedTest
  @CsvSource({
    "00, 0",
    "7f, 127",
    "ff, -1",
    "e0, -32",
    "cc80, 128",
    "cdffff, 65535",
    "ceffffffff, 4294967295",
    "cf7fffffffffffffff, 9223372036854775807",
    "d080, -128",
    "d18000, -32768",
    "d280000000, -2147483648",
    "d38000000000000000, -9223372036854775808",
  })
  void readsIntegers(String hex, long expected) {
    assertThat(value(hex)).isEqualTo(Value.of(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "ca3f000000, 0.5",
    "cb3fe0000000000000, 0.5",
    "cf8000000000000000, 9.223372036854775808e18",
    "cfffffffffffffffff, 1.8446744073709552e19",
  })
  void readsFloatsAndWhatIsTooLargeForAnInteger(String hex, double expected) {
    assertThat(value(hex)).isEqualTo(Value.of(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a26869",
        "d9026869",
        "da00026869",
        "db000000026869",
        "c4026869",
        "c500026869",
        "c6000000026869"
      })
  void readsStringsAndBlobsThatAreText(String hex) {
    assertThat(value(hex)).isEqualTo(Value.of("hi"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"92 01 c3", "dc0002 01 c3", "dd00000002 01 c3"})
  void readsLists(String hex) {
    assertThat(value(hex)).isEqualTo(Value.of(List.of(1, true)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"81 a16b c2", "de0001 a16b c2", "df00000001 a16b c2", "81 c4016b c2"})
  void readsMaps(String hex) {
    assertThat(value(hex)).isEqualTo(Value.of(Map.of("k", false)));
  }

  @Test
  void readsMessagesWhoseMapIsLong() {
    assertThat(decode("de0003" + SET + "c0")).isEqualTo(set(Value.Null.INSTANCE));
    assertThat(decode("df00000003" + SET + "c0")).isEqualTo(set(Value.Null.INSTANCE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"c1", "d40100", "c70101ff", "c80001ff00", "c9", "d8", "c402fffe", "8101c0"})
  void refusesWhatIsNoValue(String hex) {
    assertRefused("83" + SET + hex);
  }

  @Test
  void readsMessagesThatTheVectorsLack() {
    assertThat(decode("82" + key("type") + text("UNSUBSCRIBE") + key("id") + "07"))
        .isEqualTo(new UnsubscribeMessage(7));
    assertThat(decode("83" + key("type") + text("SYNC") + key("t1") + "01" + key("t2") + "c0"))
        .isEqualTo(new SyncMessage(1, null, null));
    assertThat(
            decode(
                "85"
                    + (key("type") + text("PUBLISH") + key("address") + text("/g"))
                    + (key("signal") + text("gesture") + key("phase") + text("move"))
                    + (key("samples") + "92 01 ca3f000000")))
        .isEqualTo(
            new PublishMessage(
                "/g",
                SignalType.GESTURE,
                null,
                List.of(1.0, 0.5),
                GesturePhase.MOVE,
                null,
                null,
                null));
  }

  @Test
  void aValueWinsOverSamples() {
    PublishMessage publish =
        (PublishMessage)
            decode(
                "84"
                    + (key("type") + text("PUBLISH") + key("address") + text("/g"))
                    + (key("samples") + "91 01" + key("payload") + "05"));

    assertThat(publish.value()).isEqualTo(Value.of(5));
    assertThat(publish.samples()).isNull();
  }

  @Test
  void lifetimesAreClampedToWhatTheWireCanSay() {
    String sliding = "81" + key("Sliding");
    assertThat(ttl(sliding + "ceffffffff")).isEqualTo(Ttl.sliding(Integer.MAX_VALUE));
    assertThat(ttl(sliding + "00")).isEqualTo(Ttl.never());
    assertThat(ttl("81" + key("Absolute") + "00")).isEqualTo(Ttl.absolute(0));
    assertThat(ttl(text("Never"))).isEqualTo(Ttl.never());
    assertThat(ttl("c0")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "Sometimes, 05",
    "Sliding, c0",
    "Sliding, ff",
    "Sliding, cf0000000100000000",
  })
  void badLifetimesAreRefused(String mode, String seconds) {
    assertRefused("84" + SET + "01" + key("ttl") + "81" + key(mode) + seconds);
  }

  @Test
  void badFieldsAreRefused() {
    assertRefused("84" + SET + "01" + key("ttl") + "80");
    assertRefused("84" + SET + "01" + key("ttl") + "05");
    assertRefused("84" + SET + "01" + key("lock") + "c0");
    assertRefused("84" + SET + "01" + key("lock") + "01");
    assertRefused("84" + SET + "01" + key("revision") + "ff");
    assertRefused("84" + SET + "01" + key("revision") + text("1"));
    String subscribe = key("type") + text("SUBSCRIBE") + key("pattern") + text("/a");
    assertRefused("83" + subscribe + key("id") + "cf0000000100000000");
    assertRefused("83" + subscribe + key("id") + "ca3f800000");
    assertRefused("84" + subscribe + key("id") + "01" + key("types") + "91" + text("Param"));
    assertRefused("84" + subscribe + key("id") + "01" + key("types") + "91" + text("toast"));
    assertRefused("84" + subscribe + key("id") + "01" + key("types") + "c0");
    assertRefused("84" + subscribe + key("id") + "01" + key("types") + "91 c0");
    assertRefused("84" + subscribe + key("id") + "01" + key("options") + "90");
    assertThat(decode("84" + subscribe + key("id") + "01" + key("types") + "91" + text("event")))
        .isEqualTo(new SubscribeMessage(1, "/a", Set.of(SignalType.EVENT), null));
    String announce =
        "83"
            + key("type")
            + text("ANNOUNCE")
            + key("namespace")
            + text("/n")
            + key("signals")
            + "91 83"
            + key("address")
            + text("/n/a")
            + key("type")
            + text("param")
            + key("meta")
            + "81"
            + key("range");
    assertThat(decode(announce + "92 00 01")).isNotNull();
    assertRefused(announce + "91 00");
    assertRefused(announce + "93 00 01 02");
    assertRefused(announce + "92 00" + text("x"));
    assertRefused("81" + key("type") + "13");
    assertRefused("81" + key("type") + "ff");
  }

  @Test
  void valuesAreNestedUpToTheLimit() {
    String deepest = "91".repeat(Value.MAX_DEPTH);
    assertThat(decode("83" + SET + deepest + "00")).isNotNull();
    assertRefused("83" + SET + deepest + "9100");
  }

  @Test
  void bundlesAreNestedUpToTheLimit() {
    Message deepest = decode(bundles(FrameFormat.MAX_BUNDLE_DEPTH));

    assertThat(deepest).isInstanceOf(BundleMessage.class);
    assertThat(Frame.of(deepest).message()).isEqualTo(deepest);
    assertRefused(bundles(FrameFormat.MAX_BUNDLE_DEPTH + 1));
  }

  @Test
  void payloadsThatEndEarlyAreRefused() {
    byte[] whole = payload("83" + SET + "92 a26869 cb3fe0000000000000");
    for (int length = 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(MalformedFrameException.class)
          .isThrownBy(() -> FrameDecoder.decode(Frames.of(0, cut, cut.length)));
    }
  }

  private static String bundles(int depth) {
    String bundle = "82" + key("type") + text("BUNDLE") + key("messages") + "91";
    return bundle.repeat(depth) + "81" + key("type") + text("PING");
  }

  private static Value value(String hex) {
    return ((SetMessage) decode("83" + SET + hex)).value();
  }

  private static @Nullable Ttl ttl(String hex) {
    return ((SetMessage) decode("84" + SET + "01" + key("ttl") + hex)).ttl();
  }

  private static Message set(Value value) {
    return SetMessage.of("/a", value);
  }

  private static Message decode(String hex) {
    byte[] payload = payload(hex);
    return FrameDecoder.decode(Frames.of(0, payload, payload.length));
  }

  private static void assertRefused(String hex) {
    assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> decode(hex));
  }

  private static byte[] payload(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static String key(String name) {
    return text(name);
  }

  private static String text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer packed = ByteBuffer.allocate(bytes.length + 1);
    packed.put((byte) (0xA0 | bytes.length)).put(bytes);
    return HexFormat.of().formatHex(packed.array());
  }
}
