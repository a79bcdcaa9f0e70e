package to.clasp.transport.peer;

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
}
