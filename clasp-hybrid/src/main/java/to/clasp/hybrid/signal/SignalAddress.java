package to.clasp.hybrid.signal;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of signals. To a session: {@code /clasp/p2p/signal/<session>} (CLASP P2P
 * signalling); to a name: {@code /webrtc/signal/<to>/<from>} (CLASP documentation of the WebRTC
 * transport).
 */
final class SignalAddress {

  static final String ANNOUNCE = "/clasp/p2p/announce";

  private static final String SESSION_PREFIX = "/clasp/p2p/signal/";
  private static final String NAME_PREFIX = "/webrtc/signal/";
  private static final byte[] P2P_BYTES = "/clasp/p2p/".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NAME_BYTES = NAME_PREFIX.getBytes(StandardCharsets.US_ASCII);

  /** The ids that CLASP's router gives: a UUID in lower case. */
  private static final Pattern SESSION_ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** How a signal names the one that it goes to. */
  enum Scheme {
    SESSION,
    NAME
  }

  private SignalAddress() {}

  static byte[] p2pPrefix() {
    return P2P_BYTES;
  }

  static byte[] namePrefix() {
    return NAME_BYTES;
  }

  /** Whether a text has the form of the ids that CLASP's router gives to sessions. */
  static boolean isSessionId(String text) {
    return SESSION_ID.matcher(text).matches();
  }

  static String toSession(String session) {
    return SESSION_PREFIX + session;
  }

  static String toName(String to, String from) {
    return NAME_PREFIX + to + "/" + from;
  }

  /** The pattern of all signals to a name. */
  static String allToName(String name) {
    return NAME_PREFIX + name + "/*";
  }

  /** The session that an address belongs to, or null when it is no such address. */
  static @Nullable String session(String address) {
    return address.startsWith(SESSION_PREFIX) && address.length() > SESSION_PREFIX.length()
        ? address.substring(SESSION_PREFIX.length())
        : null;
  }

  /** To whom a signal by name goes, or null when the address is none of a signal by name. */
  static @Nullable String recipient(String address) {
    int slash = separator(address);
    return slash < 0 ? null : address.substring(NAME_PREFIX.length(), slash);
  }

  /** From whom a signal by name comes, or null when the address is none of a signal by name. */
  static @Nullable String sender(String address) {
    int slash = separator(address);
    return slash < 0 ? null : address.substring(slash + 1);
  }

  private static int separator(String address) {
    if (!address.startsWith(NAME_PREFIX)) {
      return -1;
    }
    int slash = address.indexOf('/', NAME_PREFIX.length());
    boolean whole =
        slash > NAME_PREFIX.length()
            && slash < address.length() - 1
            && address.indexOf('/', slash + 1) < 0;
    return whole ? slash : -1;
  }
}
