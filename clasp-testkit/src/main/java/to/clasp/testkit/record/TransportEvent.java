package to.clasp.testkit.record;

import java.time.Duration;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;

/**
 * A call of a {@link to.clasp.transport.TransportListener}, as {@link RecordingListener} keeps it.
 */
public sealed interface TransportEvent {

  /** {@code onOpen}. */
  record Opened() implements TransportEvent {}

  /**
   * {@code onFrame}.
   *
   * @param frame the frame
   * @param source where it came from
   */
  record Received(Frame frame, FrameSource source) implements TransportEvent {}

  /** {@code onWritable}. */
  record Writable() implements TransportEvent {}

  /**
   * {@code onInterrupted}.
   *
   * @param reason why
   * @param attempt number of the attempt that follows
   * @param delay time before it
   */
  record Interrupted(CloseReason reason, int attempt, Duration delay) implements TransportEvent {}

  /**
   * {@code onClosed}.
   *
   * @param reason why
   */
  record Closed(CloseReason reason) implements TransportEvent {}
}
