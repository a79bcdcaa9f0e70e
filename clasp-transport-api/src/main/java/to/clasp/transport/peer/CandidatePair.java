package to.clasp.transport.peer;

import java.util.regex.Pattern;
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

  /** Versions of IP. */
  public enum Family {
    /** IPv4. */
    IPV4,
    /** IPv6. */
    IPV6
  }

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");

  /**
   * One candidate.
   *
   * @param type its type
   * @param protocol {@code udp} or {@code tcp}
   * @param address its IP address or host name, or null when it is hidden
   * @param port its port, or 0 when unknown
   * @param relayProtocol how a TURN server of this side is reached ({@code udp}, {@code tcp},
   *     {@code tls}), or null when this candidate is not relayed, or it is the other side's
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

    /**
     * Returns the version of IP that the address belongs to.
     *
     * @return the family, or null when the address is hidden or a name
     */
    public @Nullable Family family() {
      if (address == null) {
        return null;
      }
      if (address.indexOf(':') >= 0) {
        return Family.IPV6;
      }
      return IPV4.matcher(address).matches() ? Family.IPV4 : null;
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
