package to.clasp.hybrid.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportException;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.Signal;

/**
 * Attempts to link with one peer, and the link: how they begin, take over from each other and end.
 * Confined to the loop.
 *
 * <p>There is at most one attempt under way and one link up. A new link takes the route over only
 * when it is open; the one that it replaces is then closed.
 */
final class LinkLife {

  private static final Logger LOG = LoggerFactory.getLogger(LinkLife.class);

  /** Ends of an attempt that say nothing about whether a link can be had. */
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

  private final PeerRelation relation;
  private final String peerId;
  private final Environment environment;
  private final P2POptions options;
  private final EventLoop loop;
  private final Outgoing outgoing;
  private final PeerStatus status;
  private final PeerBreaker breaker;
  private final LinkTotals totals;
  private final RetrySchedule retry;
  private final LinkTimers timers;
  private final EndedAttempts endedAttempts = new EndedAttempts();
  private final List<Attempt> ending = new ArrayList<>();

  /** Whether somebody looks after the wish for a link already; set by senders. */
  private final AtomicBoolean awake = new AtomicBoolean();

  private @Nullable Attempt attempt;

  /** Read by any thread, for snapshots. */
  private volatile @Nullable Attempt link;

  private volatile long lastReceived;

  /** Frames that were sent before do not ask for a link: one was put away after them. */
  private long wantedSince;

  private boolean closed;

  LinkLife(
      PeerRelation relation,
      Environment environment,
      Outgoing outgoing,
      PeerStatus status,
      PeerBreaker breaker,
      LinkTotals totals) {
    this.relation = relation;
    this.peerId = relation.peerId();
    this.environment = environment;
    this.options = environment.options();
    this.loop = environment.loop();
    this.outgoing = outgoing;
    this.status = status;
    this.breaker = breaker;
    this.totals = totals;
    this.lastReceived = outgoing.lastUsed();
    this.wantedSince = outgoing.lastUsed();
    this.retry = new RetrySchedule(environment, breaker, this::wantIfWanted);
    this.timers = new LinkTimers(environment, new Expiry());
  }

  // ---- Any thread

  /** A frame would have gone over a link. */
  void wake() {
    if (awake.compareAndSet(false, true)) {
      loop.execute(this::want);
    }
  }

  @Nullable Attempt link() {
    return link;
  }

  long lastUsed() {
    long sent = outgoing.lastUsed();
    long received = lastReceived;
    return sent - received > 0 ? sent : received;
  }

  // ---- What is there; the loop

  @Nullable Attempt attempt() {
    return attempt;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether an attempt, a link or the memory of one has this id. */
  boolean knows(String correlationId) {
    return endedAttempts.contains(correlationId) || find(correlationId) != null;
  }

  boolean hasEnded(String correlationId) {
    return endedAttempts.contains(correlationId);
  }

  /** The attempt or link with this id, or null. */
  @Nullable Attempt find(String correlationId) {
    Attempt under = attempt;
    if (under != null && under.correlationId().equals(correlationId)) {
      return under;
    }
    Attempt up = link;
    return up != null && up.correlationId().equals(correlationId) ? up : null;
  }

  boolean isQuiet() {
    return link == null && attempt == null && ending.isEmpty();
  }

  boolean isIdle() {
    return isQuiet() && !retry.isPending();
  }

  // ---- Attempts begin

  /** Makes a link if there is none, and if it is time to. */
  void want() {
    awake.set(true);
    if (closed || link != null || attempt != null || retry.isPending()) {
      return;
    }
    CloseReason off = environment.host().linksOff();
    if (off != null) {
      // Stays awake: nobody needs to ask again.
      linksAreOff(off);
      return;
    }
    if (!environment.host().canSignal()) {
      // Asked again when a session stands.
      return;
    }
    PeerBreaker.Permit permit = breaker.tryAcquire();
    if (permit == null) {
      retry.in(breaker.untilHalfOpen());
      return;
    }
    offer(permit);
  }

  private void wantIfWanted() {
    if (isWanted()) {
      want();
    } else {
      awake.set(false);
    }
  }

  private boolean isWanted() {
    return status.isAwaited()
        || outgoing.hasDeferred()
        || (isInUse() && outgoing.lastUsed() - wantedSince > 0);
  }

  private boolean isInUse() {
    return loop.nanoTime() - outgoing.lastUsed() < options.idleTimeout().toNanos();
  }

  /** Makes a link now, also when the circuit breaker is open. */
  void insist() {
    retry.cancel();
    awake.set(true);
    offer(breaker.tryAcquire());
  }

  private void offer(PeerBreaker.@Nullable Permit permit) {
    if (!environment.host().makeRoom(relation)) {
      if (permit != null) {
        permit.returned();
      }
      status.refuse(
          CloseReason.of(
              Code.EVICTED,
              "all " + options.maxPeers() + " links are being made; raise maxPeers or try later"));
      if (status.state() == PeerState.CONNECTING) {
        status.move(PeerState.IDLE);
      }
      awake.set(false);
      return;
    }
    outgoing.hope();
    begin(PeerRole.OFFERER, newCorrelationId(), permit);
  }

  private String newCorrelationId() {
    var random = environment.context().random();
    return environment.ownId()
        + "-"
        + peerId
        + "-"
        + new UUID(random.nextLong(), random.nextLong());
  }

  /** Answers an offer; false when the attempt has failed already. */
  boolean answer(String correlationId) {
    retry.cancel();
    return begin(PeerRole.ANSWERER, correlationId, null);
  }

  private boolean begin(PeerRole role, String correlationId, PeerBreaker.@Nullable Permit permit) {
    awake.set(true);
    Attempt begun = new Attempt(this, role, correlationId, permit);
    attempt = begun;
    if (link == null) {
      status.move(PeerState.CONNECTING);
    }
    status.connecting(role);
    try {
      begun.create(environment, request(begun));
    } catch (TransportException e) {
      notBegun(begun, e.reason());
      return false;
    } catch (RuntimeException | LinkageError e) {
      // A provider must not throw anything else, and this one does.
      LOG.error("{} failed to make a link to {}", environment.provider().name(), peerId, e);
      notBegun(
          begun,
          new CloseReason(
              Code.INTERNAL, environment.provider().name() + " failed to make a link: " + e, e));
      return false;
    }
    totals.add(begun.transport());
    return true;
  }

  private PeerTransportRequest request(Attempt begun) {
    return new PeerTransportRequest(
        peerId,
        begun.correlationId(),
        begun.role(),
        options.rtcConfig(),
        options.connectTimeout(),
        options.drainTimeout(),
        options.stallTimeout(),
        Map.of(),
        begun);
  }

  private void notBegun(Attempt begun, CloseReason reason) {
    endedAttempts.add(begun.correlationId());
    attempt = null;
    failed(begun, reason);
  }

  /** The attempt under way makes room for another one. */
  void giveWay(CloseReason reason) {
    Attempt under = attempt;
    if (under != null) {
      attempt = null;
      under.returnPermit();
      abandon(under, reason);
    }
  }

  /**
   * There is news of the peer.
   *
   * @param joined it has just come, so an offer that it has not answered was not for it
   */
  void peerIsNew(boolean joined) {
    Attempt under = attempt;
    if (joined && under != null && under.role() == PeerRole.OFFERER && !under.isHeard()) {
      giveWay(CloseReason.of(Code.REPLACED, peerId + " has a new session, which gets an offer"));
      offer(breaker.tryAcquire());
    } else if (under == null && link == null && !closed) {
      breaker.reset();
      retry.cancel();
      wantIfWanted();
    }
  }

  void signallingIsUp() {
    if (link != null || attempt != null) {
      return;
    }
    if (status.isAwaited()) {
      insist();
    } else if (!retry.isPending()) {
      wantIfWanted();
    }
  }

  void signalRefused(String correlationId, CloseReason reason) {
    Attempt under = attempt;
    if (under != null && under.correlationId().equals(correlationId)) {
      under.abort(reason);
    }
  }

  /** No link can be made on this machine, or none may be. */
  void linksAreOff(CloseReason reason) {
    status.refuse(reason);
    outgoing.giveUp(reason);
    if (status.lastFailure() == null) {
      status.move(PeerState.FAILED);
      status.failed(reason);
    }
  }

  // ---- What an attempt or link tells

  void emit(Attempt from, Signal signal) {
    SendResult result = environment.host().signal(peerId, signal);
    if (result.isAccepted()) {
      return;
    }
    LOG.debug("cannot signal to {}: {}", peerId, result);
    // The rest is not needed for sure: descriptions carry candidates too.
    boolean needed = signal instanceof Signal.Offer || signal instanceof Signal.Answer;
    if (from == attempt && needed) {
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
    long now = loop.nanoTime();
    attempt = null;
    link = open;
    open.opened(now);
    lastReceived = now;
    retry.cancel();
    open.succeeded();
    breaker.reset();
    status.move(PeerState.CONNECTED);
    status.connected(open.candidatePair());
    timers.start();
    openRoute(open);
    if (before != null) {
      abandon(before, CloseReason.of(Code.REPLACED, "a newer link took over"));
    }
  }

  private void openRoute(Attempt open) {
    if (outgoing.open(open.transport())) {
      status.path(outgoing.path(), null);
      status.linked(relation.snapshot());
    }
  }

  void writable(Attempt on) {
    if (on != link) {
      return;
    }
    if (!outgoing.isDirect() && status.state() == PeerState.CONNECTED) {
      openRoute(on);
    }
    outgoing.hasRoom();
  }

  void received(Frame frame) {
    lastReceived = loop.nanoTime();
    environment.host().received(relation, frame);
  }

  void connectivity(Attempt on, Connectivity connectivity) {
    if (on != link) {
      return;
    }
    if (connectivity == Connectivity.DISCONNECTED && status.state() == PeerState.CONNECTED) {
      status.move(PeerState.DISCONNECTED);
      if (options.fallbackToRouter()) {
        outgoing.close();
      }
      status.path(
          outgoing.path(),
          CloseReason.of(Code.ICE_FAILED, "packets to " + peerId + " stay without an answer"));
      timers.disconnected();
    } else if (connectivity == Connectivity.CONNECTED && status.state() == PeerState.DISCONNECTED) {
      timers.connected();
      status.move(PeerState.CONNECTED);
      openRoute(on);
    }
  }

  void ended(Attempt gone, CloseReason reason) {
    endedAttempts.add(gone.correlationId());
    totals.retire(gone.transport());
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

  // ---- Attempts and links end

  /** An attempt did not become a link. */
  private void failed(Attempt gone, CloseReason reason) {
    boolean routerGone = gone.isAborted() && reason.code() == Code.CONNECTION_LOST;
    if (routerGone || NEUTRAL.contains(reason.code())) {
      gone.returnPermit();
    } else {
      gone.failed(reason);
    }
    if (HARD.contains(reason.code())) {
      breaker.trip();
    }
    retry.setback();
    if (link == null) {
      status.move(PeerState.FAILED);
    }
    status.failed(reason);
    if (link != null) {
      return;
    }
    status.refuse(reason);
    if (!breaker.untilHalfOpen().isZero()) {
      outgoing.giveUp(reason);
    }
    tryAgainLater();
  }

  /** A link that was up has ended, and not by our will. */
  private void lost(Attempt gone, CloseReason reason) {
    boolean onPurpose = reason.code() == Code.REMOTE_CLOSE;
    timers.cancel();
    outgoing.close();
    forgiveIfItLasted(gone);
    if (attempt != null) {
      // It was about to be replaced.
      status.move(PeerState.DISCONNECTED);
      status.move(PeerState.CONNECTING);
    } else {
      status.move(onPurpose ? PeerState.IDLE : PeerState.DISCONNECTED);
    }
    status.path(outgoing.path(), reason);
    if (onPurpose) {
      wantedSince = loop.nanoTime();
      status.closed(reason);
    } else {
      breaker.lost(reason);
      status.failed(reason);
    }
    retry.setback();
    if (attempt == null) {
      tryAgainLater();
    }
  }

  private void forgiveIfItLasted(Attempt gone) {
    if (loop.nanoTime() - gone.openedAt() >= options.connectTimeout().toNanos()) {
      retry.forgive();
      breaker.forgive();
    }
  }

  private void tryAgainLater() {
    if (!closed && (isInUse() || isWanted())) {
      // Stays awake until then; what is sent meanwhile counts.
      retry.later();
    } else {
      awake.set(false);
    }
  }

  /** Closes the link because the application says so. */
  void disconnect() {
    CloseReason reason = CloseReason.of(Code.LOCAL_CLOSE, "closed by the application");
    end(reason, PeerState.CLOSED);
    outgoing.failDeferred(reason);
  }

  /** Gives the link up for another peer's; false if there is none that is up. */
  boolean evict() {
    if (link == null) {
      return false;
    }
    end(
        CloseReason.of(
            Code.EVICTED, "gave way to another link; " + options.maxPeers() + " is the limit"),
        PeerState.IDLE);
    // More peers in use than there may be links must not evict each other all the time.
    retry.setback();
    awake.set(true);
    retry.later();
    return true;
  }

  void shutDown() {
    closed = true;
    CloseReason reason = CloseReason.of(Code.LOCAL_CLOSE, "the transport is closed");
    outgoing.giveUp(reason);
    end(reason, PeerState.CLOSED);
  }

  private void end(CloseReason reason, PeerState next) {
    retry.cancel();
    timers.cancel();
    outgoing.close();
    wantedSince = loop.nanoTime();
    Attempt up = link;
    boolean something = up != null || attempt != null;
    giveWay(reason);
    if (up != null) {
      link = null;
      forgiveIfItLasted(up);
      abandon(up, reason);
    }
    awake.set(false);
    status.move(next);
    status.path(outgoing.path(), reason);
    if (something) {
      status.closed(reason);
    }
    status.refuse(reason);
  }

  private void abandon(Attempt unwanted, CloseReason reason) {
    endedAttempts.add(unwanted.correlationId());
    ending.add(unwanted);
    unwanted.abort(reason);
  }

  private final class Expiry implements LinkTimers.Expiry {

    @Override
    public long lastUsed() {
      return LinkLife.this.lastUsed();
    }

    @Override
    public void idle(Duration unused) {
      end(CloseReason.of(Code.IDLE, "no frame for " + unused.toMillis() + " ms"), PeerState.IDLE);
    }

    @Override
    public void disconnectedTooLong() {
      Attempt up = link;
      if (up != null) {
        up.abort(
            CloseReason.of(
                Code.ICE_FAILED,
                "packets to "
                    + peerId
                    + " stayed without an answer for "
                    + options.disconnectGrace().toMillis()
                    + " ms"));
      }
    }
  }
}
