package to.clasp.transport.webrtc;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.IceServerError;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.Reliability;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.webrtc.link.DataChannel;
import to.clasp.transport.webrtc.link.Link;
import to.clasp.transport.webrtc.link.LinkEvents;
import to.clasp.transport.webrtc.link.SdpCheck;

/**
 * One attempt to link with a peer, and the link if it succeeds. State lives on the event loop;
 * {@link #send} reads the open channels from volatile fields.
 */
final class WebRtcPeerTransport implements PeerTransport {

  private static final Logger LOG = LoggerFactory.getLogger(WebRtcPeerTransport.class);

  private static final Map<TransportState, Set<TransportState>> TRANSITIONS =
      new EnumMap<>(
          Map.of(
              TransportState.NEW,
              EnumSet.of(TransportState.CONNECTING, TransportState.CLOSED),
              TransportState.CONNECTING,
              EnumSet.of(TransportState.OPEN, TransportState.CLOSING),
              TransportState.OPEN,
              EnumSet.of(TransportState.CLOSING),
              TransportState.CLOSING,
              EnumSet.of(TransportState.CLOSED),
              TransportState.CLOSED,
              EnumSet.noneOf(TransportState.class)));

  private final PeerTransportRequest request;
  private final EventLoop loop;
  private final Audience audience;
  private final Delivery delivery;
  private final Link link;
  private final OrderlyClose orderly;
  private final PathInspection path;
  private final StallWatch progress;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closeAsked = new AtomicBoolean();
  private final List<PeerChannel> channels = new CopyOnWriteArrayList<>();
  private final List<DataChannel> further = new CopyOnWriteArrayList<>();

  private final LongAdder framesSent = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder framesDropped = new LongAdder();

  private volatile TransportState state = TransportState.NEW;
  private volatile @Nullable DataChannel reliable;
  private volatile @Nullable DataChannel unreliable;
  private volatile boolean accepting;

  // Below: the loop only.
  private final List<Signal> heldBack = new ArrayList<>();
  private final List<IceServerError> serverErrors = new ArrayList<>();
  private EventLoop.@Nullable Timer deadline;
  private boolean described;
  private boolean signalled;
  private boolean remoteKnown;
  private String remoteDescription = "";
  private String ownFingerprint = "";
  private volatile @Nullable LinkSecurity security;

  /** ICE is being restarted, since this time of the loop. */
  private boolean restarting;

  private long restartedAt;
  private boolean disconnected;
  private boolean everOpen;
  private boolean otherKnows;
  private @Nullable CloseReason closing;

  WebRtcPeerTransport(PeerTransportRequest request, EventLoop loop) {
    this.request = request;
    this.loop = loop;
    this.audience = new Audience(request.observer());
    this.delivery = new Delivery(loop, request.peerId(), audience);
    this.link = new Link(request.config(), loop, new Events());
    this.orderly = new OrderlyClose(loop, request.drainTimeout(), new ClosingLink());
    this.path = new PathInspection(loop, link::inspect);
    this.progress = new StallWatch(loop, request.stallTimeout(), new OpenLink());
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
  public void start(TransportListener listener) {
    Objects.requireNonNull(listener, "listener");
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("the transport has been started before; create a new one");
    }
    loop.execute(
        () -> {
          audience.listener(listener);
          if (closeAsked.get()) {
            moveTo(TransportState.CLOSED);
            audience.tell(
                heard ->
                    heard.onClosed(
                        CloseReason.of(Code.LOCAL_CLOSE, "closed before it was started")));
            return;
          }
          moveTo(TransportState.CONNECTING);
          deadline = loop.schedule(request.connectTimeout(), this::timedOut);
          if (request.role() == PeerRole.OFFERER) {
            link.offer();
          }
        });
  }

  private void timedOut() {
    end(
        CloseReason.of(
            Code.CONNECT_TIMEOUT,
            "no link with "
                + peerId()
                + " within "
                + request.connectTimeout().toMillis()
                + (remoteKnown
                    ? " ms although the peer answered; no packets get through between the two, or"
                        + " the descriptions were changed on their way"
                    : " ms; the peer did not answer")
                + serverErrors.stream().map(error -> "; " + error).collect(joining())));
  }

  // ---- Signals

  @Override
  public void signal(Signal signal) {
    loop.execute(() -> take(signal));
  }

  private void take(Signal signal) {
    if (signal instanceof Signal.Disconnected gone && isExplainedBy(gone)) {
      otherKnows = true;
      closing = gone.reasonOf(peerId());
      return;
    }
    if (!signal.correlationId().equals(correlationId())
        || (state != TransportState.CONNECTING && state != TransportState.OPEN)) {
      framesDropped.increment();
      return;
    }
    if (signal instanceof Signal.Offer offer) {
      if (state == TransportState.OPEN) {
        restartOffered(offer.sdp());
      } else {
        describeRemote(PeerRole.ANSWERER, offer.sdp());
      }
    } else if (signal instanceof Signal.Answer answer) {
      if (state == TransportState.OPEN) {
        restartAnswered(answer.sdp());
      } else {
        describeRemote(PeerRole.OFFERER, answer.sdp());
      }
    } else if (signal instanceof Signal.Candidate candidate) {
      link.remoteCandidate(candidate.json());
    } else if (signal instanceof Signal.Disconnected gone) {
      endedByOther(gone);
    } else {
      // Connected: WASM peers never send it, so our own channel is what counts.
      LOG.debug("peer {} is connected", peerId());
    }
  }

  /** Whether the channel has closed just before, so that the link ends and why is told now. */
  private boolean isExplainedBy(Signal.Disconnected gone) {
    return state == TransportState.CLOSING
        && closing != null
        && closing.code() == Code.CHANNEL_CLOSED
        && gone.correlationId().equals(correlationId());
  }

  private void endedByOther(Signal.Disconnected gone) {
    otherKnows = true;
    CloseReason reason = gone.reasonOf(peerId());
    if (state == TransportState.OPEN && !Signal.Disconnected.isBreak(reason)) {
      close(reason, orderly::begun);
    } else {
      end(
          gone.isRejection() && !remoteKnown
              ? CloseReason.of(Code.REJECTED, reason.message())
              : reason);
    }
  }

  private void describeRemote(PeerRole expected, String sdp) {
    if (request.role() != expected || remoteKnown) {
      framesDropped.increment();
      return;
    }
    try {
      SdpCheck.requireDataChannels(sdp);
    } catch (IllegalArgumentException e) {
      end(
          new CloseReason(
              Code.NEGOTIATION_FAILED,
              "the session description of " + peerId() + " is unusable: " + e.getMessage(),
              e));
      return;
    }
    remoteKnown = true;
    remoteDescription = sdp;
    securityMayBeKnown();
    if (expected == PeerRole.ANSWERER) {
      link.answer(sdp);
    } else {
      link.answered(sdp);
      // Native peers lose candidates that come before they have made their answer.
      heldBack.forEach(this::emit);
      heldBack.clear();
    }
  }

  private void securityMayBeKnown() {
    if (remoteKnown && !ownFingerprint.isEmpty()) {
      security =
          new LinkSecurity(ownFingerprint, SdpCheck.fingerprint(remoteDescription), null, null);
    }
  }

  // ---- ICE restarts

  @Override
  public boolean restartIce() {
    loop.execute(
        () -> {
          long now = loop.nanoTime();
          boolean pending = restarting && now - restartedAt < request.connectTimeout().toNanos();
          if (state == TransportState.OPEN && request.role() == PeerRole.OFFERER && !pending) {
            restarting = true;
            restartedAt = now;
            described = false;
            link.restartIce();
          }
        });
    return true;
  }

  private void restartOffered(String sdp) {
    if (request.role() == PeerRole.ANSWERER && isRestart(sdp)) {
      remoteDescription = sdp;
      described = false;
      link.answerRestart(sdp);
    } else {
      framesDropped.increment();
    }
  }

  private void restartAnswered(String sdp) {
    if (request.role() == PeerRole.OFFERER && restarting && described && isRestart(sdp)) {
      restarting = false;
      remoteDescription = sdp;
      link.answered(sdp);
      heldBack.forEach(this::emit);
      heldBack.clear();
    } else {
      framesDropped.increment();
    }
  }

  /** Copies of what has been taken are none, nor is anything that a link could not go on with. */
  private boolean isRestart(String sdp) {
    try {
      return SdpCheck.isIceRestart(remoteDescription, SdpCheck.requireDataChannels(sdp));
    } catch (IllegalArgumentException e) {
      LOG.debug("dropped a description of {}: {}", peerId(), e.getMessage());
      return false;
    }
  }

  private void emit(Signal signal) {
    signalled = true;
    audience.observe(observer -> observer.onSignal(signal));
  }

  // ---- Sending

  @Override
  public SendResult send(Frame frame) {
    if (!accepting) {
      return closeAsked.get() || state == TransportState.CLOSING || state == TransportState.CLOSED
          ? SendResult.CLOSED
          : SendResult.NOT_CONNECTED;
    }
    DataChannel channel = channelFor(frame);
    if (channel == null) {
      return SendResult.NOT_CONNECTED;
    }
    if (frame.size() > channel.maxMessageSize()) {
      return SendResult.TOO_LARGE;
    }
    if (!channel.send(frame.toByteArray())) {
      return channel.isOpen() ? SendResult.BUFFER_FULL : SendResult.NOT_CONNECTED;
    }
    framesSent.increment();
    bytesSent.add(frame.size());
    return SendResult.P2P;
  }

  private @Nullable DataChannel channelFor(Frame frame) {
    DataChannel lossy = unreliable;
    return lossy != null && Reliability.of(frame) == Reliability.UNRELIABLE && lossy.isOpen()
        ? lossy
        : reliable;
  }

  @Override
  public boolean isWritable() {
    DataChannel channel = reliable;
    return accepting && channel != null && channel.hasRoom();
  }

  @Override
  public TransportState state() {
    return state;
  }

  @Override
  public int maxFrameSize() {
    DataChannel channel = reliable;
    return channel == null
        ? FrameFormat.MAX_FRAME_BYTES
        : Math.min(FrameFormat.MAX_FRAME_BYTES, channel.maxMessageSize());
  }

  @Override
  public List<PeerChannel> channels() {
    return List.copyOf(channels);
  }

  @Override
  public boolean createChannel(String label, ChannelOptions options) {
    loop.execute(
        () -> {
          if (state == TransportState.OPEN) {
            link.createFurtherChannel(label, options);
          }
        });
    return true;
  }

  @Override
  public void closeChannel(PeerChannel channel) {
    if (channel instanceof DataChannel known && further.remove(known)) {
      link.closeFurtherChannel(known);
    }
  }

  @Override
  public Optional<CandidatePair> candidatePair() {
    return path.pair();
  }

  @Override
  public Optional<LinkSecurity> security() {
    return Optional.ofNullable(security);
  }

  @Override
  public Optional<Duration> roundTrip() {
    return path.roundTrip();
  }

  @Override
  public TransportStats stats() {
    DataChannel first = reliable;
    DataChannel second = unreliable;
    return new TransportStats(
        framesSent.sum(),
        bytesSent.sum(),
        delivery.frames(),
        delivery.bytes(),
        framesDropped.sum()
            + delivery.dropped()
            + (first == null ? 0 : first.dropped())
            + (second == null ? 0 : second.dropped())
            + further.stream().mapToLong(DataChannel::dropped).sum(),
        audience.failures(),
        (first == null ? 0 : first.bufferedAmount())
            + (second == null ? 0 : second.bufferedAmount())
            + further.stream().mapToLong(DataChannel::bufferedAmount).sum(),
        everOpen ? 1 : 0);
  }

  // ---- The end

  @Override
  public void reconnect(String why) {
    loop.execute(
        () -> {
          if (state == TransportState.OPEN) {
            end(CloseReason.of(Code.RECONNECT_REQUESTED, why));
          }
        });
  }

  @Override
  public void close() {
    closeOnce(
        () -> {
          CloseReason reason = CloseReason.of(Code.LOCAL_CLOSE, "closed by this side");
          if (state == TransportState.OPEN) {
            close(reason, orderly::begin);
          } else {
            end(reason);
          }
        });
  }

  private void close(CloseReason reason, Runnable how) {
    accepting = false;
    moveTo(TransportState.CLOSING);
    cancelTimers();
    closing = reason;
    how.run();
  }

  @Override
  public void abandon(CloseReason reason) {
    closeOnce(() -> end(reason));
  }

  private void closeOnce(Runnable how) {
    if (closeAsked.compareAndSet(false, true)) {
      accepting = false;
      if (started.get()) {
        loop.execute(how);
      }
    }
  }

  private void end(CloseReason reason) {
    if (state == TransportState.CLOSING || state == TransportState.CLOSED) {
      return;
    }
    moveTo(TransportState.CLOSING);
    release(reason);
  }

  private void release(CloseReason reason) {
    accepting = false;
    cancelTimers();
    // A channel closes at the other side first, which says so if it was on purpose; to say it in
    // turn would make every break look like that.
    otherKnows |= everOpen && reason.code() == Code.CHANNEL_CLOSED;
    tellOther(reason);
    closing = reason;
    link.end(() -> delivery.afterAll(this::released));
  }

  private void tellOther(CloseReason reason) {
    if ((signalled || remoteKnown) && !otherKnows) {
      otherKnows = true;
      emit(Signal.Disconnected.of(correlationId(), reason));
    }
  }

  private void released() {
    CloseReason reason = Objects.requireNonNull(closing);
    reliable = null;
    unreliable = null;
    channels.clear();
    further.clear();
    moveTo(TransportState.CLOSED);
    audience.tell(heard -> heard.onClosed(reason));
  }

  private void cancelTimers() {
    if (deadline != null) {
      deadline.cancel();
    }
    path.end();
    progress.end();
  }

  private void moveTo(TransportState next) {
    if (!Objects.requireNonNull(TRANSITIONS.get(state)).contains(next)) {
      throw new IllegalStateException("no way from " + state + " to " + next);
    }
    state = next;
  }

  // ---- What the native side tells

  private void opened(DataChannel channel) {
    channels.add(channel);
    if (channel.reliability() == Reliability.UNRELIABLE) {
      unreliable = channel;
      return;
    }
    reliable = channel;
    if (state != TransportState.CONNECTING) {
      return;
    }
    if (deadline != null) {
      deadline.cancel();
    }
    everOpen = true;
    moveTo(TransportState.OPEN);
    accepting = !closeAsked.get();
    emit(new Signal.Connected(correlationId()));
    path.begin();
    progress.begin();
    audience.tell(TransportListener::onOpen);
    delivery.begin(channel);
    // Packets may overtake each other, and with them one channel the other.
    delivery.deliver(channel);
    DataChannel lossy = unreliable;
    if (lossy != null) {
      delivery.deliver(lossy);
    }
    further.forEach(delivery::deliver);
  }

  /** The link as far as it may stall. */
  private final class OpenLink implements StallWatch.Host {

    @Override
    public long stalledNanos(long now) {
      DataChannel channel = reliable;
      return channel == null ? 0 : channel.stalledNanos(now);
    }

    @Override
    public long knownStalledNanos(long now) {
      DataChannel channel = reliable;
      return channel == null ? 0 : channel.knownStalledNanos(now);
    }

    @Override
    public boolean isExcused() {
      return audience.ask(PeerTransportObserver::onStalled, false);
    }

    @Override
    public void look() {
      DataChannel channel = reliable;
      if (channel != null) {
        channel.look();
      }
    }

    @Override
    public void stalled() {
      end(
          CloseReason.of(
              Code.SILENT,
              "nothing gets through to "
                  + peerId()
                  + " for "
                  + request.stallTimeout().toMillis()
                  + " ms"));
    }
  }

  /** The link as far as its orderly close needs it. */
  private final class ClosingLink implements OrderlyClose.Host {

    private Stream<DataChannel> reliableChannels() {
      return Stream.concat(Stream.ofNullable(reliable), further.stream())
          .filter(channel -> channel.reliability() == Reliability.RELIABLE);
    }

    @Override
    public boolean isDrained() {
      return reliableChannels()
          .allMatch(channel -> !channel.isOpen() || channel.bufferedAmount() == 0);
    }

    @Override
    public void look() {
      reliableChannels().forEach(DataChannel::look);
    }

    @Override
    public void closeChannel() {
      tellOther(Objects.requireNonNull(closing));
      link.closeReliableChannel();
    }

    @Override
    public boolean isClosed() {
      DataChannel channel = reliable;
      return channel == null || !channel.isOpen();
    }

    @Override
    public void over() {
      release(Objects.requireNonNull(closing));
    }
  }

  private final class Events implements LinkEvents {

    @Override
    public void onLocalDescription(String sdp) {
      if ((state != TransportState.CONNECTING && state != TransportState.OPEN) || described) {
        return;
      }
      described = true;
      ownFingerprint = SdpCheck.fingerprint(sdp);
      securityMayBeKnown();
      emit(
          request.role() == PeerRole.OFFERER
              ? new Signal.Offer(correlationId(), sdp, request.extensions())
              : new Signal.Answer(correlationId(), sdp, request.extensions()));
    }

    @Override
    public void onLocalCandidate(String json) {
      if (state != TransportState.CONNECTING && state != TransportState.OPEN) {
        return;
      }
      Signal candidate = new Signal.Candidate(correlationId(), json);
      if (remoteKnown && described && !restarting) {
        emit(candidate);
      } else if (heldBack.size() < request.config().maxRemoteCandidates()) {
        heldBack.add(candidate);
      }
    }

    @Override
    public void onChannelOpen(DataChannel channel) {
      if (state == TransportState.CONNECTING || state == TransportState.OPEN) {
        opened(channel);
      }
    }

    @Override
    public void onFurtherChannel(DataChannel channel, boolean byPeer) {
      if (state == TransportState.CONNECTING || state == TransportState.OPEN) {
        further.add(channel);
        audience.observe(observer -> observer.onChannel(channel, byPeer));
      }
    }

    @Override
    public void onFurtherChannelClosed(String label, @Nullable DataChannel channel) {
      if (channel != null) {
        further.remove(channel);
        link.closeFurtherChannel(channel);
      }
      audience.observe(observer -> observer.onChannelClosed(label, channel));
    }

    @Override
    public void onMessages(DataChannel channel) {
      delivery.deliver(channel);
    }

    @Override
    public void onRoom(DataChannel channel) {
      if (state == TransportState.OPEN && channel == reliable) {
        audience.tell(TransportListener::onWritable);
      }
    }

    @Override
    public void onDrained(DataChannel channel) {
      audience.observe(observer -> observer.onDrained(channel));
    }

    @Override
    public void onConnectivity(Connectivity connectivity) {
      boolean now = connectivity == Connectivity.DISCONNECTED;
      if (state == TransportState.OPEN && !now) {
        path.again();
      }
      if (state != TransportState.OPEN || now == disconnected) {
        return;
      }
      disconnected = now;
      audience.observe(observer -> observer.onConnectivity(connectivity));
    }

    @Override
    public void onSecured() {
      if (state == TransportState.CONNECTING || state == TransportState.OPEN) {
        audience.observe(PeerTransportObserver::onConnected);
      }
    }

    @Override
    public void onIceServerError(IceServerError error) {
      if (state == TransportState.CONNECTING || state == TransportState.OPEN) {
        serverErrors.add(error);
        audience.observe(observer -> observer.onIceServerError(error));
      }
    }

    @Override
    public void onPath(CandidatePair pair, @Nullable Duration measured) {
      if (path.found(pair, measured) && state == TransportState.OPEN) {
        audience.observe(observer -> observer.onCandidatePair(pair));
      }
    }

    @Override
    public void onFailure(CloseReason reason) {
      if (reason.code() == Code.CHANNEL_CLOSED) {
        orderly.channelEnded();
      } else {
        orderly.end();
      }
      end(reason);
    }

    @Override
    public void onRenewalDue(boolean overdue) {
      if (state != TransportState.CONNECTING && state != TransportState.OPEN) {
        return;
      }
      audience.observe(observer -> observer.onRenewalDue(overdue));
    }

    @Override
    public void onDropped() {
      framesDropped.increment();
    }
  }
}
