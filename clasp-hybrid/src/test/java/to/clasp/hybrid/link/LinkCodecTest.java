package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
import to.clasp.hybrid.link.LinkMessage.Ack;
import to.clasp.hybrid.link.LinkMessage.Barrier;
import to.clasp.hybrid.link.LinkMessage.Bye;
import to.clasp.hybrid.link.LinkMessage.Data;
import to.clasp.hybrid.link.LinkMessage.Header;
import to.clasp.hybrid.link.LinkMessage.Hello;
import to.clasp.hybrid.link.LinkMessage.Part;
import to.clasp.hybrid.link.LinkMessage.Ping;

/** The bytes of link messages, and what is made of bytes that are none. */
class LinkCodecTest {

  private static final Header HEADER = new Header(0x0102030405060708L, 0x1112131415161718L, 7, -2);

  private static LinkMessage decoded(byte[] bytes) {
    LinkMessage message;
    try {
      message = LinkCodec.decode(bytes);
    } catch (MalformedLinkMessageException e) {
      throw new AssertionError(e);
    }
    if (message == null) {
      throw new AssertionError("of another version");
    }
    return message;
  }

  private static byte[] patched(byte[] bytes, int at, long value) {
    ByteBuffer.wrap(bytes).putLong(at, value);
    return bytes;
  }

  @Test
  void theHeaderIsLaidOutAsDocumented() {
    assertThat(HexFormat.of().formatHex(LinkCodec.encode(new Ping(HEADER))))
        .isEqualTo(
            "4c17" + "0102030405060708" + "1112131415161718" + "0000000000000007" + "fffffffe");
  }

  @Test
  void dataIsFollowedByWholeFrames() {
    Frame frame = LinkPair.frame(1);
    byte[] bytes = LinkCodec.encode(new Data(HEADER, 9, true, List.of(frame, frame)));
    assertThat(bytes).hasSize(LinkCodec.DATA_BYTES + 2 * frame.size());
    assertThat(ByteBuffer.wrap(bytes).getLong(LinkCodec.HEADER_BYTES)).isEqualTo(9);
    assertThat(bytes[LinkCodec.HEADER_BYTES + 8]).isEqualTo((byte) 1);
    assertThat(Arrays.copyOfRange(bytes, LinkCodec.DATA_BYTES, LinkCodec.DATA_BYTES + frame.size()))
        .isEqualTo(frame.toByteArray());
  }

  @Test
  void linkMessagesAreToldFromFrames() {
    assertThat(LinkCodec.isLinkMessage(LinkCodec.encode(new Ack(HEADER)))).isTrue();
    assertThat(LinkCodec.isLinkMessage(LinkPair.frame(1).toByteArray())).isFalse();
    assertThat(LinkCodec.isLinkMessage(new byte[0])).isFalse();
  }

  @Test
  void onlyAcknowledgementsAndGoodbyesAskForNoReceipt() {
    assertThat(new Ack(HEADER).asksForReceipt()).isFalse();
    assertThat(new Bye(HEADER).asksForReceipt()).isFalse();
    assertThat(new Ping(HEADER).asksForReceipt()).isTrue();
    assertThat(new Barrier(HEADER, 1).asksForReceipt()).isTrue();
    assertThat(new Hello(HEADER, 0, 1, 1, true).asksForReceipt()).isTrue();
  }

  // ---- Round trips

  @Provide
  Arbitrary<LinkMessage> messages() {
    Arbitrary<Long> numbers = Arbitraries.longs().between(0, 1L << 62);
    Arbitrary<Long> epochs = Arbitraries.longs().between(1, 1L << 62);
    Arbitrary<Integer> positive = Arbitraries.integers().between(1, Integer.MAX_VALUE);
    Arbitrary<Header> headers =
        Combinators.combine(epochs, numbers, numbers, Arbitraries.integers()).as(Header::new);
    Arbitrary<Frame> frames = Arbitraries.integers().map(LinkPair::frame);
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(2_000);
    return Arbitraries.oneOf(
        Combinators.combine(headers, numbers, positive, positive, Arbitraries.of(true, false))
            .as(Hello::new),
        Combinators.combine(
                headers,
                numbers,
                Arbitraries.of(true, false),
                frames.list().ofMinSize(1).ofMaxSize(20))
            .as(Data::new),
        Combinators.combine(headers, numbers, Arbitraries.integers().between(0, 60_000), bytes)
            .as(
                (header, number, offset, part) ->
                    new Part(header, number, offset, offset + part.length, part)),
        Combinators.combine(headers, numbers).as(Barrier::new),
        headers.map(Ack::new),
        headers.map(Ping::new),
        headers.map(Bye::new));
  }

  @Property
  void everyMessageSurvivesTheRoundTrip(@ForAll("messages") LinkMessage message) {
    LinkMessage back = decoded(LinkCodec.encode(message));
    if (message instanceof Part part && back instanceof Part same) {
      assertThat(same.bytes()).isEqualTo(part.bytes());
      assertThat(new Part(same.header(), same.number(), same.offset(), same.total(), part.bytes()))
          .isEqualTo(part);
    } else {
      assertThat(back).isEqualTo(message);
    }
  }

  // ---- What is no message

  private static @Nullable LinkMessage tried(byte[] bytes) {
    try {
      return LinkCodec.decode(bytes);
    } catch (MalformedLinkMessageException e) {
      assertThat(e).hasMessageMatching("(?s).+");
      return null;
    }
  }

  /** Whatever is decoded can be encoded again: nothing in it is out of its range. */
  private static void requireSane(byte[] bytes) {
    LinkMessage message = tried(bytes.clone());
    if (message != null) {
      assertThat(LinkCodec.encode(message).length).isLessThanOrEqualTo(bytes.length);
      assertThat(message.header().from()).isPositive();
      assertThat(message.header().ack()).isNotNegative();
    }
  }

  @Property(tries = 5_000)
  void randomBytesAreAMessageOrMalformed(@ForAll byte[] bytes) {
    requireSane(bytes);
    byte[] disguised = bytes.clone();
    if (disguised.length > 1) {
      disguised[0] = 0x4C;
      disguised[1] = (byte) (0x10 | (disguised[1] & 0x0F));
    }
    requireSane(disguised);
  }

  @Property(tries = 5_000)
  void messagesWithChangedBytesAreAMessageOrMalformed(
      @ForAll("messages") LinkMessage message, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = LinkCodec.encode(message);
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    requireSane(bytes);
    requireSane(Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
    requireSane(Arrays.copyOf(bytes, bytes.length + random.nextInt(40)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 10, 29})
  void whatIsShorterThanAHeaderIsMalformed(int length) {
    byte[] bytes = Arrays.copyOf(LinkCodec.encode(new Ack(HEADER)), length);
    assertThatThrownBy(() -> LinkCodec.decode(bytes))
        .isInstanceOf(MalformedLinkMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE})
  void anEpochOutOfRangeIsMalformed(long epoch) {
    assertThatThrownBy(() -> LinkCodec.decode(patched(LinkCodec.encode(new Ack(HEADER)), 2, epoch)))
        .isInstanceOf(MalformedLinkMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
  void otherNumbersOutOfRangeAreMalformed(long number) {
    for (int at : new int[] {10, 18, LinkCodec.HEADER_BYTES}) {
      byte[] bytes = patched(LinkCodec.encode(new Barrier(HEADER, 1)), at, number);
      assertThatThrownBy(() -> LinkCodec.decode(bytes))
          .isInstanceOf(MalformedLinkMessageException.class);
    }
  }

  @Test
  void aPartOutsideItsFrameIsMalformed() {
    for (int[] wrong :
        new int[][] {
          {-1, 10},
          {0, 0},
          {8, 10},
          {0, 2},
          {0, FrameFormat.MAX_FRAME_BYTES + 1},
          {Integer.MAX_VALUE, 1}
        }) {
      byte[] bytes = LinkCodec.encode(new Part(HEADER, 1, wrong[0], wrong[1], new byte[3]));
      assertThatThrownBy(() -> LinkCodec.decode(bytes))
          .as(Arrays.toString(wrong))
          .isInstanceOf(MalformedLinkMessageException.class);
    }
  }

  @Test
  void dataWithoutAFrameOrWithHalfOfOneIsMalformed() {
    byte[] whole = LinkCodec.encode(new Data(HEADER, 1, false, List.of(LinkPair.frame(1))));
    for (int length = LinkCodec.HEADER_BYTES; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> LinkCodec.decode(cut))
          .isInstanceOf(MalformedLinkMessageException.class);
    }
  }

  @Test
  void aHelloThatLeavesNoRoomIsMalformed() {
    for (int[] bounds : new int[][] {{0, 1}, {1, 0}, {-1, 1}, {1, -1}}) {
      byte[] bytes = LinkCodec.encode(new Hello(HEADER, 0, bounds[0], bounds[1], false));
      assertThatThrownBy(() -> LinkCodec.decode(bytes))
          .isInstanceOf(MalformedLinkMessageException.class);
    }
  }

  @Test
  void laterVersionsAndTypesAreLeftAlone() throws Exception {
    List<LinkMessage> known = new ArrayList<>();
    for (int second = 0; second < 256; second++) {
      byte[] bytes = Arrays.copyOf(LinkCodec.encode(new Barrier(HEADER, 1)), 60);
      bytes[1] = (byte) second;
      ByteBuffer.wrap(bytes)
          .putInt(LinkCodec.HEADER_BYTES + 8, 1)
          .putInt(LinkCodec.HEADER_BYTES + 12, 100);
      if (second >> 4 != 1 || (second & 0x0F) == 0 || (second & 0x0F) > 8) {
        assertThat(LinkCodec.decode(bytes)).isNull();
      } else if ((second & 0x0F) != 3) {
        known.add(decoded(bytes));
      }
    }
    assertThat(known).hasSize(7);
  }
}
