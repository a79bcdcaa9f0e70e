package to.clasp.client;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import to.clasp.core.message.Feature;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Transport;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.spi.TransportContext;

/** What the builder was told. */
record ClientOptions(
    URI uri,
    String name,
    @Nullable String token,
    Set<Feature> features,
    ConnectionOptions connection,
    @Nullable Transport transport,
    @Nullable Function<TransportContext, Transport> transportFactory,
    @Nullable P2POptions p2p,
    @Nullable PeerConnectingHandler onPeerConnecting,
    boolean explicitPeers,
    @Nullable Executor dispatcher,
    int dispatcherThreads,
    Duration handshakeTimeout,
    Duration requestTimeout,
    Duration keepAliveInterval,
    Duration closeTimeout,
    int messagesPerSecond,
    int maxQueuedUpdates,
    Duration callbackPatience,
    int maxOutboxBytes,
    int maxCachedValues,
    int maxPendingRequests,
    ClientListener listener) {

  /** Names the client; the token must not get into logs. */
  @Override
  public String toString() {
    return "ClientOptions[" + name + " at " + uri + "]";
  }
}
