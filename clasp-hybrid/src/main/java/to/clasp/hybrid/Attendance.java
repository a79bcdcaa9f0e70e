package to.clasp.hybrid;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which peers have announced themselves. A router keeps no announcements, and tells of nobody who
 * leaves; so after a new session of ours everybody has to be heard of again. Bounded: the one that
 * announced itself first is forgotten first. Confined to the loop.
 */
final class Attendance {

  private final int bound;

  /** Peers, and whether they were heard of in this session. */
  private final Map<String, Boolean> present = new LinkedHashMap<>();

  Attendance(int bound) {
    this.bound = bound;
  }

  /** Notes that a peer is there; false if that is no news. */
  boolean joined(String peer) {
    boolean isNews = present.put(peer, true) == null;
    if (present.size() > bound) {
      Iterator<String> eldest = present.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    return isNews;
  }

  /** Notes that a peer has gone; false if that is no news. */
  boolean left(String peer) {
    return present.remove(peer) != null;
  }

  /** A new session begins, in which nobody has been heard of. */
  void newSession() {
    present.replaceAll((peer, heard) -> false);
  }

  /** Lists those that have not been heard of in this session. */
  List<String> unheard() {
    return present.entrySet().stream()
        .filter(entry -> !entry.getValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Lists those that are there, the one that came first first. */
  List<String> present() {
    return List.copyOf(present.keySet());
  }
}
