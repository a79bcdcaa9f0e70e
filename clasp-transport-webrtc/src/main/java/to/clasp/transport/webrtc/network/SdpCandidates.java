package to.clasp.transport.webrtc.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Edits the ICE candidates of a session description (RFC 8839), and leaves the rest as it is. */
public final class SdpCandidates {

  private static final String CANDIDATE = "a=candidate:";
  private static final String END_OF_CANDIDATES = "a=end-of-candidates";

  private SdpCandidates() {}

  /**
   * Adds a candidate to each media section that is in use and does not have it yet: behind the
   * candidates that are there, and before the mark that no more will come (RFC 8840, section 4.2).
   * Sections with port 0 are rejected or bundled, and have no candidates of their own.
   *
   * @param sdp a session description
   * @param candidate the candidate
   * @return the session description with the candidate
   */
  public static String add(String sdp, HostCandidate candidate) {
    String line = "a=" + candidate.attribute();
    List<String> result = new ArrayList<>();
    List<String> section = new ArrayList<>();
    for (String each : lines(sdp)) {
      if (each.startsWith("m=")) {
        result.addAll(complete(section, line));
        section.clear();
      }
      section.add(each);
    }
    result.addAll(complete(section, line));
    return join(result, sdp);
  }

  private static List<String> complete(List<String> section, String line) {
    if (!isInUse(section) || section.contains(line)) {
      return section;
    }
    int at = section.size();
    for (int i = 0; i < section.size(); i++) {
      if (section.get(i).startsWith(END_OF_CANDIDATES)) {
        at = i;
        break;
      } else if (section.get(i).startsWith(CANDIDATE)) {
        at = i + 1;
      }
    }
    List<String> completed = new ArrayList<>(section);
    completed.add(at, line);
    return completed;
  }

  private static boolean isInUse(List<String> section) {
    if (section.isEmpty() || !section.get(0).startsWith("m=")) {
      return false;
    }
    String[] words = section.get(0).split(" ", 3);
    return words.length == 3 && !words[1].equals("0");
  }

  /**
   * Tells whether a session description holds no candidate.
   *
   * @param sdp a session description
   * @return true if so
   */
  public static boolean isWithout(String sdp) {
    return sdp.lines().noneMatch(line -> line.startsWith(CANDIDATE));
  }

  /**
   * Removes candidates.
   *
   * @param sdp a session description
   * @param keep gets each candidate, beginning with {@code candidate:}, and tells whether it stays
   * @return the session description with the candidates that stay
   */
  public static String retain(String sdp, Predicate<String> keep) {
    List<String> result = new ArrayList<>();
    for (String line : lines(sdp)) {
      if (!line.startsWith(CANDIDATE) || keep.test(line.substring(2))) {
        result.add(line);
      }
    }
    return join(result, sdp);
  }

  private static List<String> lines(String sdp) {
    return sdp.lines().toList();
  }

  private static String join(List<String> lines, String original) {
    // RFC 8866 asks for CRLF, and for parsers that take LF alone.
    String end = original.contains("\r\n") || !original.contains("\n") ? "\r\n" : "\n";
    return String.join(end, lines) + end;
  }
}
