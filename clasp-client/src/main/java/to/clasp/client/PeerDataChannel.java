package to.clasp.client;

import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.ChannelSnapshot;
import to.clasp.transport.peer.PeerAwareTransport;

/**
 * A further channel to a peer. What {@link Peer} sends to addresses under its label rides it:
 * {@code /control} itself, and everything below. Made by {@link Peer#createDataChannel}, or by the
 * peer.
 *
 * <p>A channel is as safe as its options say, for as long as its link lasts: what is under way when
 * the link changes may be lost, also on a reliable one, unlike what goes without a channel of its
 * own. While there is no link, what is sent under the label fails.
 *
 * <p>All methods may be called by any thread, and none blocks.
 */
public final class PeerDataChannel {

  private final String peerId;
  private final PeerAwareTransport transport;
  private final ChannelSnapshot first;

  PeerDataChannel(String peerId, PeerAwareTransport transport, ChannelSnapshot first) {
    this.peerId = peerId;
    this.transport = transport;
    this.first = first;
  }

  /**
   * Returns the label.
   *
   * @return the beginning of the addresses that ride it
   */
  public String label() {
    return first.label();
  }

  /**
   * Returns what it promises.
   *
   * @return the options, also of a channel that the peer has made
   */
  public ChannelOptions options() {
    return first.options();
  }

  /**
   * Tells who has made it.
   *
   * @return true if the peer has
   */
  public boolean isByPeer() {
    return first.byPeer();
  }

  /**
   * Returns what is known now.
   *
   * @return a snapshot; one that is not open when the channel is closed
   */
  public ChannelSnapshot stats() {
    return transport.channels(peerId).stream()
        .filter(channel -> channel.label().equals(label()))
        .findFirst()
        .orElseGet(() -> new ChannelSnapshot(label(), options(), false, isByPeer(), 0, 0));
  }

  /**
   * Tells whether frames can take it now.
   *
   * @return true if so
   */
  public boolean isOpen() {
    return stats().open();
  }

  /**
   * Closes it for both sides; what is sent under the label afterwards goes without it. When the
   * peer closes one that this side has made, what is sent under the label fails until the next
   * link, or until it is closed here too.
   */
  public void close() {
    transport.closeChannel(peerId, label());
  }

  @Override
  public String toString() {
    return "channel " + label() + " to " + peerId + ", " + options();
  }
}
