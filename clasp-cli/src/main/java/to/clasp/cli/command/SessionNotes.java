package to.clasp.cli.command;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import to.clasp.cli.output.Output;
import to.clasp.client.ClaspException;
import to.clasp.client.ClientListener;
import to.clasp.client.SessionInfo;
import to.clasp.client.Subscription;
import to.clasp.transport.CloseReason;

/** Notes what happens to the connection of a command that runs for long. */
final class SessionNotes implements ClientListener {

  private final Output output;
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final CompletableFuture<Void> refused = new CompletableFuture<>();

  SessionNotes(Output output) {
    this.output = output;
  }

  /** Fails when the router refuses what the command cannot do without: a subscription. */
  CompletableFuture<Void> refused() {
    return refused;
  }

  @Override
  public void onConnected(SessionInfo session) {
    if (interrupted.compareAndSet(true, false)) {
      output.note("connected again");
    }
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    if (interrupted.compareAndSet(false, true)) {
      output.note("the connection to the router is lost, trying again: " + reason.message());
    }
  }

  @Override
  public void onRouterError(ClaspException error) {
    switch (error.code()) {
      case BAD_PATTERN, FORBIDDEN -> refused.completeExceptionally(error);
      default -> output.note(String.valueOf(error.getMessage()));
    }
  }

  @Override
  public void onSlowCallback(Subscription subscription) {
    output.note("values come faster than they are read; some are left out");
  }

  @Override
  public void onP2PUnavailable(String reason) {
    output.note("no direct links, everything goes through the router: " + reason);
  }
}
