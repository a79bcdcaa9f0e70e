package to.clasp.transport.peer;

import to.clasp.core.codec.Frame;
import to.clasp.transport.FrameSource;

/**
 * Hears the frames of peers whose addresses are the peer's own, and not within this side's part of
 * the peer addresses ({@code /peer/<me>/**}). Nothing of them reaches the {@link
 * to.clasp.transport.TransportListener}. Called on the event loop of the transport, so it must be
 * fast and must not block.
 *
 * <p>A frame is a SET, PUBLISH, GET or a bundle of those to any address, or an answer (SNAPSHOT,
 * ACK, ERROR). Its content has not been checked, and is as trustworthy as the peer.
 */
@FunctionalInterface
public interface PeerFrameListener {

  /**
   * A frame of a peer arrived.
   *
   * @param frame the frame; immutable, may be kept
   * @param source names the peer, and tells how it came
   * @return false if nobody wants it, and it is to be counted as dropped
   */
  boolean onPeerFrame(Frame frame, FrameSource source);
}
