package to.clasp.transport;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a received frame came from. Immutable. */
public final class FrameSource {

  /** The router, or whatever a transport without peers is connected to. */
  public static final FrameSource ROUTER = new FrameSource(null);

  private final @Nullable String peerId;

  private FrameSource(@Nullable String peerId) {
    this.peerId = peerId;
  }

  /**
   * Names a peer as the source.
   *
   * @param peerId the id of the peer that the link was made to
   * @return the source
   */
  public static FrameSource peer(String peerId) {
    return new FrameSource(Objects.requireNonNull(peerId, "peerId"));
  }

  /**
   * Returns the path that the frame took.
   *
   * @return {@link Path#P2P} if it came from a peer directly
   */
  public Path path() {
    return peerId == null ? Path.ROUTER : Path.P2P;
  }

  /**
   * Returns the peer that sent the frame.
   *
   * @return the peer id, or null when the frame came from the router
   */
  public @Nullable String peerId() {
    return peerId;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FrameSource that && Objects.equals(peerId, that.peerId);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(peerId);
  }

  @Override
  public String toString() {
    return peerId == null ? "router" : "peer " + peerId;
  }
}
