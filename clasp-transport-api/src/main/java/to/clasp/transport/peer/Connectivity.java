package to.clasp.transport.peer;

/** What ICE says of a link that has been open. */
public enum Connectivity {
  /** Packets get through. */
  CONNECTED,
  /** No packets for some seconds; it often heals by itself. */
  DISCONNECTED
}
