package to.clasp.hybrid.link;

import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerChannel;

/**
 * What a link needs from its surroundings. Called on the loop, and never under the link's lock
 * unless said so.
 */
public interface LinkHost {

  /**
   * Sends an envelope to the peer through the router. Called under the link's lock.
   *
   * @param message a link message
   * @return false if it was not taken
   */
  boolean relay(byte[] message);

  /**
   * Tells how many peers this side is linked with: they share the heartbeats. Called under the
   * link's lock.
   *
   * @return the number, this one included
   */
  int linkedPeers();

  /**
   * Tells whether the router's rate allows for a plain copy of a frame that travels in an envelope.
   * Called under the link's lock.
   *
   * @param frame the frame
   * @return true if so, and if others may see it; then one {@link #copy} is allowed
   */
  boolean mayCopy(Frame frame);

  /**
   * Sends a plain copy of a frame through the router, so that others see it too.
   *
   * @param frame a frame that the peer has
   */
  void copy(Frame frame);

  /**
   * A plain copy of a frame will come through the router, and must not be delivered.
   *
   * @param frame the frame, which the link delivers
   */
  void expectCopy(Frame frame);

  /**
   * A frame of the peer has come to its turn.
   *
   * @param frame the frame
   * @param path how it came
   */
  void deliver(Frame frame, Path path);

  /**
   * The path of numbered frames has changed, or the channel that it takes.
   *
   * @param path the path now, or null when there is none
   * @param channel the channel that frames take, or null when the path is not direct
   * @param cause why the one before has ended, or null
   */
  void pathChanged(@Nullable Path path, @Nullable PeerChannel channel, @Nullable CloseReason cause);

  /** There is room again after a frame was refused. */
  void roomAgain();

  /**
   * A data channel is trusted from now on; any older one to the peer is not needed.
   *
   * @param channel the channel
   */
  void trusted(PeerChannel channel);

  /**
   * Nothing seems to get through on a data channel any more. It is kept to heal, until it is {@link
   * #trusted} again or has {@link #failed}.
   *
   * @param channel the channel
   * @param cause why it is in doubt
   */
  void doubted(PeerChannel channel, CloseReason cause);

  /**
   * A data channel has failed for good, and its direct link is to be closed.
   *
   * @param channel the channel
   * @param cause why
   */
  void failed(PeerChannel channel, CloseReason cause);

  /** The peer has begun another life under the same id. */
  void restarted();

  /**
   * Frames will not be delivered, or may have been and it cannot be known.
   *
   * @param frames how many
   * @param cause why
   */
  void undelivered(long frames, CloseReason cause);

  /**
   * Frames of the peer will never come.
   *
   * @param first number of the first one
   * @param frames how many
   */
  void missing(long first, long frames);

  /**
   * Numbered frames were handed to a data channel for the first time on any path. Called under the
   * link's lock, by any thread.
   *
   * @param frames how many
   * @param bytes their size
   */
  void sentDirectly(int frames, long bytes);

  /**
   * Numbered frames were sent that had been sent before, on any path. Called under the link's lock,
   * by any thread.
   *
   * @param frames how many
   */
  void sentAgain(int frames);

  /** A message made no sense, or was of another life. May be called under the link's lock. */
  void dropped();

  /** The link ended, or began: whether frames are numbered has changed. */
  void stateChanged();
}
