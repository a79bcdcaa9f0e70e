package to.clasp.transport.peer;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A STUN or TURN server (W3C WebRTC, {@code RTCIceServer}).
 *
 * @param urls at least one of {@code stun:host[:port]}, {@code stuns:…}, {@code turn:host[:port]
 *     [?transport=udp|tcp]} or {@code turns:…} (RFC 7064, RFC 7065)
 * @param username for TURN, or null
 * @param credential for TURN, or null; never logged
 */
public record IceServer(List<String> urls, @Nullable String username, @Nullable String credential) {

  private static final Pattern URL =
      Pattern.compile(
          "(?:stuns?|turns?):(?:\\[[0-9a-f:.]+]|[a-z0-9._-]+)(?::(\\d{1,5}))?(\\?transport=(?:udp|tcp))?");

  /** Checks the URLs, and that TURN has credentials. */
  public IceServer {
    urls = List.copyOf(urls);
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("an ICE server needs at least one URL");
    }
    for (String url : urls) {
      check(url);
      if (isTurn(url) && (username == null || credential == null)) {
        throw new IllegalArgumentException("TURN server " + url + " needs username and credential");
      }
    }
  }

  private static void check(String url) {
    var matcher = URL.matcher(url.toLowerCase(Locale.ROOT));
    boolean ok = matcher.matches();
    if (ok && matcher.group(1) != null) {
      int port = Integer.parseInt(matcher.group(1));
      ok = port >= 1 && port <= 65_535;
    }
    if (ok && matcher.group(2) != null) {
      ok = isTurn(url);
    }
    if (!ok) {
      throw new IllegalArgumentException(
          "\""
              + url
              + "\" is no ICE server URL; write stun:host:port or"
              + " turn:host:port?transport=udp");
    }
  }

  static boolean isTurn(String url) {
    return url.toLowerCase(Locale.ROOT).startsWith("turn");
  }

  /**
   * Tells whether one of the URLs is a TURN server's.
   *
   * @return true if so
   */
  public boolean isTurn() {
    return urls.stream().anyMatch(IceServer::isTurn);
  }

  /**
   * Makes a STUN server.
   *
   * @param url {@code stun:host:port}
   * @return the server
   * @throws IllegalArgumentException if the URL is none
   */
  public static IceServer stun(String url) {
    return new IceServer(List.of(url), null, null);
  }

  /**
   * Makes a TURN server.
   *
   * @param url {@code turn:host:port}
   * @param username the user
   * @param credential the password
   * @return the server
   * @throws IllegalArgumentException if the URL is none
   */
  public static IceServer turn(String url, String username, String credential) {
    return new IceServer(List.of(url), username, credential);
  }

  @Override
  public String toString() {
    return "IceServer" + urls;
  }
}
