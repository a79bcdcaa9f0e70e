package to.clasp.hybrid.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.SendResult;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.Signal;

/**
 * The attempt under way with one peer, and the link: how they take over from each other, carry, and
 * end. Confined to the loop.
 *
 * <p>There is at most one attempt under way and one link up. A new link takes the route over only
 * when it is open; the one that it replaces is then closed.
 */
final class LinkLife {

  private static final Logger LOG = LoggerFactory.getLogger(LinkLife.class);

  private final PeerRelation relation;
  private final String peerId;
  private final Environment environment;
  private final P2POptions options;
  private final EventLoop loop;
  private final Outgoing outgoing;
  private final PeerStatus status;
  private final PeerBreaker breaker;
  private final LinkTotals totals;
  private final LinkMaker maker;
  private final LinkTimers timers;
  private final EndedAttempts endedAttempts = new EndedAttempts();
  private final List<Attempt> ending = new ArrayList<>();
  private @Nullable Attempt attempt;

  /** Read by any thread, for snapshots. */
  private volatile @Nullable Attempt link;

  private volatile long lastReceived;
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
    this.maker = new LinkMaker(relation, environment, outgoing, status, breaker, this);
    this.timers = new LinkTimers(environment, new Expiry());
  }

  // ---- Any thread

  @Nullable Attempt link() {
    return link;
  }

  long lastUsed() {
    long sent = outgoing.lastUsed();
    long received = lastReceived;
    return sent - received > 0 ? sent : received;
  }

  // ---- What there is

  LinkMaker maker() {
    return maker;
  }

  @Nullable Attempt attempt() {
    return attempt;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether there is a link, or an attempt to make one. */
  boolean isBusy() {
    return link != null || attempt != null;
  }

  /** Whether nothing is up or under way, nor still ending. */
  boolean isQuiet() {
    return !isBusy() && ending.isEmpty();
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

  // ---- An attempt begins

  void begin(Attempt begins) {
    attempt = begins;
    if (link == null) {
      status.move(PeerState.CONNECTING);
    }
    status.connecting(begins.role());
  }

  void begun(Attempt begun) {
    totals.add(begun.transport());
  }

  void notBegun(Attempt begins, CloseReason reason) {
    endedAttempts.add(begins.correlationId());
    attempt = null;
    failed(begins, reason);
  }

  /** The attempt under way, if any, makes room for another one. */
  void giveWay(CloseReason reason) {
    Attempt under = attempt;
    if (under != null) {
      attempt = null;
      under.returnPermit();
      abandon(under, reason);
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

  void signalRefused(String correlationId, CloseReason reason) {
    Attempt under = attempt;
    if (under != null && under.correlationId().equals(correlationId)) {
      under.abort(reason);
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
    maker.cancelRetry();
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

  // ---- Ends that come by themselves

  /** An attempt did not become a link. */
  private void failed(Attempt gone, CloseReason reason) {
    switch (EndOfAttempt.of(reason, gone.isAborted())) {
      case NEUTRAL -> gone.returnPermit();
      case FAILURE -> gone.failed(reason);
      case HARD_FAILURE -> {
        gone.failed(reason);
        breaker.trip();
      }
    }
    maker.setback();
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
    maker.tryAgainLater();
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
      maker.putAway();
      status.closed(reason);
    } else {
      breaker.lost(reason);
      status.failed(reason);
    }
    maker.setback();
    if (attempt == null) {
      maker.tryAgainLater();
    }
  }

  private void forgiveIfItLasted(Attempt gone) {
    if (loop.nanoTime() - gone.openedAt() >= options.connectTimeout().toNanos()) {
      maker.forgive();
    }
  }

  // ---- Ends that we want

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
    maker.setback();
    maker.tryAgainLater();
    return true;
  }

  void shutDown() {
    closed = true;
    CloseReason reason = CloseReason.of(Code.LOCAL_CLOSE, "the transport is closed");
    outgoing.giveUp(reason);
    end(reason, PeerState.CLOSED);
  }

  private void end(CloseReason reason, PeerState next) {
    boolean something = isBusy();
    timers.cancel();
    outgoing.close();
    giveWay(reason);
    Attempt up = link;
    if (up != null) {
      link = null;
      forgiveIfItLasted(up);
      abandon(up, reason);
    }
    maker.putAway();
    maker.rest();
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
