package to.clasp.hybrid.link;

import java.time.Duration;
import java.util.random.RandomGenerator;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;

/**
 * What the parts of a link share.
 *
 * @param peerId the peer, for logs
 * @param p2p how links are made
 * @param loop the loop
 * @param random makes what differs each time
 * @param host the surroundings
 * @param lock guards all that is not confined to the loop
 */
record LinkContext(
    String peerId,
    P2POptions p2p,
    EventLoop loop,
    RandomGenerator random,
    LinkHost host,
    LinkLock lock) {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  PeerLinkOptions options() {
    return p2p.link();
  }

  long now() {
    return loop.nanoTime();
  }

  /** How often a channel that lies idle is asked: its share of what this side may ask for. */
  long heartbeatNanos() {
    long share = SECOND * host.linkedPeers() / options().heartbeatsPerSecond();
    return Math.max(options().heartbeatInterval().toNanos(), share);
  }

  /** Whether frames may travel through the router. */
  boolean mayRelay() {
    return p2p.fallbackToRouter();
  }
}
