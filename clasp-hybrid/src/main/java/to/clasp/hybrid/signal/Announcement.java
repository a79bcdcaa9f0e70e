package to.clasp.hybrid.signal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;

/**
 * Tells that a session can link directly (CLASP P2P signalling, "Announce"), with the peer's name
 * added, which others ignore. A router does not keep announcements, so a newcomer's is answered
 * with one that is directed to it: the same map on the address of its signals, under a type that
 * others ignore.
 *
 * @param session the announcing session
 * @param name its peer id, or null when it is of another implementation
 * @param capable whether it can link directly
 * @param leaving whether it is about to leave the router; others ignore this
 */
record Announcement(String session, @Nullable String name, boolean capable, boolean leaving) {

  private static final String DIRECTED = "announce";
  private static final int MAX_ID = 512;

  /** Announces a session that stays. */
  Announcement(String session, @Nullable String name, boolean capable) {
    this(session, name, capable, false);
  }

  Value.Dict write(boolean directed) {
    Map<String, Value> map = new LinkedHashMap<>();
    if (directed) {
      map.put("type", Value.of(DIRECTED));
      map.put("from", Value.of(session));
    }
    map.put("session_id", Value.of(session));
    map.put("p2p_capable", Value.of(capable));
    map.put("features", Value.of((Object) List.of("webrtc", "reliable", "unreliable")));
    if (name != null) {
      map.put("name", Value.of(name));
    }
    if (leaving) {
      map.put("leaving", Value.of(true));
    }
    return new Value.Dict(map);
  }

  static boolean isDirected(@Nullable Value value) {
    return value instanceof Value.Dict map && DIRECTED.equals(map.text("type"));
  }

  static Announcement read(@Nullable Value value) throws MalformedSignalException {
    if (!(value instanceof Value.Dict map)) {
      throw new MalformedSignalException("an announcement must be a map");
    }
    String session = map.text("session_id");
    String name = map.text("name");
    if (session == null || session.isEmpty() || session.length() > MAX_ID) {
      throw new MalformedSignalException("an announcement needs a session_id");
    }
    if (name != null && (name.isEmpty() || name.length() > MAX_ID)) {
      throw new MalformedSignalException("an announced name must not be empty nor overlong");
    }
    // Browsers announce features only.
    boolean capable = !(map.get("p2p_capable") instanceof Value.Bool told) || told.value();
    boolean leaving = map.get("leaving") instanceof Value.Bool told && told.value();
    return new Announcement(session, name, capable, leaving);
  }
}
