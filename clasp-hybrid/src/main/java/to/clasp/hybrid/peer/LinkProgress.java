package to.clasp.hybrid.peer;

import static to.clasp.transport.peer.LinkStep.ANSWERED;
import static to.clasp.transport.peer.LinkStep.CANDIDATES_EXCHANGED;
import static to.clasp.transport.peer.LinkStep.CHANNELS_OPEN;
import static to.clasp.transport.peer.LinkStep.CONNECTED;
import static to.clasp.transport.peer.LinkStep.OFFER_CREATED;
import static to.clasp.transport.peer.LinkStep.OFFER_RECEIVED;
import static to.clasp.transport.peer.LinkStep.OFFER_SENT;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import to.clasp.transport.peer.LinkStep;
import to.clasp.transport.peer.Signal;

/**
 * How far an attempt has come. Each step is told once; what comes after the last one, such as the
 * offers of ICE restarts, is no step. Confined to the loop.
 */
final class LinkProgress {

  private static final String CANDIDATE = "a=candidate:";

  private final Consumer<LinkStep> told;
  private final Set<LinkStep> reached = EnumSet.noneOf(LinkStep.class);
  private boolean candidatesSent;
  private boolean candidatesReceived;

  LinkProgress(Consumer<LinkStep> told) {
    this.told = told;
  }

  /** The transport has made a signal. */
  void made(Signal signal) {
    if (signal instanceof Signal.Offer) {
      reach(OFFER_CREATED);
    }
  }

  /** The router has taken a signal of ours. */
  void sent(Signal signal) {
    if (signal instanceof Signal.Offer) {
      reach(OFFER_SENT);
    } else if (signal instanceof Signal.Answer) {
      reach(ANSWERED);
    }
    candidatesSent |= hasCandidates(signal);
    candidates();
  }

  /** A signal of the peer has come. */
  void received(Signal signal) {
    if (signal instanceof Signal.Offer) {
      reach(OFFER_RECEIVED);
    } else if (signal instanceof Signal.Answer) {
      reach(ANSWERED);
    }
    candidatesReceived |= hasCandidates(signal);
    candidates();
  }

  private static boolean hasCandidates(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      return offer.sdp().contains(CANDIDATE);
    }
    return signal instanceof Signal.Answer answer
        ? answer.sdp().contains(CANDIDATE)
        : signal instanceof Signal.Candidate;
  }

  /** Those that come before the answer are of no use without it. */
  private void candidates() {
    if (candidatesSent && candidatesReceived && reached.contains(ANSWERED)) {
      reach(CANDIDATES_EXCHANGED);
    }
  }

  void connected() {
    reach(CONNECTED);
  }

  /** A transport need not tell that it is connected. */
  void open() {
    reach(CONNECTED);
    reach(CHANNELS_OPEN);
  }

  private void reach(LinkStep step) {
    if (!reached.contains(CHANNELS_OPEN) && reached.add(step)) {
      told.accept(step);
    }
  }
}
