package to.clasp.transport.peer;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import to.clasp.core.codec.Frame;
import to.clasp.core.value.Value;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.identity.LinkSecurity;

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
   * Tells whether a value that the router keeps is known as a copy of one that a peer has sent, and
   * that has been handed over before. A copy reaches the router later than its original reached
   * this side, so that it looks newer than the newest value, and may be older. On the event loop.
   *
   * @param address a parameter
   * @param value what the router has for it
   * @return true if it is such a copy, as far as is known
   */
  default boolean isStoredCopy(String address, Value value) {
    return false;
  }

  /**
   * Returns what protects the link to a peer.
   *
   * @param peerId the peer
   * @return fingerprints and keys, or empty when there is no link
   */
  default Optional<LinkSecurity> linkSecurity(String peerId) {
    return Optional.empty();
  }

  /**
   * Makes a direct link, if there is none, whether or not frames prefer it.
   *
   * @param peerId the peer
   * @return completes when the link is up and has proven that messages get through, or with a
   *     {@link to.clasp.transport.TransportException}; one of the two within twice {@link
   *     P2POptions#connectTimeout()}
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
   * Holds back what a peer sends, for it comes faster than it can be handled, or lets it come
   * again. Frames that the peer numbers wait, within the bounds of {@link PeerLinkOptions}, and are
   * not acknowledged: the peer's window fills, and its senders hear {@code BUFFER_FULL} and slow
   * down. Other frames, such as those of streams and of peers that number none, are not held back.
   *
   * <p>Called on the event loop, holding takes effect at once; otherwise, and when letting go,
   * soon.
   *
   * @param peerId the peer; one that is not known is ignored
   * @param hold whether its frames are to wait
   */
  void holdPeer(String peerId, boolean hold);

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

  /**
   * Sets who hears the frames of peers whose addresses are the peer's own. Without one, which is
   * the default, they are counted and dropped.
   *
   * @param listener hears them on the event loop
   */
  void peerFrames(PeerFrameListener listener);

  /**
   * Sets who decides which peers may link with this side. Without one, which is the default, all
   * may, within the limits of {@link P2POptions}. A peer that this side is linked with, or is
   * linking with on its own account, is not asked about.
   *
   * @param admission decides
   */
  void admission(PeerAdmission admission);

  /**
   * Makes a further channel to a peer that is linked. Frames that {@link #sendToPeer} sends to
   * addresses under its label ride it; they are as safe as the channel is, and are neither numbered
   * nor take the router. It is made again with each link that follows, until it is closed.
   *
   * @param peerId the peer
   * @param label an address without wildcards, such as {@code /control}
   * @param options what it promises
   * @return completes when it is open, or with a {@link to.clasp.transport.TransportException}
   * @throws IllegalArgumentException if the label is no address
   */
  CompletionStage<ChannelSnapshot> createChannel(
      String peerId, String label, ChannelOptions options);

  /**
   * Closes a further channel, whoever has made it. Does nothing if there is none.
   *
   * @param peerId the peer
   * @param label the label
   */
  void closeChannel(String peerId, String label);

  /**
   * Returns the further channels to a peer, those that the peer has made too.
   *
   * @param peerId the peer
   * @return a snapshot of each
   */
  List<ChannelSnapshot> channels(String peerId);
}
