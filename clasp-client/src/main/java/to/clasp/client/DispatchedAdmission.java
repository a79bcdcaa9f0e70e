package to.clasp.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.peer.PeerAdmission;

/** Asks the application about peers, on the dispatcher. */
final class DispatchedAdmission implements PeerAdmission {

  private static final Logger LOG = LoggerFactory.getLogger(DispatchedAdmission.class);

  private final Dispatcher dispatcher;
  private final PeerConnectingHandler handler;

  DispatchedAdmission(Dispatcher dispatcher, PeerConnectingHandler handler) {
    this.dispatcher = dispatcher;
    this.handler = handler;
  }

  @Override
  public CompletionStage<Decision> decide(Candidate candidate) {
    CompletableFuture<Decision> decided = new CompletableFuture<>();
    if (!dispatcher.run(() -> decide(candidate, decided))) {
      decided.complete(Decision.reject("nobody is there to decide"));
    }
    return decided;
  }

  private void decide(Candidate candidate, CompletableFuture<Decision> decided) {
    try {
      decided.complete(handler.onPeerConnecting(candidate));
    } catch (Exception | Error e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.error("deciding about {} failed; it is rejected", candidate.peerId(), e);
      decided.completeExceptionally(e);
    }
  }
}
