package to.clasp.client;

import org.jspecify.annotations.Nullable;
import to.clasp.transport.Path;

/** Accompanies a frame on its way out, and hears once what became of it. */
interface SendOutcome {

  /**
   * The frame is about to be sent or queued. Called under the sender's lock, in the order of
   * sending.
   *
   * @return why it must not be sent, or null
   */
  default @Nullable ClaspException sending() {
    return null;
  }

  /**
   * The transport has taken the frame. Called under the sender's lock.
   *
   * @param forPeer whether a peer, and not the router, will answer it
   */
  default void handedOver(boolean forPeer) {}

  /** Whether nobody waits for this frame any more, so that it need not be sent. */
  default boolean isWithdrawn() {
    return false;
  }

  /**
   * The frame was sent. Called without any lock, for code of the application may follow.
   *
   * @param path its path
   * @param forPeer whether a peer, and not the router, will answer it
   */
  void accepted(Path path, boolean forPeer);

  /** The frame was not sent. Called without any lock, for code of the application may follow. */
  void failed(ClaspException failure);
}
