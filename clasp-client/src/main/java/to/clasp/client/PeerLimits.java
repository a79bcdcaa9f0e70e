package to.clasp.client;

import java.time.Duration;

/**
 * The bounds of explicit peers.
 *
 * @param requestTimeout how long a peer may take to answer
 * @param maxPendingRequests how many requests to one peer may wait for their answers
 * @param maxQueuedUpdates how many updates may wait for one callback, or for a peer to be shown
 * @param maxCachedValues how many values of one peer are remembered
 * @param maxPeers how many peers are remembered
 */
record PeerLimits(
    Duration requestTimeout,
    int maxPendingRequests,
    int maxQueuedUpdates,
    int maxCachedValues,
    int maxPeers) {

  static PeerLimits of(ClientOptions options, int maxPeers) {
    return new PeerLimits(
        options.requestTimeout(),
        options.maxPendingRequests(),
        options.maxQueuedUpdates(),
        options.maxCachedValues(),
        maxPeers);
  }
}
