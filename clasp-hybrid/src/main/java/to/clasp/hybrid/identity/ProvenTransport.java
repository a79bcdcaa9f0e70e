package to.clasp.hybrid.identity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;
import to.clasp.transport.identity.IdentityProblem;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.identity.PeerKey;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.IceServerError;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.Reliability;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.TransportContext;

/**
 * A peer transport that is open when each side has proven on the channel who it is. Until then it
 * carries nothing. The proof is the first message of each side on the reliable channel, which keeps
 * order, so nothing that comes behind it can be of somebody else.
 */
final class ProvenTransport implements PeerTransport {

  /** The key of offers and answers by which a side tells that it will prove itself. */
  static final String EXTENSION = "clasp_identity";

  static final String VERSION = "1";

  /** More events than that, before a proof that is under way, are nobody's who means well. */
  private static final int MAX_HELD = 10_000;

  private enum Stage {
    CLOSED_CHANNEL,
    AWAITING_PROOF,
    PROVEN,
    REFUSED
  }

  private final PeerTransportRequest request;
  private final EventLoop loop;
  private final PeerTrust trust;
  private final IdentityListener identities;
  private final LongAdder dropped = new LongAdder();
  private @Nullable PeerTransport transport;
  private volatile Stage stage = Stage.CLOSED_CHANNEL;
  private volatile @Nullable PeerKey peerKey;

  // Below: the loop only.
  private boolean peerProves;
  private @Nullable TransportListener listener;
  private @Nullable CloseReason refusedFor;
  private @Nullable ChannelProof early;

  /**
   * What came on further channels before the proof: the peer sends there only when it is proven,
   * but the order between channels is not kept.
   */
  private final List<Runnable> held = new ArrayList<>();

  private long heldBytes;
  private EventLoop.@Nullable Timer deadline;

  ProvenTransport(
      PeerTransportRequest request,
      TransportContext context,
      PeerTrust trust,
      IdentityListener identities) {
    this.request = request;
    this.loop = context.loop();
    this.trust = trust;
    this.identities = identities;
  }

  void around(PeerTransport made) {
    transport = made;
  }

  PeerTransportObserver observer() {
    return new Observer();
  }

  private PeerTransport transport() {
    return Objects.requireNonNull(transport, "transport");
  }

  // ---- The proof

  private void channelOpen() {
    LinkSecurity security = transport().security().orElse(null);
    PeerChannel channel = reliable();
    if (!peerProves) {
      if (trust.mayDoWithout(peerId())) {
        prove(null);
      } else {
        refuse(new Refusal(IdentityProblem.UNSIGNED, null));
      }
      return;
    }
    if (security == null || channel == null) {
      // A transport that does not say what protects it cannot be bound to an identity.
      refuse(new Refusal(IdentityProblem.NO_PROOF, null));
      return;
    }
    stage = Stage.AWAITING_PROOF;
    deadline =
        loop.schedule(
            request.connectTimeout(), () -> refuse(new Refusal(IdentityProblem.NO_PROOF, null)));
    if (!channel.send(trust.prove(security, correlationId(), peerId()).write())) {
      refuse(new Refusal(IdentityProblem.NO_PROOF, null));
      return;
    }
    ChannelProof waiting = early;
    if (waiting != null) {
      judge(waiting);
    }
  }

  private @Nullable PeerChannel reliable() {
    for (PeerChannel channel : transport().channels()) {
      if (channel.reliability() == Reliability.RELIABLE) {
        return channel;
      }
    }
    return null;
  }

  private void proofCame(byte[] message) {
    ChannelProof proof;
    try {
      proof = ChannelProof.read(message);
    } catch (IllegalArgumentException e) {
      refuse(new Refusal(IdentityProblem.BAD_SIGNATURE, null));
      return;
    }
    if (stage == Stage.CLOSED_CHANNEL) {
      early = proof;
    } else if (stage == Stage.AWAITING_PROOF) {
      judge(proof);
    } else {
      dropped.increment();
    }
  }

  private void judge(ChannelProof proof) {
    trust
        .judge(proof, transport().security().orElseThrow(), correlationId(), peerId())
        .ifPresentOrElse(this::refuse, () -> prove(proof.key()));
  }

  private void prove(@Nullable PeerKey key) {
    cancelDeadline();
    stage = Stage.PROVEN;
    if (key != null) {
      peerKey = key;
      identities.onProven(peerId(), key, trust.remember(peerId(), key));
    }
    Objects.requireNonNull(listener).onOpen();
    List<Runnable> waited = List.copyOf(held);
    held.clear();
    waited.forEach(Runnable::run);
  }

  /** Tells now, or when the peer has proven itself. */
  private void tell(Runnable event, int bytes) {
    if (isProven()) {
      event.run();
    } else if (stage != Stage.REFUSED
        && held.size() < MAX_HELD
        && heldBytes + bytes <= request.config().receiveBufferBytes()) {
      held.add(event);
      heldBytes += bytes;
    } else {
      dropped.increment();
    }
  }

  private void refuse(Refusal refusal) {
    if (stage == Stage.REFUSED || stage == Stage.PROVEN) {
      return;
    }
    cancelDeadline();
    held.clear();
    stage = Stage.REFUSED;
    refusedFor = refusal.reason(peerId());
    identities.onRefused(peerId(), refusal);
    // What it has accepted was for somebody else: it is not waited for.
    transport().abandon(refusedFor);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
    }
  }

  private boolean isProven() {
    return stage == Stage.PROVEN;
  }

  private void noticeWhetherThePeerProves(Map<String, String> extensions) {
    peerProves = VERSION.equals(extensions.get(EXTENSION));
  }

  // ---- The transport

  @Override
  public void start(TransportListener heard) {
    listener = heard;
    transport().start(new Listener());
  }

  @Override
  public void signal(Signal signal) {
    if (stage == Stage.CLOSED_CHANNEL) {
      if (signal instanceof Signal.Offer offer) {
        noticeWhetherThePeerProves(offer.extensions());
      } else if (signal instanceof Signal.Answer answer) {
        noticeWhetherThePeerProves(answer.extensions());
      }
    }
    transport().signal(signal);
  }

  @Override
  public String peerId() {
    return request.peerId();
  }

  @Override
  public String correlationId() {
    return request.correlationId();
  }

  @Override
  public List<PeerChannel> channels() {
    return isProven() ? transport().channels() : List.of();
  }

  @Override
  public Optional<CandidatePair> candidatePair() {
    return transport().candidatePair();
  }

  @Override
  public Optional<LinkSecurity> security() {
    PeerKey key = peerKey;
    return transport()
        .security()
        .map(
            security ->
                key == null
                    ? security
                    : new LinkSecurity(
                        security.ownFingerprint(),
                        security.peerFingerprint(),
                        trust.ownKey(),
                        key));
  }

  @Override
  public Optional<Duration> roundTrip() {
    return transport().roundTrip();
  }

  @Override
  public boolean restartIce() {
    return transport().restartIce();
  }

  @Override
  public boolean createChannel(String label, ChannelOptions options) {
    return isProven() && transport().createChannel(label, options);
  }

  @Override
  public void closeChannel(PeerChannel channel) {
    transport().closeChannel(channel);
  }

  @Override
  public SendResult send(Frame frame) {
    SendResult unproven = stage == Stage.REFUSED ? SendResult.CLOSED : SendResult.NOT_CONNECTED;
    return isProven() ? transport().send(frame) : unproven;
  }

  @Override
  public boolean isWritable() {
    return isProven() && transport().isWritable();
  }

  @Override
  public TransportState state() {
    TransportState state = transport().state();
    return state == TransportState.OPEN && !isProven() ? TransportState.CONNECTING : state;
  }

  @Override
  public int maxFrameSize() {
    return transport().maxFrameSize();
  }

  @Override
  public TransportStats stats() {
    TransportStats stats = transport().stats();
    return new TransportStats(
        stats.framesSent(),
        stats.bytesSent(),
        stats.framesReceived(),
        stats.bytesReceived(),
        stats.framesDropped() + dropped.sum(),
        stats.listenerFailures(),
        stats.queuedBytes(),
        isProven() ? stats.connects() : 0);
  }

  @Override
  public void reconnect(String why) {
    transport().reconnect(why);
  }

  @Override
  public void close() {
    transport().close();
  }

  @Override
  public void abandon(CloseReason reason) {
    transport().abandon(reason);
  }

  private final class Listener implements TransportListener {

    @Override
    public void onOpen() {
      channelOpen();
    }

    @Override
    public void onFrame(Frame frame, FrameSource source) {
      tell(() -> Objects.requireNonNull(listener).onFrame(frame, source), frame.size());
    }

    @Override
    public void onWritable() {
      if (isProven()) {
        Objects.requireNonNull(listener).onWritable();
      }
    }

    @Override
    public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
      Objects.requireNonNull(listener).onInterrupted(reason, attempt, delay);
    }

    @Override
    public void onClosed(CloseReason reason) {
      cancelDeadline();
      CloseReason ours = refusedFor;
      Objects.requireNonNull(listener).onClosed(ours == null ? reason : ours);
    }
  }

  private final class Observer implements PeerTransportObserver {

    private final PeerTransportObserver heard = request.observer();

    @Override
    public void onSignal(Signal signal) {
      heard.onSignal(signal);
    }

    @Override
    public void onConnected() {
      heard.onConnected();
    }

    @Override
    public void onCandidatePair(CandidatePair pair) {
      heard.onCandidatePair(pair);
    }

    @Override
    public void onIceServerError(IceServerError error) {
      heard.onIceServerError(error);
    }

    @Override
    public void onConnectivity(Connectivity connectivity) {
      if (isProven()) {
        heard.onConnectivity(connectivity);
      }
    }

    @Override
    public boolean onMessage(PeerChannel channel, byte[] message) {
      if (ChannelProof.isOne(message)) {
        proofCame(message);
        return true;
      }
      return isProven() && heard.onMessage(channel, message);
    }

    @Override
    public void onChannel(PeerChannel channel, boolean byPeer) {
      tell(() -> heard.onChannel(channel, byPeer), 0);
    }

    @Override
    public void onChannelClosed(String label, @Nullable PeerChannel channel) {
      tell(() -> heard.onChannelClosed(label, channel), 0);
    }

    @Override
    public void onDrained(PeerChannel channel) {
      if (isProven()) {
        heard.onDrained(channel);
      }
    }

    @Override
    public boolean onStalled() {
      return isProven() && heard.onStalled();
    }

    @Override
    public void onRenewalDue(boolean overdue) {
      heard.onRenewalDue(overdue);
    }
  }
}
