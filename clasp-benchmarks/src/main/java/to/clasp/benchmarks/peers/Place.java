package to.clasp.benchmarks.peers;

import to.clasp.client.Clasp;
import to.clasp.router.EmbeddedRouter;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.RtcConfig;

/** A router on the loopback interface, and clients of it with all defaults but a limit of peers. */
final class Place implements AutoCloseable {

  private final EmbeddedRouter router;
  private final int maxPeers;

  Place(int maxPeers) {
    this.router = EmbeddedRouter.builder().port(0).maxSessions(maxPeers + 10).rateLimit(0).start();
    this.maxPeers = maxPeers;
  }

  Clasp connect(String peerId) {
    return Clasp.builder(router.uri())
        .name(peerId)
        .withP2P(
            P2POptions.builder()
                .peerId(peerId)
                .maxPeers(maxPeers)
                .maxPendingOffers(maxPeers)
                .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
                .build())
        .connect();
  }

  @Override
  public void close() {
    router.close();
  }
}
