package to.clasp.transport.webrtc.network;

/**
 * A UDP host candidate of this machine (RFC 8445, section 5.1.1; RFC 8839, section 5.1).
 *
 * @param address a literal IP address
 * @param port 1 to 65 535
 */
public record HostCandidate(String address, int port) {

  /**
   * Type preference 126 for a host, local preference 65 535 for the only address, component 1 (RFC
   * 8445, section 5.1.2).
   */
  private static final long PRIORITY = (126L << 24) + (65_535L << 8) + (256 - 1);

  /**
   * Returns the candidate as a signal carries it.
   *
   * @return the value of the attribute {@code candidate}, with the attribute's name
   */
  public String attribute() {
    return "candidate:1 1 udp " + PRIORITY + " " + address + " " + port + " typ host";
  }
}
