package to.clasp.transport.peer;

/** Which network interfaces links to peers may use. */
public enum NetworkScope {
  /** All interfaces; loopback joins in when there is no other. */
  ALL,
  /**
   * Loopback only: peers on this machine; no packet leaves it. By IPv4: the own candidate is {@code
   * 127.0.0.1}, and none is {@code ::1}.
   */
  LOOPBACK
}
