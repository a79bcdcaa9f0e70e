package to.clasp.transport.webrtc.link;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The addresses of TURN servers that the peer has told as its own. Packets may come from one before
 * its candidate does, and ICE then takes it for a peer-reflexive one. Confined to the rtc thread.
 */
final class RelayAddresses {

  /** As many as candidates are taken of one attempt, at most. */
  private static final int MAX_ADDRESSES = 1_000;

  private static final Pattern RELAYED =
      Pattern.compile("candidate:\\S+ \\d+ \\S+ \\d+ (\\S+) (\\d{1,5}) typ relay\\b");

  private final Set<String> addresses = new HashSet<>();

  /** Notes what a description or candidate tells. */
  void note(String text) {
    Matcher matcher = RELAYED.matcher(text);
    while (matcher.find() && addresses.size() < MAX_ADDRESSES) {
      addresses.add(matcher.group(1) + " " + matcher.group(2));
    }
  }

  boolean contains(String address, int port) {
    return addresses.contains(address + " " + port);
  }
}
