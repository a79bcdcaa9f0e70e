package to.clasp.transport.webrtc.natives;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the shared factory ready for links to come. It holds a lease without a connection, and
 * exchanges it when a fresh factory is due, so that the old one can be disposed.
 */
public final class StandingLease implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StandingLease.class);

  private final SharedFactory factory;
  private final RtcThread rtc;
  private final int maxMessages;

  // Below: the rtc thread only.
  private @Nullable FactoryLease lease;
  private boolean closed;

  private StandingLease(SharedFactory factory, RtcThread rtc, int maxMessages) {
    this.factory = factory;
    this.rtc = rtc;
    this.maxMessages = maxMessages;
  }

  /**
   * Takes a lease and keeps it.
   *
   * @param maxMessages how many messages a factory may have received; 0 for any number
   * @return completes as {@link SharedFactory#acquire(int, FactoryLease.RenewalListener)} does
   */
  public static CompletableFuture<StandingLease> take(int maxMessages) {
    return take(SharedFactory.instance(), RtcThread.instance(), maxMessages);
  }

  static CompletableFuture<StandingLease> take(
      SharedFactory factory, RtcThread rtc, int maxMessages) {
    StandingLease standing = new StandingLease(factory, rtc, maxMessages);
    return factory
        .acquire(maxMessages, standing::renew)
        .thenApplyAsync(
            first -> {
              standing.hold(first);
              return standing;
            },
            rtc);
  }

  private void renew(boolean overdue) {
    if (closed) {
      return;
    }
    var unused =
        factory
            .acquire(maxMessages, this::renew)
            .handleAsync(
                (next, failure) -> {
                  if (failure == null) {
                    hold(next);
                  } else {
                    LOG.warn("No fresh factory can be made; the old one stays", failure);
                  }
                  return true;
                },
                rtc);
  }

  private void hold(FactoryLease next) {
    FactoryLease before = lease;
    lease = next;
    if (before != null) {
      before.close();
    }
    if (closed) {
      next.close();
    }
  }

  /** Gives the lease back. To be called on any thread; does not wait. Closing twice is harmless. */
  @Override
  public void close() {
    rtc.execute(
        () -> {
          closed = true;
          if (lease != null) {
            lease.close();
          }
        });
  }
}
