package to.clasp.client;

import org.jspecify.annotations.Nullable;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;

/**
 * Something that a subscription hears. Immutable.
 *
 * @param address where
 * @param value what; null value if the message carried none
 * @param signal the kind of data
 * @param source the router, or the peer that it came from directly
 * @param revision revision of a parameter (unsigned), or null
 * @param timestamp the sender's time, unsigned microseconds since 1970, or null
 * @param gestureId id of a gesture, or null
 * @param phase phase of a gesture, or null for everything else
 */
public record Update(
    String address,
    Value value,
    SignalType signal,
    FrameSource source,
    @Nullable Long revision,
    @Nullable Long timestamp,
    @Nullable Integer gestureId,
    @Nullable GesturePhase phase) {

  /**
   * Returns the path that it took.
   *
   * @return {@link Path#P2P} if it came from a peer directly
   */
  public Path path() {
    return source.path();
  }
}
