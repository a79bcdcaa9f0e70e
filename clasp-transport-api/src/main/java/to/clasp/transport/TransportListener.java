package to.clasp.transport;

import java.time.Duration;
import to.clasp.core.codec.Frame;

/**
 * Hears what happens on a transport.
 *
 * <p><b>Order.</b> {@code (onInterrupted* onOpen (onFrame | onWritable)*)* onInterrupted?
 * onClosed}: frames come only while open, every loss of a connection is told once, and {@code
 * onClosed} comes exactly once and last. Frames of peers, which need no router, may come also while
 * the connection to the router is interrupted.
 *
 * <p><b>Threads.</b> Calls never overlap, and each sees what the one before it did. They run on the
 * event loop of the transport. <b>Implementations must return fast and must not block</b>: while
 * they run, nothing else of this transport is delivered, and frames gather in a bounded buffer.
 * They may call any method of the transport.
 *
 * <p><b>Exceptions.</b> An exception that escapes is logged, counted in {@link
 * TransportStats#listenerFailures()} and otherwise ignored: the transport goes on.
 */
public interface TransportListener {

  /** A connection is ready: frames are accepted now, and may come. */
  void onOpen();

  /**
   * A frame arrived. Its header was checked, its content was not.
   *
   * @param frame the frame; immutable, may be kept
   * @param source where it came from
   */
  void onFrame(Frame frame, FrameSource source);

  /** There is room again, after {@link Transport#isWritable()} was false while open. */
  default void onWritable() {}

  /**
   * The connection was lost, or an attempt to connect failed, and another attempt will follow.
   *
   * @param reason why
   * @param attempt number of the attempt that follows, counted from 1 since the last success
   * @param delay how long the transport waits before it
   */
  default void onInterrupted(CloseReason reason, int attempt, Duration delay) {}

  /**
   * The transport is closed for good.
   *
   * @param reason why
   */
  void onClosed(CloseReason reason);
}
