package to.clasp.hybrid;

import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;

/** Carries any frame as the content of one to a peer, so that the routing rules apply to it. */
final class Tunnel {

  private static final String REST = "/tunnel";

  private Tunnel() {}

  static Frame wrap(String peer, Frame frame) {
    return Frame.of(
        PublishMessage.of(
            "/peer/" + peer + REST, SignalType.EVENT, Value.Bytes.copyOf(frame.toByteArray())));
  }

  /** What is in a frame, or null when it is none of the tunnel. */
  static @Nullable Frame unwrap(Frame frame) {
    String address = frame.address();
    return address != null
            && address.endsWith(REST)
            && frame.message() instanceof PublishMessage publish
            && publish.value() instanceof Value.Bytes bytes
        ? Frame.wrap(bytes.toByteArray())
        : null;
  }

  /** The largest frame that fits in. */
  static int maxFrameSize(String peer) {
    Frame empty = Frame.of(sized(peer, 60_000));
    int overhead = empty.size() - 60_000;
    return FrameFormat.MAX_FRAME_BYTES - FrameFormat.TIMESTAMP_BYTES - overhead;
  }

  private static PublishMessage sized(String peer, int size) {
    return PublishMessage.of(
        "/peer/" + peer + REST, SignalType.EVENT, Value.Bytes.copyOf(new byte[size]));
  }
}
