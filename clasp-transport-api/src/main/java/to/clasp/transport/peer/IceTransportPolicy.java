package to.clasp.transport.peer;

/**
 * Which candidates of this side ICE may use (W3C WebRTC, {@code RTCIceTransportPolicy}, and one
 * more).
 */
public enum IceTransportPolicy {
  /** All: host before server-reflexive before relayed. */
  ALL,
  /**
   * Only those relayed by a TURN server: the peer, and the router that carries signals, see no
   * address of this side. Without a TURN server that serves, no link is made.
   */
  RELAY,
  /**
   * All but the addresses of this machine's interfaces: what a STUN or TURN server has given. Hides
   * the addresses of the private network (RFC 8828, mode 3); W3C has no name for it.
   */
  NO_HOST
}
