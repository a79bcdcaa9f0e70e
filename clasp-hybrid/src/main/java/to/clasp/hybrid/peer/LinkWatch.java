package to.clasp.hybrid.peer;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerRole;

/** What becomes of a link that is idle, in doubt or disconnected for long. Confined to the loop. */
final class LinkWatch implements LinkTimers.Expiry {

  private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);

  private final String peerId;
  private final Environment environment;
  private final P2POptions options;
  private final LinkLife life;

  LinkWatch(String peerId, Environment environment, LinkLife life) {
    this.peerId = peerId;
    this.environment = environment;
    this.options = environment.options();
    this.life = life;
  }

  @Override
  public long lastUsed() {
    return life.maker().isKept() ? environment.loop().nanoTime() : life.lastUsed();
  }

  @Override
  public void idle(Duration unused) {
    life.interrupt(CloseReason.of(Code.IDLE, "no frame for " + unused.toMillis() + " ms"));
  }

  @Override
  public boolean doubtfulForLong() {
    Attempt up = life.link();
    if (up == null || up.role() == PeerRole.ANSWERER || up.channel() == null) {
      return true;
    }
    long unheard = environment.loop().nanoTime() - up.lastHeard();
    if (unheard < options.iceRestartDelay().toNanos() / 2) {
      // It has healed, and proves that it lasts.
      return false;
    }
    if (life.attempt() != null || !environment.host().canSignal()) {
      // Asked again: the attempt may fail, the router may come back.
      return false;
    }
    boolean able = up.transport().restartIce();
    LOG.debug("ICE restart of the link to {}: {}", peerId, able ? "asked for" : "impossible");
    return true;
  }

  @Override
  public void disconnectedTooLong() {
    Attempt up = life.link();
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
