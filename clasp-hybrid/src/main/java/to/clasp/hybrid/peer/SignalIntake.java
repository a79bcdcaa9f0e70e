package to.clasp.hybrid.peer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.PeerAdmission;
import to.clasp.transport.peer.PeerAdmission.Decision;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.Signal;

/**
 * Takes the signals of one peer: each goes to the attempt or link that it names, an offer may begin
 * an attempt or change the way of a link's packets, and the rest is dropped. Confined to the loop.
 *
 * <p>When both sides offer at once, the smaller id yields, and answers.
 */
final class SignalIntake {

  private static final Logger LOG = LoggerFactory.getLogger(SignalIntake.class);

  private final PeerRelation relation;
  private final String peerId;
  private final Environment environment;
  private final LinkLife life;
  private final OfferLimit limit;

  /** An offer that the application has yet to decide about; null when there is none. */
  private @Nullable Undecided undecided;

  SignalIntake(PeerRelation relation, Environment environment, LinkLife life) {
    this.relation = relation;
    this.peerId = relation.peerId();
    this.environment = environment;
    this.life = life;
    this.limit = new OfferLimit(environment.options().maxOffersPerMinute(), environment.loop());
  }

  /** Takes a signal; false if it was of no use, and is to be counted. */
  boolean take(Signal signal) {
    if (life.isClosed()) {
      return false;
    }
    if (signal instanceof Signal.Offer offer) {
      return offered(offer);
    }
    Attempt meant = life.find(signal.correlationId());
    if (meant != null) {
      meant.signal(signal);
      return true;
    }
    Undecided waiting = undecided;
    if (waiting != null
        && signal instanceof Signal.Disconnected
        && waiting.offer.correlationId().equals(signal.correlationId())) {
      forgetDecision();
      return true;
    }
    if (signal instanceof Signal.Disconnected gone) {
      return life.explained(gone.correlationId(), gone.reasonOf(peerId));
    }
    return signal instanceof Signal.Candidate candidate
        && !life.hasEnded(signal.correlationId())
        && environment.early().keep(peerId, candidate, environment.loop().nanoTime());
  }

  private boolean offered(Signal.Offer offer) {
    String correlationId = offer.correlationId();
    Attempt known = life.find(correlationId);
    if (known != null && known == life.link() && known.isNumbering()) {
      // Of a link that there is: ICE is to be restarted on it, or it is a copy, which it notices.
      known.signal(offer);
      return true;
    }
    if (known != null
        || life.hasEnded(correlationId)
        || isUndecided(correlationId)
        || !environment.host().canSignal()) {
      // A forwarder may have sent a copy.
      return false;
    }
    if (!limit.permits() || !environment.offers().permits()) {
      LOG.debug("an offer of {} is dropped, for there are too many in a minute", peerId);
      return false;
    }
    Attempt under = life.attempt();
    if (under != null
        && under.role() == PeerRole.OFFERER
        && environment.ownId().compareTo(peerId) > 0) {
      LOG.debug("both {} and we offer; ours stands", peerId);
      return true;
    }
    if (!hasRoom()) {
      return false;
    }
    PeerAdmission admission = environment.host().admission();
    if (admission == null || life.isBusy()) {
      answer(offer);
    } else {
      ask(admission, offer);
    }
    return true;
  }

  private boolean hasRoom() {
    // Looked at first: an attempt must not give way to one that is then turned away.
    if (!environment.host().mayAnswer(relation)
        || (life.link() == null && !environment.host().makeRoom(relation))) {
      LOG.warn("an offer of {} is dropped, for too many links are up or under way", peerId);
      return false;
    }
    return true;
  }

  private void answer(Signal.Offer offer) {
    forgetDecision();
    String correlationId = offer.correlationId();
    life.giveWay(whyItGivesWay(life.attempt()));
    Attempt begun = life.maker().answer(correlationId);
    if (begun != null) {
      begun.signal(offer);
      environment
          .early()
          .take(peerId, correlationId, environment.loop().nanoTime())
          .forEach(begun::signal);
    }
  }

  // ---- The application decides

  /** An offer, and until when it waits. */
  private record Undecided(Signal.Offer offer, EventLoop.Timer timer) {}

  boolean isDeciding() {
    return undecided != null;
  }

  private boolean isUndecided(String correlationId) {
    Undecided waiting = undecided;
    return waiting != null && waiting.offer.correlationId().equals(correlationId);
  }

  void forgetDecision() {
    Undecided waiting = undecided;
    if (waiting != null) {
      undecided = null;
      waiting.timer.cancel();
    }
  }

  /** A newer offer takes the place of one that waits. */
  private void ask(PeerAdmission admission, Signal.Offer offer) {
    forgetDecision();
    EventLoop loop = environment.loop();
    Duration longest = environment.options().admissionTimeout();
    undecided =
        new Undecided(
            offer,
            loop.schedule(
                longest,
                () ->
                    decided(
                        offer,
                        Decision.reject("no decision within " + longest.toMillis() + " ms"))));
    PeerAdmission.Candidate who =
        new PeerAdmission.Candidate(
            peerId, relation.snapshot().sessionId(), offer.extensions(), loop.now());
    try {
      var unused =
          admission
              .decide(who)
              .whenComplete(
                  (decision, failure) ->
                      loop.execute(
                          () ->
                              decided(
                                  offer,
                                  failure == null && decision != null
                                      ? decision
                                      : Decision.reject("the decision failed"))));
    } catch (RuntimeException e) {
      LOG.error("deciding about {} failed; it is rejected", peerId, e);
      decided(offer, Decision.reject("the decision failed"));
    }
  }

  private void decided(Signal.Offer offer, Decision decision) {
    if (!isUndecided(offer.correlationId())) {
      // It came too late, or the peer has changed its mind.
      return;
    }
    forgetDecision();
    if (!decision.accepted()) {
      LOG.info("{} is rejected: {}", peerId, decision.reason());
      life.reject(offer.correlationId(), decision.reason());
    } else if (!life.isClosed() && hasRoom()) {
      answer(offer);
    }
  }

  private static CloseReason whyItGivesWay(@Nullable Attempt under) {
    return under != null && under.role() == PeerRole.OFFERER
        ? CloseReason.of(Code.GLARE_YIELDED, "both sides offered; the smaller id yields")
        : CloseReason.of(Code.REPLACED, "the peer has made a newer offer");
  }
}
