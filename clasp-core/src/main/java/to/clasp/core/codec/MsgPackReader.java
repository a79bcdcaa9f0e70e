package to.clasp.core.codec;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import to.clasp.core.internal.Utf8;
import to.clasp.core.value.Value;

/**
 * A strict reader of MessagePack, for legacy payloads only. What it reads becomes: null, {@link
 * Boolean}, {@link Long} or, above its range, {@link BigInteger}, {@link Double}, {@link String},
 * {@code byte[]}, {@link List} or {@link LegacyMap}.
 *
 * <p>As with the Rust reader, a binary blob that is UTF-8 is read as a string. Extension types and
 * map keys that are no strings do not occur in CLASP and are refused.
 */
final class MsgPackReader {

  /** Values in the innermost of nested bundles, each of them a map with a list in it. */
  private static final int MAX_DEPTH = 2 * FrameFormat.MAX_BUNDLE_DEPTH + Value.MAX_DEPTH + 8;

  /** Lists start no larger than this, whatever count they declare. */
  private static final int INITIAL_CAPACITY = 16;

  private static final String FIELD = "legacy payload";

  private final PayloadReader in;

  MsgPackReader(PayloadReader in) {
    this.in = in;
  }

  @Nullable Object read() {
    return read(0);
  }

  private @Nullable Object read(int depth) {
    int marker = in.u8(FIELD);
    if (marker < 0x80) {
      return (long) marker;
    }
    if (marker < 0x90) {
      return map(marker & 0x0F, depth);
    }
    if (marker < 0xA0) {
      return list(marker & 0x0F, depth);
    }
    if (marker < 0xC0) {
      return in.text(marker & 0x1F, FIELD);
    }
    if (marker >= 0xE0) {
      return (long) (byte) marker;
    }
    return switch (marker) {
      case 0xC0 -> null;
      case 0xC2 -> false;
      case 0xC3 -> true;
      case 0xC4 -> binary(in.u8(FIELD));
      case 0xC5 -> binary(in.u16(FIELD));
      case 0xC6 -> binary(in.u32(FIELD));
      case 0xCA -> (double) in.f32(FIELD);
      case 0xCB -> in.f64(FIELD);
      case 0xCC -> (long) in.u8(FIELD);
      case 0xCD -> (long) in.u16(FIELD);
      case 0xCE -> Integer.toUnsignedLong(in.u32(FIELD));
      case 0xCF -> unsigned(in.u64(FIELD));
      case 0xD0 -> (long) (byte) in.u8(FIELD);
      case 0xD1 -> (long) in.i16(FIELD);
      case 0xD2 -> (long) in.u32(FIELD);
      case 0xD3 -> in.u64(FIELD);
      case 0xD9 -> in.text(in.u8(FIELD), FIELD);
      case 0xDA -> in.text(in.u16(FIELD), FIELD);
      case 0xDB -> in.text(in.u32(FIELD), FIELD);
      case 0xDC -> list(in.u16(FIELD), depth);
      case 0xDD -> list(Integer.toUnsignedLong(in.u32(FIELD)), depth);
      case 0xDE -> map(in.u16(FIELD), depth);
      case 0xDF -> map(Integer.toUnsignedLong(in.u32(FIELD)), depth);
      default -> throw in.malformed(FIELD, String.format("MessagePack type 0x%02x", marker));
    };
  }

  private List<@Nullable Object> list(long count, int depth) {
    open(count, 1, depth);
    List<@Nullable Object> list = new ArrayList<>((int) Math.min(count, INITIAL_CAPACITY));
    for (long i = 0; i < count; i++) {
      list.add(read(depth + 1));
    }
    return list;
  }

  private LegacyMap map(long count, int depth) {
    LegacyMap map = new LegacyMap(in.offset());
    open(count, 2, depth);
    for (long i = 0; i < count; i++) {
      int at = in.offset();
      if (!(read(depth + 1) instanceof String key)) {
        throw new MalformedFrameException(FIELD, at, "map key that is no string");
      }
      map.put(key, read(depth + 1));
    }
    return map;
  }

  private void open(long count, int leastBytes, int depth) {
    if (depth >= MAX_DEPTH) {
      throw in.malformed(FIELD, "nested deeper than " + MAX_DEPTH + " levels");
    }
    in.requireRoom(count, leastBytes, in.offset(), FIELD);
  }

  private Object binary(int length) {
    byte[] bytes = in.bytes(length, FIELD);
    return Utf8.firstInvalid(bytes, 0, bytes.length) < 0
        ? new String(bytes, StandardCharsets.UTF_8)
        : bytes;
  }

  private static Object unsigned(long bits) {
    if (bits >= 0) {
      return bits;
    }
    return BigInteger.valueOf(bits).add(BigInteger.ONE.shiftLeft(Long.SIZE));
  }
}
