package to.clasp.client;

import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.RtcConfig;

/** Builds {@link ClaspP2P}. Not safe for use by several threads at once. */
public final class ClaspP2PBuilder {

  private @Nullable String signaling;
  private UnaryOperator<ClaspBuilder> client = UnaryOperator.identity();
  private P2POptions options = P2POptions.DEFAULTS;

  ClaspP2PBuilder() {}

  /**
   * Sets the router that carries the signals. Needed.
   *
   * @param url such as {@code ws://host:7330}
   * @return this
   */
  public ClaspP2PBuilder signaling(String url) {
    signaling = Objects.requireNonNull(url, "url");
    return this;
  }

  /**
   * Sets the router that carries the signals. Needed.
   *
   * @param uri such as {@code ws://host:7330}
   * @return this
   */
  public ClaspP2PBuilder signaling(URI uri) {
    return signaling(uri.toString());
  }

  /**
   * Sets the id under which peers reach this side. Default a random one.
   *
   * @param id not empty, without {@code /} and {@code *}
   * @return this
   * @throws IllegalArgumentException if it is no peer id
   */
  public ClaspP2PBuilder clientId(String id) {
    options = options.toBuilder().peerId(id).build();
    return client(builder -> builder.name(id));
  }

  /**
   * Sets how links are made. Default {@link RtcConfig#DEFAULTS}.
   *
   * @param config the configuration
   * @return this
   */
  public ClaspP2PBuilder rtcConfig(RtcConfig config) {
    options = options.toBuilder().rtcConfig(config).build();
    return this;
  }

  /**
   * Sets whether every announced peer is linked and kept linked, up to {@link
   * P2POptions#maxMeshPeers()}. Default false.
   *
   * @param mesh true or false
   * @return this
   */
  public ClaspP2PBuilder mesh(boolean mesh) {
    options = options.toBuilder().mesh(mesh).build();
    return this;
  }

  /**
   * Sets who decides which peers may link with this side. Default: all may, within limits.
   *
   * @param handler decides
   * @return this
   */
  public ClaspP2PBuilder onPeerConnecting(PeerConnectingHandler handler) {
    Objects.requireNonNull(handler, "handler");
    return client(builder -> builder.onPeerConnecting(handler));
  }

  /**
   * Changes any other option of direct links. {@code preferP2P} and {@code fallbackToRouter} have
   * no effect: the router carries no values.
   *
   * @param change gets the options so far
   * @return this
   */
  public ClaspP2PBuilder options(UnaryOperator<P2POptions.Builder> change) {
    options = change.apply(options.toBuilder()).build();
    return this;
  }

  /**
   * Changes any option of the connection to the router, and of callbacks: token, reconnection,
   * dispatcher, listener. Changes are made in the order in which they were given.
   *
   * @param change gets the builder of the client underneath
   * @return this
   */
  public ClaspP2PBuilder client(UnaryOperator<ClaspBuilder> change) {
    UnaryOperator<ClaspBuilder> before = client;
    client = builder -> change.apply(before.apply(builder));
    return this;
  }

  /**
   * Connects to the router, and waits until the first session stands. Blocks.
   *
   * @return ready to link
   * @throws ClaspException as {@link ClaspBuilder#connect()}; with {@link
   *     ClaspException.Code#P2P_UNAVAILABLE} if a module for direct links is missing
   * @throws IllegalArgumentException if there is no URL, or it is unusable
   */
  public ClaspP2P connect() {
    return new ClaspP2P(builder().connect());
  }

  /**
   * Connects to the router without waiting.
   *
   * @return completes as {@link #connect()} returns or throws
   * @throws IllegalArgumentException if there is no URL, or it is unusable
   */
  public CompletableFuture<ClaspP2P> connectAsync() {
    return builder().connectAsync().thenApply(ClaspP2P::new);
  }

  private ClaspBuilder builder() {
    String url = signaling;
    if (url == null) {
      throw new IllegalArgumentException("signaling(url) is needed, such as ws://host:7330");
    }
    P2POptions alone =
        options.toBuilder().enabled(true).preferP2P(true).fallbackToRouter(false).build();
    return client.apply(Clasp.builder(url)).withP2P(alone).explicitPeers();
  }
}
