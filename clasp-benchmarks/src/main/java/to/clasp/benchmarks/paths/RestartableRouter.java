package to.clasp.benchmarks.paths;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.options.BadManner;

/** A router that can be stopped and comes back at the same address, without what it knew. */
public final class RestartableRouter implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration BETWEEN = Duration.ofMillis(50);

  private final URI uri;
  private final IntFunction<Running> starter;
  private @Nullable Running running;

  /** A router that serves. */
  private record Running(URI uri, Runnable end) {}

  private RestartableRouter(IntFunction<Running> starter) {
    this.starter = starter;
    Running first = starter.apply(0);
    this.running = first;
    this.uri = first.uri();
  }

  /**
   * Starts one on a free port.
   *
   * @param program a program that starts a router, as that of {@code interop/rust} does, or null
   *     for the embedded router
   * @return a running router
   */
  public static RestartableRouter start(@Nullable Path program) {
    return new RestartableRouter(
        program == null ? RestartableRouter::embedded : port -> process(program, port));
  }

  private static Running embedded(int port) {
    EmbeddedRouter router =
        EmbeddedRouter.builder()
            .port(port)
            .rateLimit(0)
            .queueCapacity(PeerClients.MESSAGES_PER_SECOND)
            .without(BadManner.DROPS_FOR_SLOW_CLIENTS)
            .start();
    return new Running(router.uri(), router::close);
  }

  private static Running process(Path program, int port) {
    RouterProcess process = RouterProcess.start(program, port);
    return new Running(process.uri(), process::close);
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
      running.end().run();
      running = null;
    }
  }

  /** Listens again, if it does not; waits for a while if the system has not let go of the port. */
  public void restart() {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (running == null) {
      try {
        running = starter.apply(uri.getPort());
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
