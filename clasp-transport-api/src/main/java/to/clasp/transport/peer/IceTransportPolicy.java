package to.clasp.transport.peer;

/** Which candidates ICE may use (W3C WebRTC, {@code RTCIceTransportPolicy}). */
public enum IceTransportPolicy {
  /** All. */
  ALL,
  /** Only those relayed by a TURN server. */
  RELAY
}
