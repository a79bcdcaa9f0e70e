package to.clasp.transport.webrtc.link;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The check of a session description from outside, before native code sees it. */
public final class SdpCheck {

  /** Far more than a description of data channels needs. */
  private static final int MAX_CHARS = 64 * 1024;

  private static final int MAX_LINES = 1_000;

  /** What holds when a description says nothing (RFC 8841, section 6.1). */
  private static final int DEFAULT_MAX_MESSAGE_SIZE = 65_536;

  private static final Pattern MAX_MESSAGE_SIZE =
      Pattern.compile("^a=max-message-size:(\\d{1,18})\\s*$", Pattern.MULTILINE);

  private static final Pattern DATA_CHANNEL =
      Pattern.compile("^m=application \\d+ \\S*(?:DTLS)/SCTP ", Pattern.MULTILINE);

  /** SHA-256 and nothing weaker (RFC 8122, section 5). */
  private static final Pattern FINGERPRINT =
      Pattern.compile("a=fingerprint:sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})\\s*");

  private static final String FINGERPRINT_ATTRIBUTE = "A=FINGERPRINT";

  private static final Pattern UFRAG = Pattern.compile("^a=ice-ufrag:\\S+\\s*$", Pattern.MULTILINE);

  private SdpCheck() {}

  /**
   * Checks a description.
   *
   * @param sdp the text
   * @return the text
   * @throws IllegalArgumentException if it does not describe data channels over DTLS; says why
   */
  public static String requireDataChannels(String sdp) {
    if (sdp.length() > MAX_CHARS) {
      throw new IllegalArgumentException("it has " + sdp.length() + " characters");
    }
    if (sdp.lines().limit(MAX_LINES + 1L).count() > MAX_LINES) {
      throw new IllegalArgumentException("it has more than " + MAX_LINES + " lines");
    }
    if (!sdp.startsWith("v=0")) {
      throw new IllegalArgumentException("it does not begin with v=0");
    }
    if (!DATA_CHANNEL.matcher(sdp).find()) {
      throw new IllegalArgumentException("it has no media section for data channels");
    }
    var unused = fingerprint(sdp);
    return sdp;
  }

  /**
   * Reads the fingerprint of the certificate. All that a description has, of the session and of its
   * media, must be the same one: among several, native code might check another one than we.
   *
   * @param sdp a description
   * @return {@code sha-256} and 32 bytes in hexadecimal, with colons
   * @throws IllegalArgumentException if there is none, another hash, or more than one
   */
  public static String fingerprint(String sdp) {
    String found = null;
    for (String line : sdp.lines().toList()) {
      // Whatever could be taken for one counts, however it is written.
      String upper = line.strip().toUpperCase(Locale.ROOT);
      if (!upper.startsWith(FINGERPRINT_ATTRIBUTE)) {
        continue;
      }
      String value = valueOf(line);
      if (found != null && !found.equals(value)) {
        throw new IllegalArgumentException("it has more than one certificate fingerprint");
      }
      found = value;
    }
    if (found == null) {
      throw new IllegalArgumentException("it has no certificate fingerprint");
    }
    return found;
  }

  private static String valueOf(String line) {
    int space = line.indexOf(' ');
    String normal =
        space < 0
            ? line
            : line.substring(0, space).toLowerCase(Locale.ROOT)
                + line.substring(space).toUpperCase(Locale.ROOT);
    Matcher matcher = FINGERPRINT.matcher(normal);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it has a certificate fingerprint that is not SHA-256");
    }
    return "sha-256 " + matcher.group(1);
  }

  /**
   * Tells whether a description restarts ICE (RFC 8839, section 4.4.1.1.1) on a link that there is:
   * the fragment of the user name is another one, and the certificate the same.
   *
   * @param known the description of the other side so far
   * @param offered the new one
   * @return true if so
   */
  public static boolean isIceRestart(String known, String offered) {
    String fragment = first(UFRAG, offered);
    return !fragment.isEmpty()
        && !fragment.equals(first(UFRAG, known))
        && fingerprint(offered).equals(fingerprint(known));
  }

  private static String first(Pattern pattern, String sdp) {
    Matcher matcher = pattern.matcher(sdp);
    return matcher.find() ? matcher.group().strip() : "";
  }

  /**
   * Reads the largest message that the other side takes (RFC 8841, section 6.1).
   *
   * @param sdp its description
   * @param limit our own limit
   * @return the smaller of both, in bytes
   */
  public static int maxMessageSize(String sdp, int limit) {
    Matcher matcher = MAX_MESSAGE_SIZE.matcher(sdp);
    if (!matcher.find()) {
      return Math.min(DEFAULT_MAX_MESSAGE_SIZE, limit);
    }
    long size = Long.parseLong(matcher.group(1));
    // Zero means that there is no limit.
    return size == 0 ? limit : (int) Math.min(size, limit);
  }
}
