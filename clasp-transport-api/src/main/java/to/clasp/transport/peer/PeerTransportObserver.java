package to.clasp.transport.peer;

import org.jspecify.annotations.Nullable;

/**
 * Hears what a peer transport needs from outside, beside its {@link
 * to.clasp.transport.TransportListener}. Called on the same loop, under the same rules.
 */
public interface PeerTransportObserver {

  /**
   * A signal is to be carried to the peer. They must be carried in the order given.
   *
   * @param signal what to carry
   */
  void onSignal(Signal signal);

  /**
   * The connectivity of an open link changed.
   *
   * @param connectivity what ICE says now
   */
  default void onConnectivity(Connectivity connectivity) {}

  /**
   * Packets get through between the two, and are encrypted (W3C WebRTC, connection state {@code
   * connected}). Told once; channels open next.
   */
  default void onConnected() {}

  /**
   * How the packets of an open link travel is known, or has changed.
   *
   * @param pair the candidates in use
   */
  default void onCandidatePair(CandidatePair pair) {}

  /**
   * A STUN or TURN server did not serve; the attempt goes on without it. Told once for each server
   * and error of an attempt.
   *
   * @param error which, and why
   */
  default void onIceServerError(IceServerError error) {}

  /**
   * A message came on the reliable channel that is no CLASP frame. Whoever does not take it lets
   * the transport count and drop it.
   *
   * @param channel the channel
   * @param message the bytes; taken over
   * @return true if the message was taken
   */
  default boolean onMessage(PeerChannel channel, byte[] message) {
    return false;
  }

  /**
   * What waited on a channel has been handed to the network. Called by any thread, not only by the
   * loop: it must return at once and must not block.
   *
   * @param channel the channel, which {@linkplain PeerChannel#isIdle() is idle} now
   */
  default void onDrained(PeerChannel channel) {}

  /**
   * What waits to be sent seems to have made no progress for {@link
   * PeerTransportRequest#stallTimeout()}. Asked again while that lasts.
   *
   * @return true to keep the link, for somebody else watches it; false to end it
   */
  default boolean onStalled() {
    return false;
  }

  /**
   * The transport works, but should be replaced by a new one when it suits: what it has carried
   * takes up resources that only its end gives back. Told from the start of the transport on, and
   * again when it has become pressing.
   *
   * @param overdue false at first; true when the time has come even at the cost of an interruption
   */
  default void onRenewalDue(boolean overdue) {}

  /**
   * A further channel is open. Frames that come on it are told as all others are.
   *
   * @param channel the channel
   * @param byPeer whether the peer has made it
   */
  default void onChannel(PeerChannel channel, boolean byPeer) {}

  /**
   * A further channel has closed, or could not be made. Not told when the link ends.
   *
   * @param label its label
   * @param channel the channel, or null when it was never open
   */
  default void onChannelClosed(String label, @Nullable PeerChannel channel) {}
}
