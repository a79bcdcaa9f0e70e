package to.clasp.hybrid.link;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The states of a link, and which may follow which. */
enum LinkState {
  /** The peer does not speak the link layer, or is not known to: frames travel plainly. */
  PLAIN,
  /** The peer speaks it: hellos are exchanged, frames still travel plainly. */
  GREETING,
  /** Frames are numbered, whatever their path. */
  ESTABLISHED,
  /** This side has ended. */
  CLOSED;

  private static final Map<LinkState, Set<LinkState>> NEXT =
      new EnumMap<>(
          Map.of(
              PLAIN, EnumSet.of(GREETING, CLOSED),
              GREETING, EnumSet.of(ESTABLISHED, PLAIN, CLOSED),
              ESTABLISHED, EnumSet.of(GREETING, PLAIN, CLOSED),
              CLOSED, EnumSet.noneOf(LinkState.class)));

  LinkState to(LinkState next) {
    if (this != next && !Objects.requireNonNull(NEXT.get(this)).contains(next)) {
      throw new IllegalStateException("no way from " + this + " to " + next);
    }
    return next;
  }
}
