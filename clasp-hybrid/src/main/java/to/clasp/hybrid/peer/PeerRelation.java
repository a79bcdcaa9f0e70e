package to.clasp.hybrid.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportException;
import to.clasp.transport.TransportStats;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.Signal;

/**
 * The relation to one peer: attempts, link, circuit breaker and what is due when. Sending and
 * looking are for any thread; everything else is confined to the loop.
 *
 * <p>There is at most one attempt under way and one link up. A new link takes the route over only
 * when it is open; the one that it replaces is then closed.
 */
public final class PeerRelation {

  private static final Logger LOG = LoggerFactory.getLogger(PeerRelation.class);

  /** Ended attempts whose late signals are recognised. */
  private static final int REMEMBERED = 32;

  /** Ends that say nothing about whether a link can be had. */
  private static final Set<Code> NEUTRAL =
      Set.of(
          Code.LOCAL_CLOSE,
          Code.GLARE_YIELDED,
          Code.REPLACED,
          Code.EVICTED,
          Code.IDLE,
          Code.RECONNECT_REQUESTED);

  /** Ends after which the next attempt would end the same way. */
  private static final Set<Code> HARD =
      Set.of(Code.PEER_GONE, Code.SIGNAL_FORBIDDEN, Code.REJECTED, Code.UNAVAILABLE, Code.INTERNAL);

  private final String peerId;
  private final Environment environment;
  private final P2POptions options;
  private final EventLoop loop;
  private final Outgoing outgoing;
  private final PeerBreaker breaker;
  private final EarlyCandidates early;

  /** Whether somebody looks after the wish for a link already; set by senders. */
  private final AtomicBoolean awake = new AtomicBoolean();

  private final LongAdder framesSent = new LongAdder();
  private final LongAdder framesReceived = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();
  private final LongAdder framesDropped = new LongAdder();

  private volatile PeerState state = PeerState.IDLE;
  private volatile @Nullable Attempt link;
  private volatile @Nullable CloseReason lastFailure;
  private volatile @Nullable String sessionId;
  private final AtomicInteger attempts = new AtomicInteger();
  private volatile long lastReceived;

  // Below: the loop only.
  private final List<Attempt> ending = new ArrayList<>();
  private final List<CompletableFuture<PeerSnapshot>> waiting = new ArrayList<>();
  private final Map<String, Boolean> ended =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };
  private @Nullable Attempt attempt;
  private EventLoop.@Nullable Timer retry;
  private EventLoop.@Nullable Timer idle;
  private EventLoop.@Nullable Timer grace;
  private @Nullable Path toldPath;
  private int attemptNumber;
  private int setbacks;
  private boolean closed;

  /**
   * Makes a relation without a link.
   *
   * @param peerId the peer
   * @param environment what relations share
   */
  public PeerRelation(String peerId, Environment environment) {
    this.peerId = peerId;
    this.environment = environment;
    this.options = environment.options();
    this.loop = environment.loop();
    this.outgoing = new Outgoing(peerId, environment, this::wake);
    this.breaker =
        new PeerBreaker(peerId, options, environment.clock(), environment.context().random());
    this.early =
        new EarlyCandidates(
            options.rtcConfig().maxRemoteCandidates(), options.connectTimeout().toNanos());
    this.lastReceived = outgoing.lastUsed();
    this.toldPath = outgoing.path();
  }

  // ---- Any thread

  /**
   * Returns the peer.
   *
   * @return its id
   */
  public String peerId() {
    return peerId;
  }

  /**
   * Sends a frame as the routing rules say.
   *
   * @param frame to an address of the peer
   * @return what became of it
   */
  public SendResult send(Frame frame) {
    return outgoing.send(frame);
  }

  /**
   * Sends a frame over the link, whatever the rules say.
   *
   * @param frame the frame
   * @return {@link SendResult#NOT_CONNECTED} when there is no link
   */
  public SendResult sendDirect(Frame frame) {
    return outgoing.sendDirect(frame);
  }

  /** Counts a frame of the peer that was dropped. */
  public void countDrop() {
    framesDropped.increment();
  }

  /**
   * Tells when the relation was last of use.
   *
   * @return a time of the loop's clock
   */
  public long lastUsed() {
    long sent = outgoing.lastUsed();
    long received = lastReceived;
    return sent - received > 0 ? sent : received;
  }

  /**
   * Returns what is known now.
   *
   * @return a snapshot
   */
  public PeerSnapshot snapshot() {
    Attempt up = link;
    TransportStats now = up == null ? TransportStats.ZERO : up.transport().stats();
    return new PeerSnapshot(
        peerId,
        sessionId,
        state,
        outgoing.path(),
        breaker.state(),
        pairOf(up),
        up == null ? null : up.transport().roundTrip().orElse(null),
        framesSent.sum() + now.framesSent(),
        framesReceived.sum() + now.framesReceived(),
        bytesSent.sum() + now.bytesSent(),
        bytesReceived.sum() + now.bytesReceived(),
        framesDropped.sum() + now.framesDropped(),
        attempts.get(),
        lastFailure);
  }

  private static @Nullable CandidatePair pairOf(@Nullable Attempt up) {
    return up == null ? null : up.transport().candidatePair().orElse(null);
  }

  private void wake() {
    if (awake.compareAndSet(false, true)) {
      loop.execute(this::want);
    }
  }

  // ---- What the hybrid wants; the loop

  /** Makes a link if there is none, and if it is time to. */
  public void want() {
    awake.set(true);
    if (closed || link != null || attempt != null || retry != null) {
      return;
    }
    if (!environment.host().canSignal()) {
      // Asked again when a session stands.
      return;
    }
    PeerBreaker.Permit permit = breaker.tryAcquire();
    if (permit == null) {
      retryIn(breaker.untilHalfOpen());
      return;
    }
    offer(permit);
  }

  private void offer(PeerBreaker.@Nullable Permit permit) {
    if (!environment.host().makeRoom(this)) {
      if (permit != null) {
        permit.returned();
      }
      refuseWaiting(
          CloseReason.of(
              Code.EVICTED,
              "all " + options.maxPeers() + " links are being made; raise maxPeers or try later"));
      awake.set(false);
      return;
    }
    outgoing.hope();
    begin(PeerRole.OFFERER, newCorrelationId(), permit, null);
  }

  private String newCorrelationId() {
    var random = environment.context().random();
    return environment.ownId()
        + "-"
        + peerId
        + "-"
        + new UUID(random.nextLong(), random.nextLong());
  }

  /** Signals can travel again: a link that was wanted meanwhile is made. */
  public void signallingIsUp() {
    if (isWanted()) {
      want();
    } else {
      awake.set(false);
    }
  }

  /** The peer has shown up on the router: it can be reached again. */
  public void seen() {
    CloseReason failure = lastFailure;
    if (failure != null && failure.code() == Code.PEER_GONE && link == null) {
      breaker.reset();
      cancelRetry();
      if (attempt == null && isWanted()) {
        want();
      }
    }
  }

  /**
   * Notes the session of the peer, for the snapshot.
   *
   * @param session its id, or null when unknown
   */
  public void session(@Nullable String session) {
    sessionId = session;
  }

  /**
   * Makes a link now, also when the circuit breaker is open.
   *
   * @param linked completes when the link is up or the attempt has failed
   */
  public void connect(CompletableFuture<PeerSnapshot> linked) {
    if (closed) {
      linked.completeExceptionally(
          CloseReason.of(Code.LOCAL_CLOSE, "the transport is closed").toException());
      return;
    }
    Attempt up = link;
    if (up != null && outgoing.isDirect()) {
      linked.complete(snapshot());
      return;
    }
    waiting.add(linked);
    if (up != null || attempt != null) {
      return;
    }
    if (!environment.host().canSignal()) {
      refuseWaiting(
          CloseReason.of(
              Code.CONNECTION_LOST,
              "no session with the router, or no links on this machine: signals cannot travel"));
      return;
    }
    cancelRetry();
    awake.set(true);
    offer(breaker.tryAcquire());
  }

  /** Closes the link because the application says so. */
  public void disconnect() {
    end(CloseReason.of(Code.LOCAL_CLOSE, "closed by the application"), PeerState.CLOSED);
  }

  /**
   * Gives the link up for another peer's.
   *
   * @return false if there is none that is up
   */
  public boolean evict() {
    if (link == null) {
      return false;
    }
    end(
        CloseReason.of(
            Code.EVICTED, "gave way to another link; " + options.maxPeers() + " is the limit"),
        PeerState.IDLE);
    return true;
  }

  /** Ends everything for good; {@link #isQuiet()} tells when it has ended. */
  public void shutDown() {
    closed = true;
    CloseReason reason = CloseReason.of(Code.LOCAL_CLOSE, "the transport is closed");
    outgoing.giveUp(reason);
    end(reason, PeerState.CLOSED);
  }

  private void end(CloseReason reason, PeerState next) {
    cancelRetry();
    cancelLinkTimers();
    outgoing.close();
    Attempt up = link;
    Attempt under = attempt;
    link = null;
    attempt = null;
    if (under != null) {
      returnPermit(under);
      abandon(under, reason);
    }
    if (up != null) {
      abandon(up, reason);
    }
    awake.set(false);
    state = RelationStates.move(state, next);
    tellPath(reason);
    if (up != null) {
      tell(new PeerEvent.Closed(peerId, loop.now(), reason));
    }
    refuseWaiting(reason);
  }

  /**
   * Tells whether nothing is up or under way, nor still ending.
   *
   * @return true if so
   */
  public boolean isQuiet() {
    return link == null && attempt == null && ending.isEmpty();
  }

  /**
   * Tells whether the relation may be forgotten.
   *
   * @return true if nothing would be lost with it
   */
  public boolean isForgettable() {
    return isQuiet() && retry == null && waiting.isEmpty() && !outgoing.hasDeferred();
  }

  /**
   * Tells whether a link is up.
   *
   * @return true if so
   */
  public boolean isLinked() {
    return link != null;
  }

  /**
   * Tells whether there is a link, or an attempt to make one.
   *
   * @return true if so
   */
  public boolean isBusy() {
    return link != null || attempt != null;
  }

  /**
   * Tells whether an attempt of the peer is under way.
   *
   * @return true if so
   */
  public boolean isAnswering() {
    Attempt under = attempt;
    return under != null && under.role() == PeerRole.ANSWERER;
  }

  private boolean isWanted() {
    return !waiting.isEmpty()
        || outgoing.hasDeferred()
        || loop.nanoTime() - outgoing.lastUsed() < options.idleTimeout().toNanos();
  }

  // ---- Signals of the peer

  /**
   * Takes a signal.
   *
   * @param signal what the peer says
   */
  public void signal(Signal signal) {
    if (closed) {
      framesDropped.increment();
      return;
    }
    if (signal instanceof Signal.Offer offer) {
      offered(offer);
      return;
    }
    Attempt under = attempt;
    Attempt up = link;
    if (under != null && under.correlationId().equals(signal.correlationId())) {
      under.transport().signal(signal);
    } else if (up != null && up.correlationId().equals(signal.correlationId())) {
      up.transport().signal(signal);
    } else if (!(signal instanceof Signal.Candidate candidate)
        || ended.containsKey(signal.correlationId())
        || !early.keep(candidate, loop.nanoTime())) {
      framesDropped.increment();
    }
  }

  private void offered(Signal.Offer offer) {
    Attempt under = attempt;
    Attempt up = link;
    String correlationId = offer.correlationId();
    boolean known =
        ended.containsKey(correlationId)
            || (under != null && under.correlationId().equals(correlationId))
            || (up != null && up.correlationId().equals(correlationId));
    if (known || !environment.host().canSignal()) {
      // A forwarder may have sent a copy.
      framesDropped.increment();
      return;
    }
    if (under != null && under.role() == PeerRole.OFFERER) {
      if (environment.ownId().compareTo(peerId) > 0) {
        LOG.debug("both {} and we offer; ours stands", peerId);
        return;
      }
      yieldTo(
          under, CloseReason.of(Code.GLARE_YIELDED, "both sides offered; the smaller id yields"));
    } else if (under != null) {
      yieldTo(under, CloseReason.of(Code.REPLACED, "the peer has made a newer offer"));
    }
    if (!environment.host().mayAnswer() || (up == null && !environment.host().makeRoom(this))) {
      framesDropped.increment();
      LOG.warn("an offer of {} is dropped, for too many links are up or under way", peerId);
      return;
    }
    cancelRetry();
    begin(PeerRole.ANSWERER, correlationId, null, offer);
  }

  private void yieldTo(Attempt under, CloseReason reason) {
    attempt = null;
    returnPermit(under);
    abandon(under, reason);
  }

  /**
   * A signal of ours did not reach the peer.
   *
   * @param reason why
   */
  public void signalRefused(CloseReason reason) {
    Attempt under = attempt;
    if (under != null) {
      under.abort(reason);
    }
  }

  // ---- Attempts and links

  private void begin(
      PeerRole role,
      String correlationId,
      PeerBreaker.@Nullable Permit permit,
      Signal.@Nullable Offer offer) {
    awake.set(true);
    Attempt begun = new Attempt(this, role, correlationId, permit);
    attempt = begun;
    attempts.incrementAndGet();
    attemptNumber++;
    try {
      begun.start(
          environment
              .provider()
              .create(
                  new PeerTransportRequest(
                      peerId,
                      correlationId,
                      role,
                      options.rtcConfig(),
                      options.connectTimeout(),
                      options.drainTimeout(),
                      options.stallTimeout(),
                      Map.of(),
                      begun),
                  environment.context()));
    } catch (TransportException e) {
      attempt = null;
      failed(begun, e.reason());
      return;
    }
    if (link == null) {
      state = RelationStates.move(state, PeerState.CONNECTING);
    }
    tell(new PeerEvent.Connecting(peerId, loop.now(), role, attemptNumber));
    if (offer != null) {
      begun.transport().signal(offer);
      early.take(correlationId).forEach(begun.transport()::signal);
    }
  }

  void emit(Attempt from, Signal signal) {
    SendResult result = environment.host().signal(peerId, signal);
    if (result.isAccepted()) {
      return;
    }
    LOG.debug("cannot signal to {}: {}", peerId, result);
    if (from == attempt && !(signal instanceof Signal.Disconnected)) {
      from.abort(
          CloseReason.of(
              Code.CONNECTION_LOST,
              "the router does not take a signal to " + peerId + ": " + result));
    }
  }

  void opened(Attempt open) {
    if (open != attempt || open.isAborted()) {
      return;
    }
    Attempt before = link;
    attempt = null;
    link = open;
    long now = loop.nanoTime();
    open.opened(now);
    lastReceived = now;
    attemptNumber = 0;
    cancelRetry();
    cancelLinkTimers();
    if (open.permit() != null) {
      open.permit().succeeded();
    }
    breaker.reset();
    state = RelationStates.move(state, PeerState.CONNECTED);
    tell(new PeerEvent.Connected(peerId, loop.now(), pairOf(open)));
    openRoute(open);
    idle = loop.schedule(options.idleTimeout(), this::checkIdle);
    if (before != null) {
      abandon(before, CloseReason.of(Code.REPLACED, "a newer link took over"));
    }
  }

  private void openRoute(Attempt open) {
    if (outgoing.open(open.transport())) {
      tellPath(null);
      PeerSnapshot now = snapshot();
      List<CompletableFuture<PeerSnapshot>> linked = List.copyOf(waiting);
      waiting.clear();
      linked.forEach(future -> future.complete(now));
    }
  }

  void writable(Attempt on) {
    if (on != link) {
      return;
    }
    if (!outgoing.isDirect() && state == PeerState.CONNECTED) {
      openRoute(on);
    }
    outgoing.hasRoom();
  }

  void received(Frame frame) {
    lastReceived = loop.nanoTime();
    environment.host().received(this, frame);
  }

  void connectivity(Attempt on, Connectivity connectivity) {
    if (on != link) {
      return;
    }
    if (connectivity == Connectivity.DISCONNECTED && state == PeerState.CONNECTED) {
      state = RelationStates.move(state, PeerState.DISCONNECTED);
      if (options.fallbackToRouter()) {
        outgoing.close();
      }
      tellPath(CloseReason.of(Code.ICE_FAILED, "packets to " + peerId + " stay without an answer"));
      grace =
          loop.schedule(
              options.disconnectGrace(),
              () ->
                  on.abort(
                      CloseReason.of(
                          Code.ICE_FAILED,
                          "packets to "
                              + peerId
                              + " stayed without an answer for "
                              + options.disconnectGrace().toMillis()
                              + " ms")));
    } else if (connectivity == Connectivity.CONNECTED && state == PeerState.DISCONNECTED) {
      cancel(grace);
      grace = null;
      state = RelationStates.move(state, PeerState.CONNECTED);
      openRoute(on);
    }
  }

  private void checkIdle() {
    Attempt up = link;
    if (up == null) {
      return;
    }
    Duration unused = Duration.ofNanos(loop.nanoTime() - lastUsed());
    if (unused.compareTo(options.idleTimeout()) >= 0) {
      end(
          CloseReason.of(Code.IDLE, "no frame for " + options.idleTimeout().toMillis() + " ms"),
          PeerState.IDLE);
    } else {
      idle = loop.schedule(options.idleTimeout().minus(unused), this::checkIdle);
    }
  }

  void ended(Attempt gone, CloseReason reason) {
    ended.put(gone.correlationId(), true);
    TransportStats last = gone.transport().stats();
    framesSent.add(last.framesSent());
    framesReceived.add(last.framesReceived());
    bytesSent.add(last.bytesSent());
    bytesReceived.add(last.bytesReceived());
    framesDropped.add(last.framesDropped());
    if (gone == attempt) {
      attempt = null;
      failed(gone, reason);
    } else if (gone == link) {
      link = null;
      lost(gone, reason);
    } else {
      ending.remove(gone);
    }
    environment.host().ended(reason);
  }

  /** An attempt did not become a link. */
  private void failed(Attempt gone, CloseReason reason) {
    boolean neutral = NEUTRAL.contains(reason.code());
    if (gone.permit() != null) {
      if (neutral) {
        gone.permit().returned();
      } else {
        gone.permit().failed(reason);
      }
    }
    lastFailure = reason;
    if (HARD.contains(reason.code())) {
      breaker.trip();
    }
    setbacks++;
    if (link == null) {
      state = RelationStates.move(state, PeerState.FAILED);
    }
    tell(new PeerEvent.Failed(peerId, loop.now(), reason));
    if (link != null) {
      return;
    }
    refuseWaiting(reason);
    if (breaker.untilHalfOpen().compareTo(Duration.ZERO) > 0) {
      outgoing.giveUp(reason);
    }
    tryAgainLater();
  }

  /** A link that was up has ended, and not by our will. */
  private void lost(Attempt gone, CloseReason reason) {
    cancelLinkTimers();
    outgoing.close();
    if (loop.nanoTime() - gone.openedAt() >= options.connectTimeout().toNanos()) {
      setbacks = 0;
    }
    if (attempt != null) {
      // It was about to be replaced.
      state = RelationStates.move(state, PeerState.DISCONNECTED);
      state = RelationStates.move(state, PeerState.CONNECTING);
    } else if (reason.code() == Code.REMOTE_CLOSE) {
      state = RelationStates.move(state, PeerState.IDLE);
    } else {
      state = RelationStates.move(state, PeerState.DISCONNECTED);
    }
    tellPath(reason);
    if (reason.code() == Code.REMOTE_CLOSE) {
      tell(new PeerEvent.Closed(peerId, loop.now(), reason));
    } else {
      lastFailure = reason;
      breaker.lost(reason);
      tell(new PeerEvent.Failed(peerId, loop.now(), reason));
    }
    setbacks++;
    if (attempt == null) {
      tryAgainLater();
    }
  }

  // ---- Time

  private void tryAgainLater() {
    if (closed || !isWanted()) {
      awake.set(false);
      return;
    }
    Duration open = breaker.untilHalfOpen();
    retryIn(
        open.isZero() ? options.backoff().delay(setbacks, environment.context().random()) : open);
  }

  private void retryIn(Duration delay) {
    cancelRetry();
    retry =
        loop.schedule(
            delay,
            () -> {
              retry = null;
              if (isWanted()) {
                want();
              } else {
                awake.set(false);
              }
            });
  }

  private void cancelRetry() {
    cancel(retry);
    retry = null;
  }

  private void cancelLinkTimers() {
    cancel(idle);
    cancel(grace);
    idle = null;
    grace = null;
  }

  private static void cancel(EventLoop.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  // ---- Telling

  private static void returnPermit(Attempt under) {
    if (under.permit() != null) {
      under.permit().returned();
    }
  }

  private void abandon(Attempt unwanted, CloseReason reason) {
    ending.add(unwanted);
    unwanted.abort(reason);
  }

  private void refuseWaiting(CloseReason reason) {
    List<CompletableFuture<PeerSnapshot>> refused = List.copyOf(waiting);
    waiting.clear();
    refused.forEach(future -> future.completeExceptionally(reason.toException()));
  }

  private void tellPath(@Nullable CloseReason cause) {
    Path now = outgoing.path();
    Path before = toldPath;
    if (now != before) {
      toldPath = now;
      tell(new PeerEvent.PathChanged(peerId, loop.now(), before, now, cause));
    }
  }

  private void tell(PeerEvent event) {
    environment.host().tell(event);
  }
}
