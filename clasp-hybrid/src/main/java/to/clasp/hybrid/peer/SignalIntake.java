package to.clasp.hybrid.peer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
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

  SignalIntake(PeerRelation relation, Environment environment, LinkLife life) {
    this.relation = relation;
    this.peerId = relation.peerId();
    this.environment = environment;
    this.life = life;
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
    if (signal instanceof Signal.Disconnected gone) {
      return life.explained(
          gone.correlationId(),
          CloseReason.of(
              Code.REMOTE_CLOSE,
              peerId + " ended the link" + (gone.reason() == null ? "" : ": " + gone.reason())));
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
    if (known != null || life.hasEnded(correlationId) || !environment.host().canSignal()) {
      // A forwarder may have sent a copy.
      return false;
    }
    Attempt under = life.attempt();
    if (under != null
        && under.role() == PeerRole.OFFERER
        && environment.ownId().compareTo(peerId) > 0) {
      LOG.debug("both {} and we offer; ours stands", peerId);
      return true;
    }
    // Looked at first: an attempt must not give way to one that is then turned away.
    if (!environment.host().mayAnswer(relation)
        || (life.link() == null && !environment.host().makeRoom(relation))) {
      LOG.warn("an offer of {} is dropped, for too many links are up or under way", peerId);
      return false;
    }
    life.giveWay(whyItGivesWay(under));
    Attempt begun = life.maker().answer(correlationId);
    if (begun != null) {
      begun.signal(offer);
      environment
          .early()
          .take(peerId, correlationId, environment.loop().nanoTime())
          .forEach(begun::signal);
    }
    return true;
  }

  private static CloseReason whyItGivesWay(@Nullable Attempt under) {
    return under != null && under.role() == PeerRole.OFFERER
        ? CloseReason.of(Code.GLARE_YIELDED, "both sides offered; the smaller id yields")
        : CloseReason.of(Code.REPLACED, "the peer has made a newer offer");
  }
}
