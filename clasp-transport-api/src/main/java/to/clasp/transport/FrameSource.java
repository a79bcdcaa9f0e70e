package to.clasp.transport;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a received frame came from. Immutable. */
public final class FrameSource {

  /** The router, or whatever a transport without peers is connected to. */
  public static final FrameSource ROUTER = new FrameSource(null, Path.ROUTER);

  private final @Nullable String peerId;
  private final Path path;

  private FrameSource(@Nullable String peerId, Path path) {
    this.peerId = peerId;
    this.path = path;
  }

  /**
   * Names a peer as the source.
   *
   * @param peerId the id of the peer that the link was made to
   * @return the source
   */
  public static FrameSource peer(String peerId) {
    return new FrameSource(Objects.requireNonNull(peerId, "peerId"), Path.P2P);
  }

  /**
   * Names a peer as the source of a frame that the router carried for it.
   *
   * @param peerId the id of the peer
   * @return the source
   */
  public static FrameSource relayed(String peerId) {
    return new FrameSource(Objects.requireNonNull(peerId, "peerId"), Path.ROUTER);
  }

  /**
   * Returns the path that the frame took.
   *
   * @return {@link Path#P2P} if it came from a peer directly
   */
  public Path path() {
    return path;
  }

  /**
   * Returns the peer that sent the frame.
   *
   * @return the peer id, or null when the router does not tell who sent it
   */
  public @Nullable String peerId() {
    return peerId;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FrameSource that
        && path == that.path
        && Objects.equals(peerId, that.peerId);
  }

  @Override
  public int hashCode() {
    return Objects.hash(peerId, path);
  }

  @Override
  public String toString() {
    return peerId == null
        ? "router"
        : path == Path.P2P ? "peer " + peerId : "peer " + peerId + " through the router";
  }
}
