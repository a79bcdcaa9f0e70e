package to.clasp.transport.peer;

/**
 * Hears of peers. Called on the event loop of the transport, so it must be fast and must not block.
 */
@FunctionalInterface
public interface PeerListener {

  /**
   * Something happened.
   *
   * @param event what
   */
  void onPeerEvent(PeerEvent event);
}
