package to.clasp.hybrid.link;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.loop.EventLoop;

/**
 * The end of this side: what is not acknowledged may still arrive for a time, then the peer is
 * told, and the rest is given up. Confined to the loop.
 */
final class Farewell {

  private final LinkContext context;
  private final Standing standing;
  private final Speaker speaker;
  private final Outflow outflow;
  private final Paths paths;
  private final Runnable stop;
  private EventLoop.@Nullable Timer patience;
  private @Nullable Consumer<Boolean> whenEnded;
  private boolean drained;

  /**
   * Makes one.
   *
   * @param stop ends timers, under the lock
   */
  Farewell(
      LinkContext context,
      Standing standing,
      Speaker speaker,
      Outflow outflow,
      Paths paths,
      Runnable stop) {
    this.context = context;
    this.standing = standing;
    this.speaker = speaker;
    this.outflow = outflow;
    this.paths = paths;
    this.stop = stop;
  }

  void begin(Duration within, Consumer<Boolean> ended) {
    if (whenEnded != null) {
      throw new IllegalStateException("the link is being closed");
    }
    whenEnded = ended;
    patience = context.loop().schedule(within, () -> end(true));
    end(false);
  }

  /** Something may have been acknowledged. */
  void lookAgain() {
    if (whenEnded != null) {
      end(false);
    }
  }

  private void end(boolean now) {
    Consumer<Boolean> ended = whenEnded;
    if (ended == null || !context.lock().getThenSteps(steps -> endIfDrained(now, steps))) {
      return;
    }
    if (patience != null) {
      patience.cancel();
    }
    ended.accept(drained);
  }

  /** Looks and ends in one, for a sender may add a frame at any time; false if not ended now. */
  private boolean endIfDrained(boolean now, Steps steps) {
    if (standing.is(LinkState.CLOSED) || (!now && !outflow.isEmpty())) {
      return false;
    }
    drained = outflow.isEmpty();
    if (standing.peerEpoch() != 0 && !standing.is(LinkState.PLAIN)) {
      speaker.bye(paths.direct());
    }
    outflow.giveUp(
        CloseReason.of(Code.LOCAL_CLOSE, "closed before " + context.peerId() + " acknowledged"),
        steps);
    standing.move(LinkState.CLOSED);
    outflow.unroute();
    outflow.freeRoom(steps);
    paths.end();
    stop.run();
    return true;
  }
}
