package to.clasp.hybrid.peer;

import static to.clasp.transport.peer.PeerState.CLOSED;
import static to.clasp.transport.peer.PeerState.CONNECTED;
import static to.clasp.transport.peer.PeerState.CONNECTING;
import static to.clasp.transport.peer.PeerState.DISCONNECTED;
import static to.clasp.transport.peer.PeerState.FAILED;
import static to.clasp.transport.peer.PeerState.IDLE;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import to.clasp.transport.peer.PeerState;

/** Which state of a relation may follow which. */
final class RelationStates {

  private static final Map<PeerState, Set<PeerState>> NEXT =
      new EnumMap<>(
          Map.of(
              IDLE, EnumSet.of(CONNECTING, FAILED, CLOSED),
              CONNECTING, EnumSet.of(CONNECTED, FAILED, IDLE, CLOSED),
              CONNECTED, EnumSet.of(DISCONNECTED, IDLE, CLOSED),
              DISCONNECTED, EnumSet.of(CONNECTED, CONNECTING, IDLE, CLOSED),
              FAILED, EnumSet.of(CONNECTING, CLOSED),
              CLOSED, EnumSet.of(CONNECTING, FAILED)));

  private RelationStates() {}

  static PeerState move(PeerState from, PeerState to) {
    if (from != to && !Objects.requireNonNull(NEXT.get(from)).contains(to)) {
      throw new IllegalStateException("no way from " + from + " to " + to);
    }
    return to;
  }
}
