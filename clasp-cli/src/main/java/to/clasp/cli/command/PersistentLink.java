package to.clasp.cli.command;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspException;
import to.clasp.transport.peer.PeerSnapshot;

/**
 * Tries to link with a peer until it is there. What becomes of each attempt is told as an event.
 */
final class PersistentLink {

  private static final int PAUSE_SECONDS = 2;

  private final Clasp clasp;
  private final String peerId;
  private final Executor later = CompletableFuture.delayedExecutor(PAUSE_SECONDS, TimeUnit.SECONDS);

  PersistentLink(Clasp clasp, String peerId) {
    this.clasp = clasp;
    this.peerId = peerId;
  }

  /**
   * Begins.
   *
   * @throws IllegalArgumentException if there cannot be such a peer
   */
  void begin() {
    var unused = clasp.connectPeer(peerId).whenComplete(this::ended);
  }

  private void ended(@Nullable PeerSnapshot linked, @Nullable Throwable failure) {
    if (failure != null && mayPass(failure)) {
      later.execute(this::begin);
    }
  }

  private static boolean mayPass(Throwable failure) {
    return !(failure instanceof ClaspException clasp)
        || (clasp.code() != ClaspException.Code.CLOSED
            && clasp.code() != ClaspException.Code.P2P_UNAVAILABLE);
  }
}
