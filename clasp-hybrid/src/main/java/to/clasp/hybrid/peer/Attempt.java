package to.clasp.hybrid.peer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.IceServerError;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.Reliability;
import to.clasp.transport.peer.Signal;

/** One attempt to link, and the link if it succeeds: what it is told goes on to its life. */
final class Attempt implements TransportListener, PeerTransportObserver {

  /**
   * The key of offers and answers by which peers of ours tell that they speak the link layer, with
   * its version; others ignore it.
   */
  static final String LINK_EXTENSION = "clasp_link";

  static final String LINK_VERSION = "1";

  private final LinkLife life;
  private final PeerRole role;
  private final String correlationId;
  private final PeerBreaker.@Nullable Permit permit;
  private final LinkProgress progress;
  private @Nullable PeerTransport transport;
  private @Nullable CloseReason abortedFor;
  private boolean heard;
  private boolean numbering;
  private boolean dropping;
  private boolean announced;
  private boolean disconnected;
  private boolean renewing;
  private boolean renewalDue;
  private boolean renewalOverdue;
  private @Nullable PeerChannel numberedChannel;
  private volatile boolean proven;
  private long openedAt;
  private long lastHeard;

  Attempt(LinkLife life, PeerRole role, String correlationId, PeerBreaker.@Nullable Permit permit) {
    this.life = life;
    this.role = role;
    this.correlationId = correlationId;
    this.permit = permit;
    this.progress = new LinkProgress(step -> life.stepReached(this, step));
  }

  /** Makes the transport and starts it; one that cannot be started is closed. */
  void create(Environment environment, PeerTransportRequest request) {
    PeerTransport made = environment.provider().create(request, environment.context());
    try {
      made.start(this);
    } catch (RuntimeException | LinkageError e) {
      made.close();
      throw e;
    }
    transport = made;
  }

  LinkProgress progress() {
    return progress;
  }

  PeerRole role() {
    return role;
  }

  String correlationId() {
    return correlationId;
  }

  // ---- The permit: given back once, in one of three ways

  void succeeded() {
    if (permit != null) {
      permit.succeeded();
    }
  }

  void failed(CloseReason reason) {
    if (permit != null) {
      permit.failed(reason);
    }
  }

  void returnPermit() {
    if (permit != null) {
      permit.returned();
    }
  }

  // ---- The transport

  PeerTransport transport() {
    PeerTransport made = transport;
    if (made == null) {
      throw new IllegalStateException("the attempt has not been started");
    }
    return made;
  }

  @Nullable CandidatePair candidatePair() {
    return transport().candidatePair().orElse(null);
  }

  @Nullable Duration roundTrip() {
    return transport().roundTrip().orElse(null);
  }

  /** Hands a signal of the peer over. */
  void signal(Signal signal) {
    heard = true;
    if (signal instanceof Signal.Offer offer) {
      numbering = life.numbers(offer.extensions());
    } else if (signal instanceof Signal.Answer answer) {
      numbering = life.numbers(answer.extensions());
    }
    progress.received(signal);
    transport().signal(signal);
  }

  /** Whether the peer has said anything in this attempt. */
  boolean isHeard() {
    return heard;
  }

  /** Whether the peer has said that it numbers frames, as we do. */
  boolean isNumbering() {
    return numbering;
  }

  /**
   * The channel for numbered frames, once it is open; null with a peer that does not number them.
   */
  @Nullable PeerChannel channel() {
    PeerChannel known = numberedChannel;
    if (known == null && numbering && transport != null) {
      for (PeerChannel channel : transport.channels()) {
        if (channel.reliability() == Reliability.RELIABLE) {
          known = channel;
        }
      }
      numberedChannel = known;
    }
    return known;
  }

  void opened(long now) {
    openedAt = now;
    lastHeard = now;
  }

  long openedAt() {
    return openedAt;
  }

  /** A message of the peer link came on it. */
  void heard(long now) {
    lastHeard = now;
  }

  long lastHeard() {
    return lastHeard;
  }

  /** Whether the application has been told that a link is being made. */
  boolean isAnnounced() {
    return announced;
  }

  void announced() {
    announced = true;
  }

  /** Whether frames have been seen to get through on it; it stays so. For any thread. */
  boolean isProven() {
    return proven;
  }

  void proven() {
    proven = true;
  }

  /** Whether ICE says that no packets get through. */
  boolean isDisconnected() {
    return disconnected;
  }

  void disconnected(boolean now) {
    disconnected = now;
  }

  /** Whether it is about to take the place of a link that works. */
  boolean isRenewing() {
    return renewing;
  }

  void renewing(boolean now) {
    renewing = now;
  }

  /** Whether it should be replaced when it suits. */
  boolean isRenewalDue() {
    return renewalDue;
  }

  /** Whether it should be replaced even if that interrupts it. */
  boolean isRenewalOverdue() {
    return renewalOverdue;
  }

  /** What waits in the transport is not sent any more. */
  void dropAll() {
    dropping = true;
  }

  /** Ends it, for a reason of ours that takes the place of the transport's. */
  void abort(CloseReason reason) {
    if (abortedFor == null) {
      abortedFor = reason;
    }
    // Only what is open has frames to carry to their end; the peer of any other is told our reason.
    boolean open = transport().state() == TransportState.OPEN;
    if (dropping || !open || Signal.Disconnected.isBreak(reason)) {
      transport().abandon(reason);
    } else {
      transport().close();
    }
  }

  boolean isAborted() {
    return abortedFor != null;
  }

  // ---- What the transport tells, on the loop

  @Override
  public void onSignal(Signal signal) {
    progress.made(signal);
    life.emit(this, signal);
  }

  @Override
  public void onConnected() {
    progress.connected();
  }

  @Override
  public void onCandidatePair(CandidatePair pair) {
    life.candidatePair(this, pair);
  }

  @Override
  public void onIceServerError(IceServerError error) {
    life.iceServerFailed(error);
  }

  @Override
  public void onConnectivity(Connectivity connectivity) {
    life.connectivity(this, connectivity);
  }

  @Override
  public boolean onMessage(PeerChannel channel, byte[] message) {
    return life.message(this, channel, message);
  }

  @Override
  public void onChannel(PeerChannel channel, boolean byPeer) {
    life.channels().opened(this, channel, byPeer);
  }

  @Override
  public void onChannelClosed(String label, @Nullable PeerChannel channel) {
    life.channels().closed(this, label, channel);
  }

  @Override
  public void onDrained(PeerChannel channel) {
    life.drained(channel);
  }

  /** A link with numbered frames is watched by those who number them, and kept to heal. */
  @Override
  public boolean onStalled() {
    return channel() != null;
  }

  @Override
  public void onRenewalDue(boolean overdue) {
    renewalDue = true;
    renewalOverdue |= overdue;
    life.renewal().due(this);
  }

  @Override
  public void onOpen() {
    progress.open();
    life.opened(this);
  }

  @Override
  public void onFrame(Frame frame, FrameSource source) {
    life.received(frame, Path.P2P);
  }

  @Override
  public void onWritable() {
    life.writable(this);
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    // A peer transport links once; it ends instead.
  }

  @Override
  public void onClosed(CloseReason reason) {
    CloseReason ours = abortedFor;
    life.ended(this, ours == null ? reason : ours);
  }
}
