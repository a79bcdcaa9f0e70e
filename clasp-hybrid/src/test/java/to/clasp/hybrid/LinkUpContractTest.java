package to.clasp.hybrid;

import java.time.Duration;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.contract.OtherSide;
import to.clasp.testkit.contract.TransportContract;
import to.clasp.testkit.contract.TransportHarness;
import to.clasp.testkit.memory.InMemoryPeerTransportProvider;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Transport;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.TransportContext;

/** The contract of a transport, kept by the hybrid on the direct path. */
class LinkUpContractTest extends TransportContract {

  // Of the same length, so that the same frames fit in both directions.
  private static final String SUBJECT = "one";
  private static final String OTHER = "two";

  @Override
  protected TransportHarness openHarness() {
    return new Harness(options(), link());
  }

  @Override
  protected boolean reconnects() {
    // The hybrid links again, but what is sent meanwhile goes another way.
    return false;
  }

  @Override
  protected FrameSource source() {
    return FrameSource.peer(OTHER);
  }

  /** Plain frames, as a peer of another implementation gets them. */
  PeerLinkOptions link() {
    return PeerLinkOptions.builder().enabled(false).build();
  }

  private static P2POptions p2p(String id, ConnectionOptions options, PeerLinkOptions link) {
    return P2POptions.builder()
        .link(link)
        .peerId(id)
        .fallbackToRouter(false)
        .drainTimeout(options.drainTimeout())
        .rtcConfig(RtcConfig.builder().sendBufferBytes(options.sendBufferBytes()).build())
        .build();
  }

  private static final class Harness implements TransportHarness, OtherSide {
    private final ThreadRouter router = new ThreadRouter();
    private final PeerLinkOptions link;
    private final Side other;

    Harness(ConnectionOptions options, PeerLinkOptions link) {
      this.link = link;
      other = new Side(OTHER, router, p2p(OTHER, options, link)).start();
    }

    @Override
    public Transport create(ConnectionOptions options, TransportContext context) {
      return linked(router.connect(options, context), options, context);
    }

    @Override
    public Transport createWithNobodyListening(
        ConnectionOptions options, TransportContext context) {
      return linked(router.connectToNobody(options, context), options, context);
    }

    private Transport linked(
        Transport toRouter, ConnectionOptions options, TransportContext context) {
      return new LinkedTransport(
          new HybridTransport(
              toRouter,
              new InMemoryPeerTransportProvider(router.peerNetwork()),
              p2p(SUBJECT, options, link),
              context,
              Runnable::run),
          OTHER);
    }

    @Override
    public OtherSide otherSide() {
      return this;
    }

    @Override
    public void close() throws InterruptedException {
      other.close();
      router.close();
    }

    @Override
    public Recorder<Frame> received() {
      return other.frames;
    }

    @Override
    public boolean offer(Frame frame) {
      return other.hybrid.send(Tunnel.wrap(SUBJECT, frame)).isAccepted();
    }

    @Override
    public void awaitRoom(Duration timeout) {
      other.awaitRoom();
    }

    @Override
    public void awaitConnections(int count, Duration timeout) {
      other.awaitLinks(count, timeout);
    }

    @Override
    public void awaitDisconnected(Duration timeout) {
      other.awaitNoLink(timeout);
    }

    @Override
    public void pauseReading() {
      other.peers.newest().pauseReading(true);
    }

    @Override
    public void resumeReading() {
      other.peers.newest().pauseReading(false);
    }

    @Override
    public void loseConnection() {
      other.peers.newest().dropLink(CloseReason.Code.CONNECTION_LOST);
    }

    @Override
    public void closeConnection() {
      other.hybrid.disconnectPeer(SUBJECT);
    }
  }
}
