package to.clasp.transport.ws;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** The check of a router's URI. */
final class RouterUri {

  static final Set<String> SCHEMES = Set.of("ws", "wss");

  private RouterUri() {}

  static URI requireValid(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme)) {
      throw bad(uri, "the scheme must be ws or wss");
    }
    if (uri.getHost() == null || uri.getHost().isEmpty()) {
      throw bad(uri, "the host is missing or contains characters that no host name has");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw bad(uri, "the port must be 1 to 65535");
    }
    if (uri.getUserInfo() != null) {
      throw bad(uri, "user names and passwords have no place in it; use a token or a header");
    }
    if (uri.getFragment() != null) {
      throw bad(uri, "a WebSocket URI has no fragment (RFC 6455, section 3)");
    }
    return uri;
  }

  private static IllegalArgumentException bad(URI uri, String why) {
    return new IllegalArgumentException(
        "\"" + uri + "\" is no router URI: " + why + "; write ws://host:7330");
  }
}
