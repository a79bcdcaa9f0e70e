package to.clasp.hybrid.link;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The states of the data channel of a link, and which may follow which. */
enum DirectState {
  /** Open; nothing has come back on it yet. */
  OPEN,
  /** Messages go there and back; it has to do so for a while before frames are trusted to it. */
  PROVING,
  /** Frames may take it. */
  ACTIVE,
  /** ICE says disconnected, or receipts are overdue: it is kept, for it may heal. */
  SUSPECT;

  private static final Map<DirectState, Set<DirectState>> NEXT =
      new EnumMap<>(
          Map.of(
              OPEN, EnumSet.of(PROVING, SUSPECT),
              PROVING, EnumSet.of(ACTIVE, SUSPECT),
              ACTIVE, EnumSet.of(SUSPECT),
              SUSPECT, EnumSet.of(PROVING)));

  DirectState to(DirectState next) {
    if (this != next && !Objects.requireNonNull(NEXT.get(this)).contains(next)) {
      throw new IllegalStateException("no way from " + this + " to " + next);
    }
    return next;
  }
}
