package to.clasp.hybrid.peer;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;

/**
 * Replaces a link that is due for renewal while it serves on. Confined to the loop.
 *
 * <p>When frames are numbered, an attempt beside the link does it, which the application hears of
 * only when it has succeeded. Another kind of peer may not expect a second link, so that the old
 * one is closed first, when it is not in use or when there is no more time.
 */
final class LinkRenewal {

  private static final Logger LOG = LoggerFactory.getLogger(LinkRenewal.class);

  private final String peerId;
  private final Environment environment;
  private final P2POptions options;
  private final EventLoop loop;
  private final PeerStatus status;
  private final LinkLife life;
  private final RetrySchedule retry;

  /** A link is being closed so that a new one can be made. */
  private boolean interrupting;

  LinkRenewal(
      String peerId,
      Environment environment,
      PeerStatus status,
      PeerBreaker breaker,
      LinkLife life) {
    this.peerId = peerId;
    this.environment = environment;
    this.options = environment.options();
    this.loop = environment.loop();
    this.status = status;
    this.life = life;
    this.retry = new RetrySchedule(environment, breaker, this::renewIfDue);
  }

  /** A transport should be replaced. */
  void due(Attempt on) {
    if (on == life.link() && on.isRenewalOverdue() && on.channel() == null) {
      // There is no time to wait for a pause.
      retry.cancel();
    }
    renewIfDue();
  }

  /** Replaces the link if that is due; called whenever something that is in the way may be gone. */
  void renewIfDue() {
    Attempt up = life.link();
    if (up == null
        || !up.isRenewalDue()
        || life.isClosed()
        || life.attempt() != null
        || life.isReplacing()
        || retry.isPending()
        || !environment.host().canSignal()) {
      return;
    }
    if (up.channel() != null) {
      LOG.debug("the link to {} is due for renewal", peerId);
      life.maker().renew();
    } else {
      interruptIfUnused(up);
    }
  }

  private void interruptIfUnused(Attempt up) {
    Duration unused = Duration.ofNanos(loop.nanoTime() - life.lastUsed());
    if (!up.isRenewalOverdue() && unused.compareTo(options.renewalPause()) < 0) {
      retry.in(options.renewalPause().minus(unused));
      return;
    }
    life.interrupt(
        CloseReason.of(
            Code.RENEWED, "the link to " + peerId + " is made anew, to free what it has used"));
    // Closing a link forgets that one was being made anew, so this comes after it.
    interrupting = true;
    remakeIfInterrupted();
  }

  /** Whether a link is being closed so that a new one can be made, which has to wait for that. */
  boolean isInterrupting() {
    return interrupting;
  }

  /** A link that was given up has ended. */
  void remakeIfInterrupted() {
    if (interrupting && !life.isEnding()) {
      interrupting = false;
      life.maker().want();
    }
  }

  /** A link has taken the place of the one before. */
  void succeeded(Attempt fresh) {
    if (fresh.isRenewing()) {
      fresh.renewing(false);
      retry.forgive();
      status.renewed(fresh.candidatePair());
    }
  }

  /** An attempt beside a link that works has come to nothing. */
  void failed(CloseReason reason) {
    LOG.debug("the link to {} is not renewed yet, and serves on: {}", peerId, reason);
    retry.setback();
    Attempt up = life.link();
    if (up != null && up.isRenewalDue()) {
      retry.later();
    }
  }

  /** The link is gone, or put away. */
  void cancel() {
    retry.cancel();
    interrupting = false;
  }
}
