package to.clasp.core.codec;

import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.value.Value;

/**
 * Guesses how large a frame will be, so that encoding it needs neither growth nor a final copy. The
 * guess is exact for a plain SET or PUBLISH of a scalar or ASCII text; a wrong one costs a copy.
 */
final class SizeGuess {

  /** Code, flags and length of the address. */
  private static final int HEAD = 4;

  /** A guess for an element of a collection: type code and eight bytes. */
  private static final int ELEMENT = 9;

  private static final int OTHER = 128;

  private SizeGuess() {}

  /** A SET or PUBLISH with some bytes after its address. */
  static int of(String address, int rest) {
    long payload = HEAD + (long) address.length() + rest;
    return FrameFormat.HEADER_BYTES + (int) Math.min(FrameFormat.MAX_PAYLOAD_BYTES, payload);
  }

  static int of(Message message, boolean timestamp) {
    int header = FrameFormat.headerBytes(timestamp ? FrameFormat.FLAG_TIMESTAMP : 0);
    long payload;
    if (message instanceof SetMessage set) {
      payload =
          HEAD
              + (long) set.address().length()
              + of(set.value())
              + (set.revision() == null ? 0 : 8)
              + (set.ttl() == null ? 0 : 4);
    } else if (message instanceof PublishMessage publish) {
      payload =
          HEAD
              + (long) publish.address().length()
              + 1
              + (publish.value() == null ? 0 : 1 + of(publish.value()))
              + (publish.samples() == null ? 0 : 2 + 8L * publish.samples().size())
              + (publish.timestamp() == null ? 0 : 8)
              + (publish.id() == null ? 0 : 4)
              + (publish.rate() == null ? 0 : 4);
    } else {
      payload = OTHER;
    }
    return header + (int) Math.min(FrameFormat.MAX_PAYLOAD_BYTES, payload);
  }

  private static long of(Value value) {
    if (value instanceof Value.Float64 || value instanceof Value.Int64) {
      return 8;
    }
    if (value instanceof Value.Text text) {
      return 2L + text.value().length();
    }
    if (value instanceof Value.Bytes bytes) {
      return 2L + bytes.length();
    }
    if (value instanceof Value.Array array) {
      return 2L + (long) ELEMENT * array.items().size();
    }
    if (value instanceof Value.Dict dict) {
      return 2L + 3L * ELEMENT * dict.entries().size();
    }
    return value instanceof Value.Bool ? 1 : 0;
  }
}
