package to.clasp.benchmarks.paths;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.options.BadManner;

/** A router that can be stopped and comes back at the same address, without what it knew. */
public final class RestartableRouter implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration BETWEEN = Duration.ofMillis(50);

  private final URI uri;
  private final int port;
  private @Nullable EmbeddedRouter running;

  private RestartableRouter(EmbeddedRouter running) {
    this.running = running;
    this.uri = running.uri();
    this.port = running.port();
  }

  /**
   * Starts one on a free port.
   *
   * @return a running router
   */
  public static RestartableRouter start() {
    return new RestartableRouter(start(0));
  }

  private static EmbeddedRouter start(int port) {
    return EmbeddedRouter.builder()
        .port(port)
        .rateLimit(0)
        .queueCapacity(PeerClients.MESSAGES_PER_SECOND)
        .without(BadManner.DROPS_FOR_SLOW_CLIENTS)
        .start();
  }

  /**
   * Returns its address.
   *
   * @return the address, the same after each restart
   */
  public URI uri() {
    return uri;
  }

  /** Ends all sessions and listens no more. */
  public void stop() {
    if (running != null) {
      running.close();
      running = null;
    }
  }

  /** Listens again, if it does not; waits for a while if the system has not let go of the port. */
  public void restart() {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (running == null) {
      try {
        running = start(port);
      } catch (RuntimeException e) {
        if (System.nanoTime() - until > 0) {
          throw e;
        }
        LockSupport.parkNanos(BETWEEN.toNanos());
      }
    }
  }

  @Override
  public void close() {
    stop();
  }
}
