package to.clasp.testkit.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where in-memory peers find each other: an offer carries a token, and this knows whose it is. The
 * providers of both sides share one. Safe for use by any thread.
 */
public final class InMemoryPeerNetwork {

  private static final String ATTRIBUTE = "a=in-memory-offer:";
  private static final String RESTART = "a=in-memory-restart:";

  private final AtomicLong tokens = new AtomicLong();
  private final Map<String, PeerLink.Place> offers = new ConcurrentHashMap<>();
  private final Map<String, PeerLink> links = new ConcurrentHashMap<>();

  /** Makes a network without peers. */
  public InMemoryPeerNetwork() {}

  /** Describes an offer; the text looks like a session description (RFC 8866). */
  String offer(PeerLink.Place offerer) {
    String token = Long.toString(tokens.incrementAndGet());
    offers.put(token, offerer);
    return describe(ATTRIBUTE, token);
  }

  /** Makes the link that an offer asks for, or returns null when it is none of ours, or gone. */
  @Nullable PeerLink answer(String offer, PeerLink.Place answerer) {
    String token = token(offer);
    PeerLink.Place offerer = token == null ? null : offers.remove(token);
    if (token == null || offerer == null) {
      return null;
    }
    PeerLink link = new PeerLink(offerer, answerer);
    links.put(token, link);
    return link;
  }

  /** Takes the link that was made for an offer, which the answer names too; null when none was. */
  @Nullable PeerLink claim(String answer) {
    String token = token(answer);
    return token == null ? null : links.remove(token);
  }

  /** Forgets an offer that is given up. */
  void withdraw(String offer) {
    String token = token(offer);
    if (token != null) {
      offers.remove(token);
      links.remove(token);
    }
  }

  /** Describes an offer to restart ICE on a link that there is. */
  String restart() {
    return describe(RESTART, Long.toString(tokens.incrementAndGet()));
  }

  static boolean isRestart(String description) {
    return description.contains(RESTART);
  }

  private static String describe(String attribute, String token) {
    return "v=0\r\n"
        + "o=- "
        + token
        + " 1 IN IP4 127.0.0.1\r\n"
        + "s=-\r\n"
        + "t=0 0\r\n"
        + attribute
        + token
        + "\r\n";
  }

  private static @Nullable String token(String description) {
    return description
        .lines()
        .filter(line -> line.startsWith(ATTRIBUTE))
        .map(line -> line.substring(ATTRIBUTE.length()))
        .findFirst()
        .orElse(null);
  }
}
