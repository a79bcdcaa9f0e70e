package to.clasp.transport.peer;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import to.clasp.core.codec.Frame;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;

/**
 * A transport that chooses between the router and direct links, frame by frame. {@link #send}
 * applies the routing rules; the methods here are for those who want to see or steer them.
 *
 * <p>All methods may be called by any thread; none blocks.
 */
public interface PeerAwareTransport extends Transport {

  /**
   * Returns the id under which peers reach this side, at {@code /peer/<id>/**}.
   *
   * @return the own peer id
   */
  String peerId();

  /**
   * Adds a listener of peer events.
   *
   * @param listener hears of every event from now on, on the event loop
   */
  void addPeerListener(PeerListener listener);

  /**
   * Removes a listener.
   *
   * @param listener one that was added; others are ignored
   */
  void removePeerListener(PeerListener listener);

  /**
   * Returns what is known of all peers.
   *
   * @return a snapshot for each known peer
   */
  List<PeerSnapshot> peers();

  /**
   * Returns what is known of one peer.
   *
   * @param peerId the peer
   * @return its snapshot, or empty when it is not known
   */
  Optional<PeerSnapshot> peer(String peerId);

  /**
   * Makes a direct link, if there is none.
   *
   * @param peerId the peer
   * @return completes when the link is up, or with a {@link to.clasp.transport.TransportException}
   */
  CompletionStage<PeerSnapshot> connectPeer(String peerId);

  /**
   * Closes the direct link to a peer, if there is one; the peer is told. It is made again when it
   * is used again.
   *
   * @param peerId the peer
   */
  void disconnectPeer(String peerId);

  /**
   * Sends a frame over the direct link, whatever its address.
   *
   * @param peerId the peer
   * @param frame the frame
   * @return {@link SendResult#NOT_CONNECTED} when there is no link
   */
  SendResult sendToPeer(String peerId, Frame frame);

  /**
   * Sends a frame to the router, whatever its address.
   *
   * @param frame the frame
   * @return what became of it
   */
  SendResult sendToRouter(Frame frame);
}
