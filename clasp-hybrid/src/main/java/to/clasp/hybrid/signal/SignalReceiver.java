package to.clasp.hybrid.signal;

import org.jspecify.annotations.Nullable;
import to.clasp.hybrid.identity.Refusal;
import to.clasp.transport.CloseReason;
import to.clasp.transport.peer.Signal;

/** Hears what comes by way of the router from and about peers; on the loop. */
public interface SignalReceiver {

  /**
   * A peer signals. The sender is as trustworthy as the router; the correlation id tells which
   * attempt it means.
   *
   * @param peerId the peer
   * @param signal what it says
   */
  void onSignal(String peerId, Signal signal);

  /**
   * A peer is on the router.
   *
   * @param peerId the peer
   * @param joined whether it has just come, or was there before
   */
  void onPeerSeen(String peerId, boolean joined);

  /**
   * A peer says that it leaves the router.
   *
   * @param peerId the peer
   */
  void onPeerLeft(String peerId);

  /**
   * A message of a peer link came through the router.
   *
   * @param peerId the peer
   * @param message the message
   */
  void onRelayed(String peerId, byte[] message);

  /**
   * The router does not know the session any more under which a peer was reached.
   *
   * @param peerId the peer
   */
  void onPeerGone(String peerId);

  /**
   * A signal to a peer did not reach it.
   *
   * @param peerId the peer
   * @param correlationId of the attempt that signalled there last
   * @param reason why
   */
  void onSignalRefused(String peerId, String correlationId, CloseReason reason);

  /**
   * A signal was not signed as it should be, and has been dropped.
   *
   * @param peerId who is said to have sent it
   * @param correlationId of the attempt that it names
   * @param refusal why
   */
  void onSignalDistrusted(String peerId, String correlationId, Refusal refusal);

  /**
   * Returns where a signal of an unknown attempt is counted as dropped.
   *
   * @param peerId the sender, or null when it does not say who it is
   */
  void onSignalDropped(@Nullable String peerId);
}
