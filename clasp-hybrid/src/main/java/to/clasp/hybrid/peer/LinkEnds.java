package to.clasp.hybrid.peer;

import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerState;

/**
 * What follows when an attempt or link with one peer ends by itself: what is told, what the circuit
 * breaker counts, and whether another attempt is made. Confined to the loop.
 */
final class LinkEnds {

  private final Environment environment;
  private final P2POptions options;
  private final Outgoing outgoing;
  private final PeerStatus status;
  private final PeerBreaker breaker;
  private final LinkLife life;
  private final UnexplainedEnd unexplained;

  LinkEnds(
      Environment environment,
      Outgoing outgoing,
      PeerStatus status,
      PeerBreaker breaker,
      LinkLife life) {
    this.environment = environment;
    this.options = environment.options();
    this.outgoing = outgoing;
    this.status = status;
    this.breaker = breaker;
    this.life = life;
    this.unexplained = new UnexplainedEnd(environment, this::judged);
  }

  /** An attempt did not become a link. */
  void failed(Attempt gone, CloseReason reason) {
    EndOfAttempt end = EndOfAttempt.of(reason, gone.isAborted());
    if (end == EndOfAttempt.NEUTRAL) {
      gone.returnPermit();
    } else {
      gone.failed(reason);
    }
    if (life.isLinked()) {
      life.renewal().failed(reason);
      return;
    }
    if (isWithdrawn(gone, reason) && life.link() == null && life.maker().offerInstead()) {
      return;
    }
    if (end == EndOfAttempt.HARD_FAILURE) {
      breaker.trip();
    }
    life.maker().setback();
    if (life.link() == null) {
      status.move(PeerState.FAILED, reason);
    }
    status.failed(reason);
    if (life.link() != null) {
      return;
    }
    status.refuse(reason);
    if (!breaker.untilHalfOpen().isZero()) {
      outgoing.giveUp(reason);
    }
    life.maker().tryAgainLater();
  }

  /** Whether the peer has taken back its offer, which says nothing about one of ours. */
  private static boolean isWithdrawn(Attempt gone, CloseReason reason) {
    return gone.role() == PeerRole.ANSWERER
        && !gone.isAborted()
        && reason.code() == Code.REMOTE_CLOSE;
  }

  /** The newest link has ended before the older one was let go, which serves again. */
  void servesOn(Attempt older, Attempt gone, CloseReason reason) {
    life.follow(older);
    if (gone.isRenewing() || older.isRenewalDue()) {
      life.renewal().failed(reason);
    } else {
      status.failed(reason);
    }
  }

  /** The only link has ended, and not by our will. */
  void lost(Attempt gone, CloseReason reason) {
    life.timers().cancel();
    life.renewal().cancel();
    outgoing.close();
    forgiveIfItLasted(gone);
    Attempt under = life.attempt();
    if (under != null) {
      // It was about to be replaced.
      status.move(PeerState.DISCONNECTED, reason);
      status.move(PeerState.CONNECTING);
      life.announce(under);
    } else {
      boolean wanted = reason.code() == Code.REMOTE_CLOSE;
      status.move(wanted ? PeerState.IDLE : PeerState.DISCONNECTED, reason);
    }
    status.path(outgoing.path(), reason);
    if (under == null) {
      // It was open and carried nothing yet, or it would not be waited for.
      status.refuse(reason);
    }
    if (under == null && mayBeWanted(gone, reason)) {
      unexplained.await(gone, reason);
    } else {
      judged(reason);
    }
  }

  /** Whether a signal of the peer may tell that it has closed the link on purpose. */
  private boolean mayBeWanted(Attempt gone, CloseReason reason) {
    return reason.code() == Code.CHANNEL_CLOSED
        && !gone.isAborted()
        && environment.host().canSignal();
  }

  /** It is known why the only link has ended. */
  private void judged(CloseReason reason) {
    if (reason.code() == Code.REMOTE_CLOSE) {
      if (life.attempt() == null) {
        status.move(PeerState.IDLE, reason);
      }
      life.maker().putAway();
      status.closed(reason);
    } else {
      breaker.lost(reason);
      status.failed(reason);
    }
    life.maker().setback();
    if (life.attempt() == null) {
      life.maker().tryAgainLater();
    }
  }

  /** The peer says that it has ended a link; false if nobody waits for that. */
  boolean explained(String correlationId, CloseReason reason) {
    return unexplained.explained(correlationId, reason);
  }

  /** Another link is about to be made: why the last one has ended is not waited for. */
  void settle() {
    unexplained.settle();
  }

  /** Whether it may yet turn out that the peer wanted the last end. */
  boolean isUnexplained() {
    return unexplained.isPending();
  }

  /** What became of the last link does not matter any more. */
  void forget() {
    unexplained.forget();
  }

  /** A link has ended, for whatever reason: setbacks do not count beside one that lasted. */
  void forgiveIfItLasted(Attempt gone) {
    if (environment.loop().nanoTime() - gone.openedAt() >= options.connectTimeout().toNanos()) {
      life.maker().forgive();
    }
  }
}
