package to.clasp.transport.peer;

import org.jspecify.annotations.Nullable;
import to.clasp.core.address.InvalidAddressException;

/**
 * Says which addresses belong to a peer, and to which: {@code /peer/{id}/**}. Immutable; matching
 * allocates nothing but the id.
 */
public final class PeerPattern {

  private static final String ID = "{id}";
  private static final String REST = "/**";

  private final String text;
  private final String prefix;
  private final String suffix;

  private PeerPattern(String text, String prefix, String suffix) {
    this.text = text;
    this.prefix = prefix;
    this.suffix = suffix;
  }

  /**
   * Reads a pattern.
   *
   * @param text literal segments, one of them {@code {id}}, and {@code **} at the end
   * @return the pattern
   * @throws InvalidAddressException if it is no such pattern
   */
  public static PeerPattern parse(String text) {
    int id = text.indexOf("/" + ID + "/");
    if (!text.startsWith("/")
        || !text.endsWith(REST)
        || id < 1
        || text.indexOf('*') < text.length() - 2
        || text.contains("//")
        || text.indexOf('{', id + 2) >= 0) {
      throw new InvalidAddressException(
          "\""
              + text
              + "\" is no peer pattern; write literal segments, one {id} and a final **,"
              + " as in /peer/{id}/**");
    }
    return new PeerPattern(
        text,
        text.substring(0, id + 1),
        text.substring(id + 1 + ID.length(), text.length() - REST.length() + 1));
  }

  /**
   * Checks a peer id.
   *
   * @param id not empty, without {@code /} and {@code *}
   * @return the id
   * @throws InvalidAddressException if it is no peer id
   */
  public static String requireValidPeerId(String id) {
    if (id.isEmpty() || id.indexOf('/') >= 0 || id.indexOf('*') >= 0) {
      throw new InvalidAddressException(
          "\"" + id + "\" is no peer id; it must not be empty nor contain '/' or '*'");
    }
    return id;
  }

  /**
   * Finds the peer that an address belongs to.
   *
   * @param address an address
   * @return the peer id, or null when the address belongs to no peer, or to several because there
   *     is a wildcard in the place of the id
   */
  public @Nullable String peerIdOf(String address) {
    if (!address.startsWith(prefix)) {
      return null;
    }
    int end = address.indexOf('/', prefix.length());
    if (end <= prefix.length() || !address.startsWith(suffix, end)) {
      return null;
    }
    int wildcard = address.indexOf('*', prefix.length());
    return wildcard >= 0 && wildcard < end ? null : address.substring(prefix.length(), end);
  }

  /**
   * Makes an address of a peer.
   *
   * @param peerId the peer
   * @param rest what follows, starting with {@code /}
   * @return the address
   */
  public String address(String peerId, String rest) {
    return prefix + requireValidPeerId(peerId) + suffix.substring(0, suffix.length() - 1) + rest;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PeerPattern that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
