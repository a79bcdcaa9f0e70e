package to.clasp.transport.peer;

import org.jspecify.annotations.Nullable;

/**
 * How the packets of a link travel.
 *
 * @param local this side's candidate
 * @param remote the other side's candidate
 */
public record CandidatePair(Candidate local, Candidate remote) {

  /** The types of candidates, best first (RFC 8445). */
  public enum Type {
    /** An address of the machine itself. */
    HOST,
    /** The address that a STUN server saw. */
    SERVER_REFLEXIVE,
    /** The address that the peer saw. */
    PEER_REFLEXIVE,
    /** An address of a TURN server. */
    RELAYED
  }

  /**
   * One candidate.
   *
   * @param type its type
   * @param protocol {@code udp} or {@code tcp}
   * @param address its IP address or host name, or null when it is hidden
   * @param port its port, or 0 when unknown
   * @param relayProtocol how the TURN server is reached ({@code udp}, {@code tcp}, {@code tls}), or
   *     null when this candidate is not relayed
   */
  public record Candidate(
      Type type,
      String protocol,
      @Nullable String address,
      int port,
      @Nullable String relayProtocol) {

    /**
     * Tells whether the packets pass a TURN server at this end. The type alone does not tell: a
     * peer-reflexive candidate can be a relayed one in disguise.
     *
     * @return true if so
     */
    public boolean relayed() {
      return type == Type.RELAYED || relayProtocol != null;
    }
  }

  /**
   * Tells whether the packets pass a TURN server.
   *
   * @return true if either end is relayed
   */
  public boolean relayed() {
    return local.relayed() || remote.relayed();
  }
}
