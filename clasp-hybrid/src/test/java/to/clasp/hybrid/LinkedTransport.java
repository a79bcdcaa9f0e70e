package to.clasp.hybrid;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.MessageType;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;

/**
 * A hybrid as a transport to one peer: open as long as its link is, closed with it. What it is told
 * to send goes to an address of that peer, so the routing rules apply.
 */
final class LinkedTransport implements Transport, TransportListener {

  private final HybridTransport hybrid;
  private final String peer;
  private final AtomicBoolean closeAsked = new AtomicBoolean();
  private volatile boolean linked;
  private @Nullable TransportListener listener;
  private volatile @Nullable CloseReason linkEnded;

  LinkedTransport(HybridTransport hybrid, String peer) {
    this.hybrid = hybrid;
    this.peer = peer;
    hybrid.addPeerListener(this::onPeerEvent);
  }

  private void onPeerEvent(PeerEvent event) {
    if (!(event instanceof PeerEvent.PathChanged path)) {
      return;
    }
    if (path.to() == Path.P2P) {
      linked = true;
      heard().onOpen();
    } else if (linked) {
      linked = false;
      if (linkEnded == null) {
        linkEnded = path.cause();
      }
      hybrid.close();
    }
  }

  private TransportListener heard() {
    TransportListener heard = listener;
    if (heard == null) {
      throw new IllegalStateException("not started");
    }
    return heard;
  }

  @Override
  public void start(TransportListener heard) {
    if (listener != null) {
      throw new IllegalStateException("started before");
    }
    listener = heard;
    hybrid.start(this);
  }

  @Override
  public SendResult send(Frame frame) {
    if (frame.size() > maxFrameSize()) {
      return SendResult.TOO_LARGE;
    }
    if (!linked) {
      return closeAsked.get() || state() == TransportState.CLOSED || linkEnded != null
          ? SendResult.CLOSED
          : SendResult.NOT_CONNECTED;
    }
    return hybrid.send(Tunnel.wrap(peer, frame));
  }

  @Override
  public boolean isWritable() {
    return linked && hybrid.isWritable();
  }

  @Override
  public TransportState state() {
    return hybrid.state();
  }

  @Override
  public int maxFrameSize() {
    return Tunnel.maxFrameSize(peer);
  }

  @Override
  public void reconnect(String why) {
    linkEnded = CloseReason.of(CloseReason.Code.RECONNECT_REQUESTED, why);
    hybrid.close();
  }

  @Override
  public void close() {
    closeAsked.set(true);
    hybrid.close();
  }

  @Override
  public TransportStats stats() {
    PeerSnapshot link = hybrid.peer(peer).orElse(null);
    TransportStats all = hybrid.stats();
    return link == null
        ? TransportStats.ZERO
        : new TransportStats(
            link.framesSent(),
            link.bytesSent(),
            link.framesReceived(),
            link.bytesReceived(),
            link.framesDropped(),
            all.listenerFailures(),
            all.queuedBytes(),
            all.connects());
  }

  // ---- What the hybrid tells

  @Override
  public void onOpen() {
    hybrid.sendToRouter(Frame.of(new HelloMessage(1, Set.of(), hybrid.peerId(), null)));
  }

  @Override
  public void onFrame(Frame frame, FrameSource source) {
    if (frame.messageType() == MessageType.WELCOME) {
      hybrid
          .connectPeer(peer)
          .whenComplete(
              (snapshot, failure) -> {
                if (failure != null && !closeAsked.get() && linkEnded == null) {
                  throw new AssertionError("no link", failure);
                }
              });
      return;
    }
    Frame inner = Tunnel.unwrap(frame);
    if (inner != null) {
      heard().onFrame(inner, source);
    }
  }

  @Override
  public void onWritable() {
    if (linked) {
      heard().onWritable();
    }
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    heard().onInterrupted(reason, attempt, delay);
  }

  @Override
  public void onClosed(CloseReason reason) {
    linked = false;
    CloseReason ended = linkEnded;
    heard().onClosed(ended == null ? reason : ended);
  }
}
