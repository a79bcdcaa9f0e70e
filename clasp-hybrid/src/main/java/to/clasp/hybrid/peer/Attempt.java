package to.clasp.hybrid.peer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.Signal;

/** One attempt to link, and the link if it succeeds: what it is told goes on to its relation. */
final class Attempt implements TransportListener, PeerTransportObserver {

  private final PeerRelation relation;
  private final PeerRole role;
  private final String correlationId;
  private final PeerBreaker.@Nullable Permit permit;
  private @Nullable PeerTransport transport;
  private @Nullable CloseReason abortedFor;
  private long openedAt;

  Attempt(
      PeerRelation relation,
      PeerRole role,
      String correlationId,
      PeerBreaker.@Nullable Permit permit) {
    this.relation = relation;
    this.role = role;
    this.correlationId = correlationId;
    this.permit = permit;
  }

  void start(PeerTransport made) {
    transport = made;
    made.start(this);
  }

  PeerRole role() {
    return role;
  }

  String correlationId() {
    return correlationId;
  }

  PeerBreaker.@Nullable Permit permit() {
    return permit;
  }

  PeerTransport transport() {
    PeerTransport made = transport;
    if (made == null) {
      throw new IllegalStateException("the attempt has not been started");
    }
    return made;
  }

  boolean isOpen() {
    return transport().state() == TransportState.OPEN;
  }

  void opened(long now) {
    openedAt = now;
  }

  long openedAt() {
    return openedAt;
  }

  /** Ends it, for a reason of ours that takes the place of the transport's. */
  void abort(CloseReason reason) {
    if (abortedFor == null) {
      abortedFor = reason;
    }
    transport().close();
  }

  boolean isAborted() {
    return abortedFor != null;
  }

  // ---- What the transport tells, on the loop

  @Override
  public void onSignal(Signal signal) {
    relation.emit(this, signal);
  }

  @Override
  public void onConnectivity(Connectivity connectivity) {
    relation.connectivity(this, connectivity);
  }

  @Override
  public void onOpen() {
    relation.opened(this);
  }

  @Override
  public void onFrame(Frame frame, FrameSource source) {
    relation.received(frame);
  }

  @Override
  public void onWritable() {
    relation.writable(this);
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    // A peer transport links once; it ends instead.
  }

  @Override
  public void onClosed(CloseReason reason) {
    CloseReason ours = abortedFor;
    relation.ended(this, ours == null ? reason : ours);
  }
}
