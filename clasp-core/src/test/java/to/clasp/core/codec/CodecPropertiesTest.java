package to.clasp.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import to.clasp.core.message.Message;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QoS;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.core.vectors.Vectors;

/** What holds for all messages, and for all bytes. */
class CodecPropertiesTest {

  private static final List<byte[]> SEEDS =
      Stream.of(
              Vectors.load("frames-js.json", 329),
              Vectors.load("frames-rust.json", 80),
              Vectors.load("msgpack-legacy.json", 107),
              Vectors.load("frames-decode-only.json", 84),
              Vectors.load("malformed.json", 154))
          .flatMap(vectors -> vectors)
          .map(Vectors.Vector::bytes)
          .toList();

  @Provide
  Arbitrary<Message> messages() {
    return Samples.messages();
  }

  @Provide
  Arbitrary<Value> values() {
    return Samples.values();
  }

  @Provide
  Arbitrary<String> texts() {
    return Samples.texts();
  }

  @Property
  void whatIsEncodedDecodesToAnEqualMessage(
      @ForAll("messages") Message message, @ForAll QoS qos, @ForAll long timestamp) {
    Frame frame = Frame.of(message, qos, timestamp);
    Frame received = Frame.wrap(frame.toByteArray());

    assertThat(received.message()).isEqualTo(message);
    assertThat(received.qos()).isEqualTo(qos);
    assertThat(received.timestamp()).isEqualTo(timestamp);
    assertThat(received.messageType()).isEqualTo(message.type());
    assertThat(received.address()).isEqualTo(Routing.address(message));
    assertThat(received.signal()).isEqualTo(Routing.signal(message));
    assertThat(received).isEqualTo(frame).hasSameHashCodeAs(frame);
  }

  @Property
  void anEncoderWritesTheSameFrameAgainAndAgain(
      @ForAll("messages") Message first, @ForAll("messages") Message second) {
    FrameEncoder encoder = new FrameEncoder();

    assertThat(encoder.encode(first).toFrame()).isEqualTo(Frame.of(first));
    assertThat(encoder.encode(second).toFrame()).isEqualTo(Frame.of(second));
    assertThat(encoder.encode(first).toFrame()).isEqualTo(Frame.of(first));
  }

  @Property
  void hotMessagesAreWrittenLikeAllOthers(
      @ForAll("texts") String address, @ForAll("values") Value value, @ForAll SignalType signal) {
    FrameEncoder encoder = new FrameEncoder();

    assertThat(encoder.set(address, value).toFrame())
        .isEqualTo(Frame.of(SetMessage.of(address, value)));
    assertThat(encoder.publish(address, signal, value).toFrame())
        .isEqualTo(Frame.of(PublishMessage.of(address, signal, value)));
  }

  @Property
  void eachCutFrameIsRefused(@ForAll("messages") Message message, @ForAll Random random) {
    byte[] frame = Frame.of(message).toByteArray();
    int length = random.nextInt(frame.length);
    byte[] cut = new byte[length];
    System.arraycopy(frame, 0, cut, 0, length);

    assertThat(decodes(cut)).isFalse();
  }

  @Provide
  Arbitrary<byte[]> noise() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
  }

  @Property(tries = 5000)
  void anyBytesDecodeOrAreRefused(@ForAll("noise") byte[] bytes) {
    decodes(bytes);
    for (int flags : new int[] {0x00, 0x01, 0x21}) {
      decodes(Frames.of(flags, bytes, bytes.length));
    }
  }

  /** Payloads that start like a message, so that the noise gets further in. */
  @Property(tries = 5000)
  void anyBytesAfterATypeCodeDecodeOrAreRefused(
      @ForAll("noise") byte[] bytes, @ForAll("firstBytes") int first) {
    byte[] payload = new byte[bytes.length + 1];
    payload[0] = (byte) first;
    System.arraycopy(bytes, 0, payload, 1, bytes.length);
    decodes(Frames.of(1, payload, payload.length));
  }

  @Provide
  Arbitrary<Integer> firstBytes() {
    return Arbitraries.oneOf(
        Arbitraries.of(MessageType.class).map(MessageType::code),
        Arbitraries.integers().between(0x80, 0x8F),
        Arbitraries.of(0xDE, 0xDF));
  }

  @Provide
  Arbitrary<byte[]> mutants() {
    return Combinators.combine(Arbitraries.of(SEEDS), Arbitraries.randoms())
        .as(CodecPropertiesTest::mutate);
  }

  @Property(tries = 20_000)
  void mutatedFramesDecodeOrAreRefused(@ForAll("mutants") byte[] bytes) {
    decodes(bytes);
  }

  private static byte[] mutate(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) 0xFF;
        case 3 -> bytes = withLength(Arrays.copyOf(bytes, at));
        default -> bytes = withLength(repeated(bytes, at));
      }
    }
    return bytes;
  }

  /** Repeats what follows an index, which nests containers and multiplies entries. */
  private static byte[] repeated(byte[] bytes, int from) {
    int tail = bytes.length - from;
    byte[] longer = Arrays.copyOf(bytes, Math.min(2_000, bytes.length + tail));
    if (longer.length > bytes.length) {
      System.arraycopy(bytes, from, longer, bytes.length, longer.length - bytes.length);
    }
    return longer;
  }

  /** Corrects the length field, so that the mutation is not just seen as a cut frame. */
  private static byte[] withLength(byte[] bytes) {
    if (bytes.length >= FrameFormat.HEADER_BYTES) {
      int payload = Math.max(0, bytes.length - FrameFormat.headerBytes(bytes[1]));
      bytes[2] = (byte) (payload >> 8);
      bytes[3] = (byte) payload;
    }
    return bytes;
  }

  /** Tells whether bytes decode; fails on anything but a message or the one exception. */
  private static boolean decodes(byte[] bytes) {
    try {
      Frame frame = Frame.wrap(bytes);
      assertThat(frame.toString()).isNotNull();
      Message message = frame.message();
      assertThat(frame.messageType()).isEqualTo(message.type());
      assertThat(frame.address()).isEqualTo(Routing.address(message));
      assertThat(frame.signal()).isEqualTo(Routing.signal(message));
      assertWritable(message, bytes);
      return true;
    } catch (MalformedFrameException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
      return false;
    }
  }

  /** What was read can be written, unless a legacy form is shorter than the compact one. */
  private static void assertWritable(Message message, byte[] bytes) {
    try {
      Frame again = Frame.of(message);
      assertThat(again.message())
          .as(() -> HexFormat.of().formatHex(bytes))
          .isEqualTo(Frame.of(again.message()).message());
    } catch (FrameTooLargeException e) {
      assertThat(bytes.length).isGreaterThan(1_000);
    }
  }
}
