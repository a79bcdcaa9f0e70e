package to.clasp.hybrid;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportException;

/** Reads how things ended. */
final class Outcomes {

  private Outcomes() {}

  static CompletableFuture<Path> outcome(SendResult deferred) {
    return Objects.requireNonNull(deferred.outcome(), deferred.toString()).toCompletableFuture();
  }

  static TransportException failure(CompletableFuture<?> failed) {
    if (failed.isCompletedExceptionally()) {
      try {
        failed.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof TransportException failure) {
          return failure;
        }
      }
    }
    throw new AssertionError("not failed as a transport does: " + failed);
  }

  static CloseReason reason(CompletableFuture<?> failed) {
    return failure(failed).reason();
  }

  static CloseReason reason(SendResult deferred) {
    return reason(outcome(deferred));
  }

  static CloseReason.@Nullable Code code(@Nullable CloseReason reason) {
    return reason == null ? null : reason.code();
  }
}
