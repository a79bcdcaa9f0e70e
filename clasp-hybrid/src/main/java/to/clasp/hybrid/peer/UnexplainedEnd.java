package to.clasp.hybrid.peer;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;

/**
 * The end of a link whose channel has closed. That the peer wanted it is told by a signal, which
 * may come later than the end itself; without one, after {@link P2POptions#closeGrace()}, the link
 * has broken. Confined to the loop.
 */
final class UnexplainedEnd {

  private record Ended(String correlationId, CloseReason reason, EventLoop.Timer timer) {}

  private final Environment environment;
  private final Consumer<CloseReason> verdict;
  private @Nullable Ended ended;

  /**
   * Makes one that waits for nothing.
   *
   * @param verdict hears why the link has ended
   */
  UnexplainedEnd(Environment environment, Consumer<CloseReason> verdict) {
    this.environment = environment;
    this.verdict = verdict;
  }

  void await(Attempt gone, CloseReason reason) {
    ended =
        new Ended(
            gone.correlationId(),
            reason,
            environment.loop().schedule(environment.options().closeGrace(), this::settle));
  }

  boolean isPending() {
    return ended != null;
  }

  /** The peer tells why a link has ended; false if nobody waits for that. */
  boolean explained(String correlationId, CloseReason reason) {
    Ended waiting = ended;
    if (waiting == null || !waiting.correlationId().equals(correlationId)) {
      return false;
    }
    forget();
    verdict.accept(reason);
    return true;
  }

  /** No explanation is waited for any longer. */
  void settle() {
    Ended waiting = ended;
    if (waiting != null) {
      forget();
      verdict.accept(waiting.reason());
    }
  }

  /** What became of the link does not matter any more. */
  void forget() {
    if (ended != null) {
      ended.timer().cancel();
      ended = null;
    }
  }
}
