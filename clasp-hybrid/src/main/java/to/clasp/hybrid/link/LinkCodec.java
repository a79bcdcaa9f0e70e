package to.clasp.hybrid.link;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.hybrid.link.LinkMessage.Ack;
import to.clasp.hybrid.link.LinkMessage.Barrier;
import to.clasp.hybrid.link.LinkMessage.Bye;
import to.clasp.hybrid.link.LinkMessage.Data;
import to.clasp.hybrid.link.LinkMessage.Header;
import to.clasp.hybrid.link.LinkMessage.Hello;
import to.clasp.hybrid.link.LinkMessage.Part;
import to.clasp.hybrid.link.LinkMessage.Ping;

/**
 * The bytes of {@link LinkMessage}s. All numbers are big-endian; those of 8 bytes are at most 2^62,
 * and an epoch of a sender is at least 1.
 *
 * <pre>
 * offset size
 *      0    1  0x4C, where a CLASP frame has 0x53
 *      1    1  version 1 in the high, type in the low four bits
 *      2    8  epoch of the sender
 *     10    8  epoch of the receiver, or 0
 *     18    8  acknowledgement: number expected next
 *     26    4  receipt: messages received on this channel, modulo 2^32
 *     30       by type:
 *              1 hello, 2 its answer: first number (8), frames (4) and bytes (4) kept out of order
 *              3 data: first number (8), flags (1; 0x01 copied), CLASP frames one behind the other
 *              4 part: number (8), offset (4), total (4), bytes
 *              5 barrier: number (8)
 *              6 acknowledgement, 7 ping, 8 bye: nothing
 * </pre>
 */
final class LinkCodec {

  static final int HEADER_BYTES = 30;

  /** What stands before the frames of a data message. */
  static final int DATA_BYTES = HEADER_BYTES + 9;

  static final int PART_BYTES = HEADER_BYTES + 16;

  private static final int MAGIC = 0x4C;
  private static final int VERSION = 1;
  private static final int HELLO = 1;
  private static final int HELLO_ANSWER = 2;
  private static final int DATA = 3;
  private static final int PART = 4;
  private static final int BARRIER = 5;
  private static final int ACK = 6;
  private static final int PING = 7;
  private static final int BYE = 8;
  private static final int COPIED = 0x01;

  /** Numbers and epochs stay below this, so that adding to them cannot overflow. */
  private static final long MAX_NUMBER = 1L << 62;

  private LinkCodec() {}

  /**
   * Tells whether bytes are of the link layer rather than a CLASP frame.
   *
   * @param message a data channel message
   * @return true if they begin as a link message does
   */
  static boolean isLinkMessage(byte[] message) {
    return message.length > 0 && message[0] == MAGIC;
  }

  static byte[] encode(LinkMessage message) {
    if (message instanceof Hello hello) {
      return start(hello.answer() ? HELLO_ANSWER : HELLO, hello.header(), 16)
          .putLong(hello.first())
          .putInt(hello.maxFrames())
          .putInt(hello.maxBytes())
          .array();
    } else if (message instanceof Data data) {
      return data(data);
    } else if (message instanceof Part part) {
      return start(PART, part.header(), 16 + part.bytes().length)
          .putLong(part.number())
          .putInt(part.offset())
          .putInt(part.total())
          .put(part.bytes())
          .array();
    } else if (message instanceof Barrier barrier) {
      return start(BARRIER, barrier.header(), 8).putLong(barrier.number()).array();
    } else if (message instanceof Ack ack) {
      return start(ACK, ack.header(), 0).array();
    } else if (message instanceof Ping ping) {
      return start(PING, ping.header(), 0).array();
    } else if (message instanceof Bye bye) {
      return start(BYE, bye.header(), 0).array();
    }
    throw new AssertionError("no encoding for " + message);
  }

  private static byte[] data(Data data) {
    int size = 9;
    for (Frame frame : data.frames()) {
      size += frame.size();
    }
    ByteBuffer out =
        start(DATA, data.header(), size)
            .putLong(data.first())
            .put((byte) (data.copied() ? COPIED : 0));
    byte[] bytes = out.array();
    int at = out.arrayOffset() + out.position();
    for (Frame frame : data.frames()) {
      frame.copyTo(bytes, at);
      at += frame.size();
    }
    return bytes;
  }

  private static ByteBuffer start(int type, Header header, int bodySize) {
    return ByteBuffer.allocate(HEADER_BYTES + bodySize)
        .put((byte) MAGIC)
        .put((byte) (VERSION << 4 | type))
        .putLong(header.from())
        .putLong(header.to())
        .putLong(header.ack())
        .putInt(header.receipt());
  }

  /**
   * Decodes a message.
   *
   * @param bytes the message; frames share the array, so it must not be changed afterwards
   * @return the message, or null when it is of a later version or a type that this one lacks
   * @throws MalformedLinkMessageException if it is none
   */
  static @Nullable LinkMessage decode(byte[] bytes) throws MalformedLinkMessageException {
    if (bytes.length < HEADER_BYTES || bytes[0] != MAGIC) {
      throw new MalformedLinkMessageException("no link message: " + bytes.length + " bytes");
    }
    if ((bytes[1] & 0xF0) >> 4 != VERSION) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 2, bytes.length - 2);
    Header header = new Header(in.getLong(), in.getLong(), in.getLong(), in.getInt());
    if (header.from() < 1
        || header.from() > MAX_NUMBER
        || header.to() < 0
        || header.to() > MAX_NUMBER
        || header.ack() < 0
        || header.ack() > MAX_NUMBER) {
      throw new MalformedLinkMessageException("a link message needs epochs and a sane number");
    }
    int type = bytes[1] & 0x0F;
    return switch (type) {
      case HELLO, HELLO_ANSWER -> {
        require(in, 16);
        Hello hello = new Hello(header, number(in), in.getInt(), in.getInt(), type == HELLO_ANSWER);
        if (hello.maxFrames() < 1 || hello.maxBytes() < 1) {
          throw new MalformedLinkMessageException("a hello that leaves no room");
        }
        yield hello;
      }
      case DATA -> {
        require(in, 9);
        yield new Data(header, number(in), (in.get() & COPIED) != 0, frames(bytes, in.position()));
      }
      case PART -> part(header, bytes, in);
      case BARRIER -> {
        require(in, 8);
        yield new Barrier(header, number(in));
      }
      case ACK -> new Ack(header);
      case PING -> new Ping(header);
      case BYE -> new Bye(header);
      default -> null;
    };
  }

  private static Part part(Header header, byte[] bytes, ByteBuffer in)
      throws MalformedLinkMessageException {
    require(in, 16);
    long number = number(in);
    int offset = in.getInt();
    int total = in.getInt();
    int size = in.remaining();
    if (offset < 0
        || total < 1
        || total > FrameFormat.MAX_FRAME_BYTES
        || size < 1
        || size > total - offset) {
      throw new MalformedLinkMessageException(
          "a part of " + size + " bytes at " + offset + " of " + total);
    }
    return new Part(
        header, number, offset, total, Arrays.copyOfRange(bytes, in.position(), bytes.length));
  }

  private static List<Frame> frames(byte[] bytes, int from) throws MalformedLinkMessageException {
    List<Frame> frames = new ArrayList<>();
    int at = from;
    try {
      do {
        Frame frame = Frame.wrap(bytes, at, bytes.length - at);
        frames.add(frame);
        at += frame.size();
      } while (at < bytes.length);
    } catch (MalformedFrameException e) {
      throw new MalformedLinkMessageException("a data message: " + e.getMessage());
    }
    return frames;
  }

  private static long number(ByteBuffer in) throws MalformedLinkMessageException {
    long number = in.getLong();
    if (number < 0 || number > MAX_NUMBER) {
      throw new MalformedLinkMessageException("number " + Long.toUnsignedString(number));
    }
    return number;
  }

  private static void require(ByteBuffer in, int bytes) throws MalformedLinkMessageException {
    if (in.remaining() < bytes) {
      throw new MalformedLinkMessageException("a link message is cut off");
    }
  }
}
