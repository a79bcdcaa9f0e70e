package to.clasp.hybrid.signal;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which session a peer has on the router. Bounded: the one that was heard of longest ago is
 * forgotten first. A peer of another implementation has no name; its session stands for it.
 */
final class PeerDirectory {

  private final int bound;
  private final Map<String, String> sessions = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, String> peers = new HashMap<>();

  PeerDirectory(int bound) {
    this.bound = bound;
  }

  void learn(String peerId, String session) {
    String before = sessions.put(peerId, session);
    if (before != null && !before.equals(session)) {
      peers.remove(before, peerId);
    }
    String other = peers.put(session, peerId);
    if (other != null && !other.equals(peerId)) {
      sessions.remove(other, session);
    }
    if (sessions.size() > bound) {
      Iterator<Map.Entry<String, String>> eldest = sessions.entrySet().iterator();
      Map.Entry<String, String> gone = eldest.next();
      peers.remove(gone.getValue(), gone.getKey());
      eldest.remove();
    }
  }

  void forgetSession(String session) {
    String peerId = peers.remove(session);
    if (peerId != null) {
      sessions.remove(peerId, session);
    }
  }

  /**
   * Forgets the sessions of named peers: they may have new ones. Those that stand for their peer
   * stay, for nothing else is known of it.
   */
  void forgetNamed() {
    sessions.entrySet().removeIf(entry -> !entry.getKey().equals(entry.getValue()));
    peers.entrySet().removeIf(entry -> !entry.getKey().equals(entry.getValue()));
  }

  @Nullable String sessionOf(String peerId) {
    return sessions.get(peerId);
  }

  @Nullable String peerOf(String session) {
    return peers.get(session);
  }

  int size() {
    return sessions.size();
  }
}
