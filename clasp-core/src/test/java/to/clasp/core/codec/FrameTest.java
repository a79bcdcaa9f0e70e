package to.clasp.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QoS;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;

class FrameTest {

  private static final Frame SET = Frame.of(SetMessage.of("/a/b", Value.of(0.5)));

  @Test
  void tellsWhatRoutingNeeds() {
    Frame stream =
        Frame.of(PublishMessage.of("/s", SignalType.STREAM, Value.of(1)), QoS.COMMIT, -1L);

    assertThat(SET.messageType()).isEqualTo(MessageType.SET);
    assertThat(SET.address()).isEqualTo("/a/b");
    assertThat(SET.signal()).isEqualTo(SignalType.PARAM);
    assertThat(SET.qos()).isEqualTo(QoS.CONFIRM);
    assertThat(SET.timestamp()).isNull();
    assertThat(stream.signal()).isEqualTo(SignalType.STREAM);
    assertThat(stream.qos()).isEqualTo(QoS.COMMIT);
    assertThat(stream.timestamp()).isEqualTo(-1L);
    assertThat(Frame.of(new PingMessage()).address()).isNull();
    assertThat(Frame.of(new PingMessage()).signal()).isNull();
  }

  @Test
  void tellsTheOptionalAddressOfAnAnswer() {
    assertThat(Frame.of(new AckMessage("/a", 1L, null, null, null)).address()).isEqualTo("/a");
    assertThat(Frame.of(new AckMessage(null, 1L, null, null, null)).address()).isNull();
    assertThat(Frame.of(new ErrorMessage(404, "gone", "/x", null)).address()).isEqualTo("/x");
    assertThat(Frame.of(new ErrorMessage(429, "slow down", null, null)).address()).isNull();
  }

  @Test
  void readsTheHeadOfAMessageWhoseValueIsBroken() {
    // An array that claims 65 535 elements and has none.
    Frame frame = Frame.wrap(Frames.ofPayload("21 0a 0002 2f61 ffff"));

    assertThat(frame.messageType()).isEqualTo(MessageType.SET);
    assertThat(frame.address()).isEqualTo("/a");
    assertThat(frame.signal()).isEqualTo(SignalType.PARAM);
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(frame::message)
        .withMessageContaining("SET.value at byte 10")
        .satisfies(e -> assertThat(e.field()).isEqualTo("SET.value"))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(10));
  }

  @Test
  void namesTheByteWithAnUnknownType() {
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> Frame.wrap(Frames.ofPayload("ff")).messageType())
        .withMessage("message.type at byte 4: unknown message type 255");
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> Frame.wrap(Frames.ofPayload("")).messageType())
        .withMessage("message.type at byte 4: 1 bytes wanted, 0 left");
  }

  @Test
  void leavesOutBytesAfterItsEnd() {
    byte[] bytes = HexFormat.of().parseHex("5301000141" + "5301000142");

    Frame frame = Frame.wrap(bytes);

    assertThat(frame.size()).isEqualTo(5);
    assertThat(frame.messageType()).isEqualTo(MessageType.PING);
    assertThat(frame.toByteArray()).containsExactly(0x53, 0x01, 0x00, 0x01, 0x41);
    assertThat(frame).isEqualTo(Frame.of(new PingMessage()));
  }

  @Test
  void isReadFromARangeOfAnArray() {
    byte[] bytes = new byte[SET.size() + 20];
    Arrays.fill(bytes, (byte) 0x7F);
    SET.copyTo(bytes, 7);

    Frame frame = Frame.wrap(bytes, 7, bytes.length - 7);

    assertThat(frame).isEqualTo(SET).hasSameHashCodeAs(SET);
    assertThat(frame.address()).isEqualTo("/a/b");
    assertThat(frame.addressStartsWith(utf8("/a/"))).isTrue();
    assertThat(frame.message()).isEqualTo(SET.message());
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> Frame.wrap(bytes, 7, SET.size() - 1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Frame.wrap(bytes, 7, bytes.length));
  }

  @Test
  void countsOffsetsFromItsOwnStart() {
    byte[] bad = Frames.ofPayload("22 0005 2f61");
    byte[] bytes = new byte[bad.length + 9];
    System.arraycopy(bad, 0, bytes, 9, bad.length);

    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> Frame.wrap(bytes, 9, bad.length).address())
        .satisfies(e -> assertThat(e.offset()).isEqualTo(7))
        .satisfies(e -> assertThat(e.field()).isEqualTo("GET.address"));
  }

  @Test
  void showsItsBytesReadOnly() {
    ByteBuffer buffer = SET.asReadOnlyBuffer();

    assertThat(buffer.remaining()).isEqualTo(SET.size());
    assertThat(buffer.get(0)).isEqualTo((byte) 0x53);
    assertThatExceptionOfType(ReadOnlyBufferException.class)
        .isThrownBy(() -> buffer.put(0, (byte) 0));
    SET.toByteArray()[4] = 0;
    assertThat(SET.messageType()).isEqualTo(MessageType.SET);
  }

  @Test
  void comparesAddressesByTheirStart() {
    assertThat(SET.addressStartsWith(utf8("/a/b"))).isTrue();
    assertThat(SET.addressStartsWith(utf8(""))).isTrue();
    assertThat(SET.addressStartsWith(utf8("/a/c"))).isFalse();
    assertThat(SET.addressStartsWith(utf8("/a/b/"))).isFalse();
    assertThat(Frame.of(new GetMessage("/peer/x/y")).addressStartsWith(utf8("/peer/"))).isTrue();
    assertThat(Frame.of(new PingMessage()).addressStartsWith(utf8(""))).isFalse();
    assertThat(Frame.wrap(Frames.ofPayload("")).addressStartsWith(utf8(""))).isFalse();
    assertThat(Frame.wrap(Frames.ofPayload("22")).addressStartsWith(utf8(""))).isFalse();
    assertThat(Frame.wrap(Frames.ofPayload("22 0003 2f61")).addressStartsWith(utf8("/a")))
        .isFalse();
    Frame legacy = Frame.wrap(legacyGet());
    assertThat(legacy.address()).isEqualTo("/a");
    assertThat(legacy.addressStartsWith(utf8("/a"))).isFalse();
  }

  @Test
  void readsLegacyPayloadsToo() {
    Frame legacy = Frame.wrap(legacyGet());

    assertThat(legacy.messageType()).isEqualTo(MessageType.GET);
    assertThat(legacy.message()).isEqualTo(new GetMessage("/a"));
    assertThat(legacy.signal()).isNull();
  }

  @Test
  void neverShowsATokenOrFailsWhenShown() {
    HelloMessage hello = new HelloMessage(1, Set.of(), "me", "secret");
    WelcomeMessage welcome = new WelcomeMessage(1, Set.of(), 1, "s", "r", "secret");

    assertThat(Frame.of(hello)).hasToString("HELLO, 19 bytes");
    assertThat(hello.toString()).doesNotContain("secret").contains("with token");
    assertThat(welcome.toString()).doesNotContain("secret").contains("with token");
    assertThat(SET).hasToString("SET /a/b, 20 bytes");
    assertThat(Frame.wrap(Frames.ofPayload("ff"))).hasToString("malformed frame, 5 bytes");
    assertThat(Frame.wrap(Frames.ofPayload(""))).hasToString("malformed frame, 4 bytes");
  }

  @Test
  void differsFromOthersByItsBytes() {
    assertThat(SET).isNotEqualTo(Frame.of(SetMessage.of("/a/b", Value.of(0.25))));
    assertThat(SET).isNotEqualTo(Frame.of(SET.message(), QoS.FIRE));
    assertThat((Object) SET).isNotEqualTo("SET");
  }

  @Test
  void isMeasuredInARunOfBytes() {
    byte[] run = HexFormat.of().parseHex("5301000141" + "532100010000000000000001" + "42");

    assertThat(FrameDecoder.frameSize(run, 0, run.length)).isEqualTo(5);
    assertThat(FrameDecoder.frameSize(run, 5, run.length - 5)).isEqualTo(13);
    assertThat(FrameDecoder.frameSize(run, 5, run.length - 6)).isZero();
    assertThat(FrameDecoder.frameSize(run, 0, 3)).isZero();
    assertThat(FrameDecoder.frameSize(run, 0, 0)).isZero();
    assertThat(FrameDecoder.decode(run, 5, run.length - 5).type()).isEqualTo(MessageType.PONG);
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> FrameDecoder.frameSize(run, 1, 2));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] legacyGet() {
    return Frames.ofPayload("82 a474797065 a3474554 a761646472657373 a22f61");
  }
}
