package to.clasp.transport;

import to.clasp.core.codec.Frame;

/**
 * Carries whole, encoded CLASP frames to and from one other side: a router, or a peer.
 *
 * <p><b>Life.</b> A transport is created by a provider, started once, and ends in exactly one
 * {@link TransportListener#onClosed}. In between it may lose its connection and connect again by
 * itself, if it is of that kind ({@link TransportListener#onInterrupted}).
 *
 * <p><b>Threads.</b> All methods may be called by any thread and none of them blocks. The listener
 * is called by one thread at a time (see there), never from inside a method of this interface.
 *
 * <p><b>Order.</b> Frames that one thread hands over one after another, and that are accepted,
 * arrive in that order, unless the transport documents that it may lose or reorder frames of the
 * kind (the unreliable channel to a peer).
 *
 * <p><b>Loss.</b> A frame that was accepted may be lost only when the connection is lost, the drain
 * time of {@link #close} ends, or it is of a lossy kind; it is never delivered twice.
 *
 * <p>{@code clasp-testkit} holds this contract as tests that every transport passes.
 */
public interface Transport extends AutoCloseable {

  /**
   * Starts to connect. Returns at once; {@link TransportListener#onOpen} or a failure follows.
   *
   * @param listener hears of everything that happens; one for the life of the transport
   * @throws IllegalStateException if the transport was started before; a closed transport that was
   *     never started may still be started and then reports {@code onClosed} only
   */
  void start(TransportListener listener);

  /**
   * Hands over a frame. Never blocks and never throws for the state of the connection: the result
   * says what became of the frame. A frame that was not accepted stays with the caller.
   *
   * @param frame the frame; immutable, so it may be handed over again or elsewhere
   * @return what became of it
   */
  SendResult send(Frame frame);

  /**
   * Tells whether a frame would be accepted now. When it is false, {@link
   * TransportListener#onWritable} follows once it becomes true again, also without a refused frame.
   *
   * @return true if the connection is open and its buffer has room
   */
  boolean isWritable();

  /**
   * Returns the state now.
   *
   * @return the state; it may change at once
   */
  TransportState state();

  /**
   * Returns the largest frame that is carried.
   *
   * @return the limit, in bytes
   */
  int maxFrameSize();

  /**
   * Gives the current connection up and connects afresh, at once and without draining. Does nothing
   * while the transport is not open. A transport that serves one connection only closes for good.
   *
   * @param why for logs and the {@link CloseReason}
   */
  void reconnect(String why);

  /**
   * Closes in an orderly way: nothing more is accepted, what was accepted is sent for a bounded
   * time, then the connection ends and {@link TransportListener#onClosed} follows. Returns at once.
   * Calling it again does nothing.
   */
  @Override
  void close();

  /**
   * Returns the counters.
   *
   * @return a snapshot
   */
  TransportStats stats();
}
