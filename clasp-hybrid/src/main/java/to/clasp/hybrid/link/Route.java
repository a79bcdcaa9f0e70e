package to.clasp.hybrid.link;

import org.jspecify.annotations.Nullable;
import to.clasp.transport.Path;

/** The ways that numbered frames may take. */
enum Route {
  /** Frames wait. */
  NONE,
  DIRECT,
  /** In envelopes through the router. */
  RELAY;

  @Nullable Path path() {
    return switch (this) {
      case NONE -> null;
      case DIRECT -> Path.P2P;
      case RELAY -> Path.ROUTER;
    };
  }
}
