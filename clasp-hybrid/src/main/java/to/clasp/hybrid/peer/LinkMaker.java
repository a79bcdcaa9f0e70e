package to.clasp.hybrid.peer;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.TransportException;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.PeerTransportRequest;

/**
 * Begins attempts to link with one peer: when a link is wanted, nothing stands against it and it is
 * time to, or when the peer offers. Confined to the loop, but for {@link #wake()}.
 */
final class LinkMaker {

  private static final Logger LOG = LoggerFactory.getLogger(LinkMaker.class);

  private final PeerRelation relation;
  private final String peerId;
  private final Environment environment;
  private final P2POptions options;
  private final EventLoop loop;
  private final Outgoing outgoing;
  private final PeerStatus status;
  private final PeerBreaker breaker;
  private final LinkLife life;
  private final RetrySchedule retry;

  /** Whether somebody looks after the wish for a link already; set by senders. */
  private final AtomicBoolean awake = new AtomicBoolean();

  /** Frames that were sent before do not ask for a link: one was put away after them. */
  private long wantedSince;

  /** A link is wanted whether or not frames are sent. */
  private boolean kept;

  LinkMaker(
      PeerRelation relation,
      Environment environment,
      Outgoing outgoing,
      PeerStatus status,
      PeerBreaker breaker,
      LinkLife life) {
    this.relation = relation;
    this.peerId = relation.peerId();
    this.environment = environment;
    this.options = environment.options();
    this.loop = environment.loop();
    this.outgoing = outgoing;
    this.status = status;
    this.breaker = breaker;
    this.life = life;
    this.retry = new RetrySchedule(environment, breaker, this::wantIfWanted);
    this.wantedSince = outgoing.lastUsed();
  }

  // ---- Wishes

  /** A frame would have gone over a link. For any thread. */
  void wake() {
    if (awake.compareAndSet(false, true)) {
      loop.execute(this::want);
    }
  }

  /** Makes a link if there is none, and if it is time to. */
  void want() {
    awake.set(true);
    if (life.isClosed()
        || life.isBusy()
        || life.isUnexplained()
        || life.renewal().isInterrupting()
        || retry.isPending()) {
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

  /** Wants a link for as long as the peer is there, or no longer so. */
  void keep(boolean keep) {
    kept = keep;
    if (keep) {
      want();
    }
  }

  boolean isKept() {
    return kept;
  }

  private boolean isWanted() {
    return kept
        || status.isAwaited()
        || outgoing.hasDeferred()
        || (isInUse() && outgoing.lastUsed() - wantedSince > 0);
  }

  private boolean isInUse() {
    return loop.nanoTime() - outgoing.lastUsed() < options.idleTimeout().toNanos();
  }

  /** Makes a link now, also when the circuit breaker is open. */
  void insist() {
    life.settle();
    retry.cancel();
    awake.set(true);
    if (!life.renewal().isInterrupting()) {
      offer(breaker.tryAcquire());
    }
  }

  /**
   * Offers in the place of the peer, which has withdrawn an offer that ours may have yielded to;
   * false if no link is wanted, or none can be made now.
   */
  boolean offerInstead() {
    if (!isWanted() || environment.host().linksOff() != null || !environment.host().canSignal()) {
      return false;
    }
    PeerBreaker.Permit permit = breaker.tryAcquire();
    if (permit == null && !status.isAwaited()) {
      return false;
    }
    offer(permit);
    return true;
  }

  /** Signals can travel again. */
  void signallingIsUp() {
    if (life.isBusy()) {
      return;
    }
    if (status.isAwaited()) {
      insist();
    } else if (!retry.isPending()) {
      wantIfWanted();
    }
  }

  /**
   * There is news of the peer.
   *
   * @param joined it has just come, so an offer that it has not answered was not for it
   */
  void peerIsNew(boolean joined) {
    Attempt under = life.attempt();
    if (joined && under != null && under.role() == PeerRole.OFFERER && !under.isHeard()) {
      life.giveWay(
          CloseReason.of(Code.REPLACED, peerId + " has a new session, which gets an offer"));
      offer(breaker.tryAcquire());
    } else if (!life.isBusy() && !life.isClosed()) {
      life.settle();
      breaker.reset();
      retry.cancel();
      wantIfWanted();
    }
  }

  /** No link can be made on this machine, or none may be. */
  void linksAreOff(CloseReason reason) {
    status.refuse(reason);
    outgoing.giveUp(reason);
    if (status.lastFailure() == null) {
      status.move(PeerState.FAILED, reason);
      status.failed(reason);
    }
  }

  // ---- Later

  /** An attempt failed, or a link ended against our will. */
  void setback() {
    retry.setback();
  }

  /** A link has lasted: the setbacks before it do not count any more. */
  void forgive() {
    retry.forgive();
    breaker.forgive();
  }

  /** Tries again after a while, if the peer is of interest. */
  void tryAgainLater() {
    if (!life.isClosed() && (isInUse() || isWanted())) {
      // Stays awake until then; what is sent meanwhile counts.
      awake.set(true);
      retry.later();
    } else {
      awake.set(false);
    }
  }

  /** A link has been put away on purpose: only what is sent from now on asks for another. */
  void putAway() {
    wantedSince = loop.nanoTime();
  }

  /** Waits for the next wish. */
  void rest() {
    retry.cancel();
    awake.set(false);
  }

  /** A link is up, or being made. */
  void cancelRetry() {
    retry.cancel();
  }

  boolean isWaiting() {
    return retry.isPending();
  }

  // ---- Attempts begin

  private void offer(PeerBreaker.@Nullable Permit permit) {
    if (!environment.host().makeRoom(relation)) {
      if (permit != null) {
        permit.returned();
      }
      CloseReason full =
          CloseReason.of(
              Code.EVICTED,
              "all " + options.maxPeers() + " links are being made; raise maxPeers or try later");
      status.refuse(full);
      if (status.state() == PeerState.CONNECTING) {
        status.move(PeerState.IDLE, full);
      }
      awake.set(false);
      return;
    }
    outgoing.hope();
    begin(PeerRole.OFFERER, newCorrelationId(), permit);
  }

  /** Makes a link beside the one that there is. */
  void renew() {
    begin(PeerRole.OFFERER, newCorrelationId(), null);
  }

  private String newCorrelationId() {
    var random = environment.context().random();
    return environment.ownId()
        + "-"
        + peerId
        + "-"
        + new UUID(random.nextLong(), random.nextLong());
  }

  /** Begins to answer an offer, whose signals follow; null when it has failed already. */
  @Nullable Attempt answer(String correlationId) {
    life.settle();
    retry.cancel();
    return begin(PeerRole.ANSWERER, correlationId, null);
  }

  private @Nullable Attempt begin(
      PeerRole role, String correlationId, PeerBreaker.@Nullable Permit permit) {
    awake.set(true);
    Attempt begun = new Attempt(life, role, correlationId, permit);
    life.begin(begun);
    try {
      begun.create(environment, request(begun));
    } catch (TransportException e) {
      life.notBegun(begun, e.reason());
      return null;
    } catch (RuntimeException | LinkageError e) {
      // A provider must not throw anything else, and this one does.
      LOG.error("{} failed to make a link to {}", environment.provider().name(), peerId, e);
      life.notBegun(
          begun,
          new CloseReason(
              Code.INTERNAL, environment.provider().name() + " failed to make a link: " + e, e));
      return null;
    }
    life.begun(begun);
    return begun;
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
        options.link().enabled() ? Map.of(Attempt.LINK_EXTENSION, Attempt.LINK_VERSION) : Map.of(),
        begun);
  }
}
