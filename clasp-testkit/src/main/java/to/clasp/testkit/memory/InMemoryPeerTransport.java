package to.clasp.testkit.memory;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.Reliability;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.TransportContext;

/**
 * An in-memory peer: one attempt, and perhaps one link. It tells the other side with {@link
 * Signal.Disconnected} when it ends on this side, unless nothing had been said or the channel was
 * closed by the other side.
 *
 * <p>On command it loses its link, falls silent, stalls, or says what ICE says.
 */
public final class InMemoryPeerTransport implements PeerTransport {

  /** Label of the reliable channel, as all CLASP peers use it. */
  public static final String RELIABLE = "clasp-reliable";

  /** Label of the unreliable channel, as all CLASP peers use it. */
  public static final String UNRELIABLE = "clasp";

  private static final Logger LOG = LoggerFactory.getLogger(InMemoryPeerTransport.class);

  private static final Map<TransportState, Set<TransportState>> TRANSITIONS =
      new EnumMap<>(
          Map.of(
              TransportState.NEW,
              EnumSet.of(TransportState.CONNECTING, TransportState.CLOSED),
              TransportState.CONNECTING,
              EnumSet.of(TransportState.OPEN, TransportState.CLOSED),
              TransportState.OPEN,
              EnumSet.of(TransportState.CLOSING, TransportState.CLOSED),
              TransportState.CLOSING,
              EnumSet.of(TransportState.CLOSED),
              TransportState.CLOSED,
              EnumSet.noneOf(TransportState.class)));

  private static final CandidatePair PAIR =
      new CandidatePair(
          new CandidatePair.Candidate(CandidatePair.Type.HOST, "udp", "127.0.0.1", 1, null),
          new CandidatePair.Candidate(CandidatePair.Type.HOST, "udp", "127.0.0.1", 2, null));

  /** What senders use while open; immutable. */
  private record Open(PeerLink.Side side, List<PeerChannel> channels) {}

  private final InMemoryPeerNetwork network;
  private final PeerBehaviour behaviour;
  private final PeerTransportRequest request;
  private final EventLoop loop;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closeAsked = new AtomicBoolean();

  private final LongAdder framesSent = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder framesReceived = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();
  private final LongAdder framesDropped = new LongAdder();
  private final LongAdder listenerFailures = new LongAdder();
  private final LongAdder signalsDropped = new LongAdder();
  private final LongAdder iceRestarts = new LongAdder();

  private volatile TransportState state = TransportState.NEW;
  private volatile @Nullable Open open;

  private volatile boolean everOpen;

  // Below: the loop only.
  private final List<Signal> early = new ArrayList<>();
  private @Nullable TransportListener listener;
  private PeerLink.@Nullable Side side;

  /** Once open, also while it closes: what was sent before is still its owner's. */
  private @Nullable PeerChannel reliable;

  private EventLoop.@Nullable Timer timer;
  private @Nullable String description;

  /** What the newest offer to restart ICE says; null when there was none. */
  private @Nullable String restart;

  private boolean restartAnswered;

  /** An offer was sent or received, and the other side has not ended it. */
  private boolean otherKnows;

  /** What the other side has said about the end, once it has. */
  private @Nullable CloseReason endedByOther;

  private volatile int remoteCandidates;

  InMemoryPeerTransport(
      InMemoryPeerNetwork network,
      PeerBehaviour behaviour,
      PeerTransportRequest request,
      TransportContext context) {
    this.network = network;
    this.behaviour = behaviour;
    this.request = request;
    this.loop = context.loop();
  }

  /**
   * Returns what this transport was asked for.
   *
   * @return the request
   */
  public PeerTransportRequest request() {
    return request;
  }

  /**
   * Loses the link: both sides end with this reason at once, and what was under way is lost.
   *
   * @param code the reason, such as {@link Code#ICE_FAILED}
   */
  public void dropLink(Code code) {
    loop.execute(
        () -> {
          CloseReason reason = CloseReason.of(code, "dropped on command");
          if (side != null) {
            side.reliable().breakOff(reason, reason);
          }
        });
  }

  /**
   * Ends this side alone, as a process that is killed does: the other hears nothing, neither of it
   * nor on the link, and no signal either.
   *
   * @param code the reason given on this side
   */
  public void vanish(Code code) {
    loop.execute(
        () -> {
          PeerLink.Side lost = side;
          if (lost != null) {
            lost.silence(true);
          }
          otherKnows = false;
          side = null;
          if (state != TransportState.NEW && state != TransportState.CLOSED) {
            finish(CloseReason.of(code, "vanished on command"));
          }
        });
  }

  /**
   * Lets nothing through in either direction, as a cut cable does, or lets it through again. What
   * was sent reliably meanwhile arrives afterwards; more than a network holds stays in the buffer.
   *
   * @param silent true to cut
   */
  public void silence(boolean silent) {
    loop.execute(
        () -> {
          if (side != null) {
            side.silence(silent);
          }
        });
  }

  /**
   * Keeps what this side sends in its buffer, which never drains, or lets it go again.
   *
   * @param stalled true to stall
   */
  public void stall(boolean stalled) {
    loop.execute(
        () -> {
          if (side != null) {
            side.stall(stalled);
          }
        });
  }

  /**
   * Stops taking what the other side sends, which gathers in its buffer, or takes it again.
   *
   * @param paused true to stop
   */
  public void pauseReading(boolean paused) {
    loop.execute(
        () -> {
          if (side != null) {
            side.pauseReading(paused);
          }
        });
  }

  /**
   * Reports what ICE says of the link, while it is open.
   *
   * @param connectivity what to report
   */
  public void reportConnectivity(Connectivity connectivity) {
    loop.execute(
        () -> {
          if (state == TransportState.OPEN) {
            tell(() -> request.observer().onConnectivity(connectivity));
          }
        });
  }

  /**
   * Asks to be replaced by a new transport, unless it has ended.
   *
   * @param overdue whether that has become pressing
   */
  public void reportRenewalDue(boolean overdue) {
    loop.execute(
        () -> {
          if (state != TransportState.CLOSED) {
            tell(() -> request.observer().onRenewalDue(overdue));
          }
        });
  }

  /**
   * Counts signals of the other side that did not fit.
   *
   * @return the number
   */
  public long signalsDropped() {
    return signalsDropped.sum();
  }

  /**
   * Counts the candidates of the other side, those beyond the bound too.
   *
   * @return the number
   */
  public int remoteCandidates() {
    return remoteCandidates;
  }

  /**
   * Counts the ICE restarts that both sides have agreed on.
   *
   * @return the number
   */
  public long iceRestarts() {
    return iceRestarts.sum();
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
    Open now = open;
    return now == null ? List.of() : now.channels();
  }

  @Override
  public Optional<CandidatePair> candidatePair() {
    return open == null ? Optional.empty() : Optional.of(PAIR);
  }

  @Override
  public void start(TransportListener listener) {
    Objects.requireNonNull(listener, "listener");
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("the transport has been started before; create a new one");
    }
    loop.execute(
        () -> {
          this.listener = listener;
          if (closeAsked.get()) {
            finish(CloseReason.of(Code.LOCAL_CLOSE, "closed before it was started"));
          } else {
            begin();
          }
        });
  }

  private void begin() {
    moveTo(TransportState.CONNECTING);
    timer =
        loop.schedule(
            request.connectTimeout(),
            () ->
                finish(
                    CloseReason.of(
                        Code.CONNECT_TIMEOUT,
                        "no link to " + peerId() + " within " + request.connectTimeout())));
    if (request.role() == PeerRole.OFFERER) {
      String offer = network.offer(place());
      description = offer;
      describe(new Signal.Offer(correlationId(), offer, request.extensions()));
    }
    List<Signal> waiting = List.copyOf(early);
    early.clear();
    waiting.forEach(this::received);
  }

  private PeerLink.Place place() {
    return new PeerLink.Place(loop, request, this::received);
  }

  /** Sends an offer or answer, and candidates after it. */
  private void describe(Signal own) {
    otherKnows = true;
    emit(own);
    for (int i = 0; i < behaviour.trickledCandidates(); i++) {
      emit(
          new Signal.Candidate(
              correlationId(),
              "{\"candidate\":\"candidate:"
                  + i
                  + " 1 udp 1 127.0.0.1 "
                  + (10_000 + i)
                  + " typ host\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0,\"usernameFragment\":null}"));
    }
  }

  private void emit(Signal signal) {
    tell(() -> request.observer().onSignal(signal));
  }

  @Override
  public void signal(Signal signal) {
    Objects.requireNonNull(signal, "signal");
    loop.execute(() -> received(signal));
  }

  private void received(Signal signal) {
    if (!signal.correlationId().equals(correlationId()) || state == TransportState.CLOSED) {
      signalsDropped.increment();
    } else if (state == TransportState.NEW) {
      if (early.size() < request.config().maxRemoteCandidates()) {
        early.add(signal);
      } else {
        signalsDropped.increment();
      }
    } else if (signal instanceof Signal.Offer offer) {
      offered(offer);
    } else if (signal instanceof Signal.Answer answer) {
      answered(answer);
    } else if (signal instanceof Signal.Candidate) {
      int count = remoteCandidates + 1;
      remoteCandidates = count;
      if (count > request.config().maxRemoteCandidates()) {
        signalsDropped.increment();
      }
    } else if (signal instanceof Signal.Disconnected disconnected) {
      disconnected(disconnected);
    }
    // Connected tells nothing that the own channel does not.
  }

  @Override
  public boolean restartIce() {
    loop.execute(
        () -> {
          boolean idle = restart == null || restartAnswered;
          if (state == TransportState.OPEN && request.role() == PeerRole.OFFERER && idle) {
            String description = network.restart();
            restart = description;
            restartAnswered = false;
            emit(new Signal.Offer(correlationId(), description, request.extensions()));
          }
        });
    return true;
  }

  private void restartOffered(Signal.Offer offer) {
    if (request.role() != PeerRole.ANSWERER
        || !InMemoryPeerNetwork.isRestart(offer.sdp())
        || offer.sdp().equals(restart)) {
      signalsDropped.increment();
      return;
    }
    restart = offer.sdp();
    if (behaviour.iceRestartWorking()) {
      iceRestarts.increment();
      emit(new Signal.Answer(correlationId(), offer.sdp(), request.extensions()));
    }
  }

  private void restartAnswered(Signal.Answer answer) {
    if (request.role() != PeerRole.OFFERER || restartAnswered || !answer.sdp().equals(restart)) {
      signalsDropped.increment();
      return;
    }
    restartAnswered = true;
    iceRestarts.increment();
    if (behaviour.iceRestartWorking() && side != null) {
      side.silence(false);
    }
  }

  private void offered(Signal.Offer offer) {
    if (state == TransportState.OPEN) {
      restartOffered(offer);
      return;
    }
    if (request.role() != PeerRole.ANSWERER || state != TransportState.CONNECTING || otherKnows) {
      signalsDropped.increment();
      return;
    }
    otherKnows = true;
    String refusal = behaviour.refusal();
    if (refusal != null) {
      finish(CloseReason.of(Code.REJECTED, "refused: " + refusal));
      return;
    }
    if (!behaviour.answering()) {
      return;
    }
    PeerLink link = network.answer(offer.sdp(), place());
    if (link == null) {
      finish(
          CloseReason.of(
              Code.NEGOTIATION_FAILED, "the offer of " + peerId() + " cannot be understood"));
      return;
    }
    // The answer names the same token, so that the offerer finds the link.
    describe(new Signal.Answer(correlationId(), offer.sdp(), request.extensions()));
    join(link.answerer());
  }

  private void answered(Signal.Answer answer) {
    if (state == TransportState.OPEN) {
      restartAnswered(answer);
      return;
    }
    if (request.role() != PeerRole.OFFERER || state != TransportState.CONNECTING || side != null) {
      signalsDropped.increment();
      return;
    }
    PeerLink link = network.claim(answer.sdp());
    if (link == null) {
      finish(
          CloseReason.of(
              Code.NEGOTIATION_FAILED, "the answer of " + peerId() + " cannot be understood"));
      return;
    }
    join(link.offerer());
  }

  private void join(PeerLink.Side joined) {
    side = joined;
    if (!behaviour.iceWorking()) {
      CloseReason failed =
          CloseReason.of(Code.ICE_FAILED, "no pair of candidates works, on command");
      // The own end is attached so that it hears of it as the other does.
      joined.reliable().attach(new LinkEvents());
      joined.reliable().breakOff(failed, failed);
    } else if (behaviour.connectDelay().isZero()) {
      joined.reliable().attach(new LinkEvents());
    } else {
      loop.schedule(
          behaviour.connectDelay(),
          () -> {
            if (side == joined) {
              joined.reliable().attach(new LinkEvents());
            }
          });
    }
  }

  private void opened(PeerLink.Side joined) {
    cancelTimer();
    everOpen = true;
    List<PeerChannel> channels = new ArrayList<>();
    int max = behaviour.maxMessageSize();
    channels.add(
        new InMemoryPeerChannel(RELIABLE, Reliability.RELIABLE, max, joined.reliable().out()));
    if (behaviour.hasUnreliableChannel()) {
      channels.add(
          new InMemoryPeerChannel(UNRELIABLE, Reliability.UNRELIABLE, max, joined.lossyOut()));
    }
    moveTo(TransportState.OPEN);
    reliable = channels.get(0);
    if (!closeAsked.get()) {
      open = new Open(joined, List.copyOf(channels));
    }
    emit(new Signal.Connected(correlationId()));
    tell(() -> Objects.requireNonNull(listener).onOpen());
  }

  private void disconnected(Signal.Disconnected signal) {
    // It must not be answered by the same.
    otherKnows = false;
    CloseReason reason = signal.reasonOf(peerId());
    endedByOther = reason;
    if (everOpen && side != null) {
      // Data that was sent before the signal may still be on its way; the link ends behind it, or
      // when a link that lets nothing through has been waited for.
      side.reliable().close();
      cancelTimer();
      timer = loop.schedule(request.drainTimeout(), () -> finish(reason));
    } else {
      boolean unanswered = request.role() == PeerRole.OFFERER && side == null;
      finish(unanswered ? CloseReason.of(Code.REJECTED, reason.message()) : reason);
    }
  }

  @Override
  public SendResult send(Frame frame) {
    if (frame.size() > maxFrameSize()) {
      return SendResult.TOO_LARGE;
    }
    Open now = open;
    if (now == null) {
      return notConnected();
    }
    boolean lossy = now.channels().size() > 1 && Reliability.of(frame) == Reliability.UNRELIABLE;
    Pipe pipe = lossy ? now.side().lossyOut() : now.side().reliable().out();
    return switch (pipe.offer(frame.toByteArray())) {
      case TAKEN -> {
        framesSent.increment();
        bytesSent.add(frame.size());
        yield SendResult.P2P;
      }
      case FULL -> SendResult.BUFFER_FULL;
      case FINISHED -> notConnected();
    };
  }

  private SendResult notConnected() {
    return closeAsked.get() || state == TransportState.CLOSED
        ? SendResult.CLOSED
        : SendResult.NOT_CONNECTED;
  }

  private void received(byte[] message) {
    if (isTaken(message)) {
      return;
    }
    Frame frame;
    try {
      frame = Frame.wrap(message);
    } catch (MalformedFrameException e) {
      framesDropped.increment();
      LOG.debug("dropped a message of {} that is no frame", peerId(), e);
      return;
    }
    if (state == TransportState.OPEN || state == TransportState.CLOSING) {
      framesReceived.increment();
      bytesReceived.add(frame.size());
      tell(() -> Objects.requireNonNull(listener).onFrame(frame, FrameSource.peer(peerId())));
    }
  }

  /** Whether the owner takes a message of the reliable channel that is no frame. */
  private boolean isTaken(byte[] message) {
    PeerChannel channel = reliable;
    boolean[] taken = new boolean[1];
    if (channel != null && !FrameFormat.isFrame(message)) {
      tell(() -> taken[0] = request.observer().onMessage(channel, message));
    }
    return taken[0];
  }

  @Override
  public boolean isWritable() {
    Open now = open;
    return now != null && !now.side().reliable().out().isFull();
  }

  @Override
  public TransportState state() {
    return state;
  }

  @Override
  public int maxFrameSize() {
    return Math.min(FrameFormat.MAX_FRAME_BYTES, behaviour.maxMessageSize());
  }

  @Override
  public void reconnect(String why) {
    loop.execute(
        () -> {
          if (state == TransportState.OPEN) {
            finish(CloseReason.of(Code.RECONNECT_REQUESTED, why));
          }
        });
  }

  @Override
  public void close() {
    if (closeAsked.compareAndSet(false, true)) {
      open = null;
      loop.execute(this::beginClosing);
    }
  }

  @Override
  public void abandon(CloseReason reason) {
    if (closeAsked.compareAndSet(false, true)) {
      open = null;
      loop.execute(
          () -> {
            if (state == TransportState.OPEN || state == TransportState.CONNECTING) {
              finish(reason);
            }
          });
    }
  }

  private void beginClosing() {
    CloseReason reason = CloseReason.of(Code.LOCAL_CLOSE, "closed by this side");
    if (state == TransportState.OPEN && side != null) {
      moveTo(TransportState.CLOSING);
      timer = loop.schedule(request.drainTimeout(), () -> finish(reason));
      side.reliable().close();
    } else if (state == TransportState.CONNECTING) {
      finish(reason);
    }
  }

  /** Ends the transport for good; the other side is told, if it knows of us. */
  private void finish(CloseReason reason) {
    cancelTimer();
    open = null;
    if (description != null) {
      network.withdraw(description);
    }
    PeerLink.Side last = side;
    side = null;
    if (last != null) {
      framesDropped.add(last.lossyOut().dropped());
      last.reliable()
          .breakOff(
              reason, CloseReason.of(Code.CHANNEL_CLOSED, "the channel closed at the other side"));
    }
    moveTo(TransportState.CLOSED);
    boolean closedByOther = everOpen && reason.code() == Code.CHANNEL_CLOSED;
    if (otherKnows && !closedByOther) {
      emit(Signal.Disconnected.of(correlationId(), reason));
    }
    tell(() -> Objects.requireNonNull(listener).onClosed(reason));
  }

  private void ended(@Nullable CloseReason reason) {
    if (closeAsked.get()) {
      finish(CloseReason.of(Code.LOCAL_CLOSE, "closed by this side"));
    } else if (reason == null) {
      otherKnows = false;
      CloseReason told = endedByOther;
      finish(told == null ? CloseReason.of(Code.REMOTE_CLOSE, peerId() + " ended the link") : told);
    } else {
      finish(reason);
    }
  }

  @Override
  public TransportStats stats() {
    Open now = open;
    return new TransportStats(
        framesSent.sum(),
        bytesSent.sum(),
        framesReceived.sum(),
        bytesReceived.sum(),
        framesDropped.sum() + (now == null ? 0 : now.side().lossyOut().dropped()),
        listenerFailures.sum(),
        now == null ? 0 : now.side().reliable().out().bufferedBytes(),
        everOpen ? 1 : 0);
  }

  @Override
  public String toString() {
    return "InMemoryPeerTransport[" + peerId() + ", " + correlationId() + ", " + state + "]";
  }

  private void moveTo(TransportState next) {
    if (!Objects.requireNonNull(TRANSITIONS.get(state)).contains(next)) {
      throw new IllegalStateException("no way from " + state + " to " + next);
    }
    state = next;
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      listenerFailures.increment();
      LOG.error("a listener or observer of a peer transport threw; the transport goes on", e);
    }
  }

  /** Ignores what a link that was given up still has to say. */
  private final class LinkEvents implements InMemoryLink.Owner {

    @Override
    public void onOpened(InMemoryLink.End end) {
      if (isCurrent(end) && state == TransportState.CONNECTING) {
        opened(Objects.requireNonNull(side));
      }
    }

    @Override
    public void onMessage(InMemoryLink.End end, byte[] message) {
      if (isCurrent(end)) {
        received(message);
      }
    }

    @Override
    public void onWritable(InMemoryLink.End end) {
      Open now = open;
      if (isCurrent(end) && now != null) {
        tell(() -> Objects.requireNonNull(listener).onWritable());
        tell(() -> request.observer().onDrained(now.channels().get(0)));
      }
    }

    @Override
    public void onRemoteClosing(InMemoryLink.End end) {
      if (isCurrent(end)) {
        open = null;
      }
    }

    @Override
    public void onEnded(InMemoryLink.End end, @Nullable CloseReason reason) {
      if (isCurrent(end)) {
        ended(reason);
      }
    }

    private boolean isCurrent(InMemoryLink.End end) {
      return side != null && side.reliable() == end;
    }
  }
}
