package to.clasp.core.codec;

import java.util.HexFormat;

/** Makes frames of bytes. */
final class Frames {

  private Frames() {}

  /** A frame with the first bytes of a payload. */
  static byte[] of(int flags, byte[] payload, int length) {
    byte[] frame = new byte[FrameFormat.HEADER_BYTES + length];
    frame[0] = FrameFormat.MAGIC;
    frame[1] = (byte) flags;
    frame[2] = (byte) (length >> 8);
    frame[3] = (byte) length;
    System.arraycopy(payload, 0, frame, FrameFormat.HEADER_BYTES, length);
    return frame;
  }

  /** A frame of a payload written in hexadecimal; blanks are left out. */
  static byte[] ofPayload(String hex) {
    byte[] payload = HexFormat.of().parseHex(hex.replace(" ", ""));
    return of(FrameFormat.ENCODING_COMPACT, payload, payload.length);
  }
}
