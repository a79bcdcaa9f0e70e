package to.clasp.core.codec;

/**
 * The fixed numbers of the CLASP frame (CLASP wire format, "Constants" and "Frame").
 *
 * <p>A frame is a magic byte, a flags byte, the payload length as an unsigned 16-bit number, an
 * optional timestamp of 8 bytes and the payload: exactly one message. All numbers are big-endian.
 */
public final class FrameFormat {

  /** The first byte of each frame, ASCII {@code S}. */
  public static final int MAGIC = 0x53;

  /** The protocol version that HELLO and WELCOME carry. */
  public static final int PROTOCOL_VERSION = 1;

  /** Length of the header without timestamp, in bytes. */
  public static final int HEADER_BYTES = 4;

  /** Length of the optional timestamp, in bytes. */
  public static final int TIMESTAMP_BYTES = 8;

  /** The largest payload, in bytes: what the length field can say. There is no fragmentation. */
  public static final int MAX_PAYLOAD_BYTES = 65_535;

  /** The largest frame, in bytes, header and timestamp included. */
  public static final int MAX_FRAME_BYTES = HEADER_BYTES + TIMESTAMP_BYTES + MAX_PAYLOAD_BYTES;

  /**
   * The deepest nesting of bundles that is written or read: a bundle that holds no other has depth
   * 1. The protocol has no such limit; routers without one can be crashed by nesting.
   */
  public static final int MAX_BUNDLE_DEPTH = 32;

  /** The WebSocket subprotocol. */
  public static final String SUBPROTOCOL = "clasp";

  /** The WebSocket port of a router. */
  public static final int DEFAULT_PORT = 7330;

  /** Flag: a timestamp follows the header. */
  static final int FLAG_TIMESTAMP = 0x20;

  /**
   * Encoding version 1, compact binary, in the three lowest flag bits. Readers do not look at it.
   */
  static final int ENCODING_COMPACT = 0x01;

  static final int QOS_SHIFT = 6;

  private FrameFormat() {}

  /**
   * Tells whether bytes may be a CLASP frame, by the first of them.
   *
   * @param bytes any bytes
   * @return true if they begin with {@link #MAGIC}
   */
  public static boolean isFrame(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == MAGIC;
  }

  /** Length of header and timestamp for the given flags. */
  static int headerBytes(int flags) {
    return (flags & FLAG_TIMESTAMP) != 0 ? HEADER_BYTES + TIMESTAMP_BYTES : HEADER_BYTES;
  }

  /**
   * Tells whether a payload that starts with this byte is a MessagePack map, which means the legacy
   * encoding. No message code is in these ranges.
   */
  static boolean isLegacy(int firstByte) {
    return (firstByte & 0xF0) == 0x80 || firstByte == 0xDE || firstByte == 0xDF;
  }
}
