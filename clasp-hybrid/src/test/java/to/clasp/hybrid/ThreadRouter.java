package to.clasp.hybrid;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import to.clasp.testkit.memory.InMemoryNetwork;
import to.clasp.testkit.memory.InMemoryPeerNetwork;
import to.clasp.testkit.memory.InMemoryTransport;
import to.clasp.transport.Backoff;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.spi.TransportContext;

/** A {@link MemoryRouter} on a thread of its own. */
final class ThreadRouter {

  private static final ConnectionOptions ROOMY =
      ConnectionOptions.builder()
          .sendBufferBytes(8 << 20)
          .backoff(new Backoff(Duration.ofMillis(5), Duration.ofMillis(50), 2, 0.5))
          .build();

  private final InMemoryNetwork network = new InMemoryNetwork();
  private final InMemoryPeerNetwork peerNetwork = new InMemoryPeerNetwork();
  private final ThreadEventLoop loop = ThreadEventLoop.start("loop of the router");
  private final MemoryRouter router =
      new MemoryRouter(network, new TransportContext(loop, new SplittableRandom(1)));

  ThreadRouter() {
    router.start();
  }

  InMemoryPeerNetwork peerNetwork() {
    return peerNetwork;
  }

  InMemoryTransport connect(TransportContext context) {
    return connect(ROOMY, context);
  }

  InMemoryTransport connect(ConnectionOptions options, TransportContext context) {
    return network.connectTo(MemoryRouter.NAME, options, context);
  }

  InMemoryTransport connectToNobody(ConnectionOptions options, TransportContext context) {
    return network.connectTo("nobody", options, context);
  }

  /** Does something with the router, on its loop, and waits for it. */
  void tell(Consumer<MemoryRouter> command) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            command.accept(router);
            done.complete(null);
          } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        });
    done.orTimeout(20, TimeUnit.SECONDS).join();
  }

  void close() throws InterruptedException {
    tell(MemoryRouter::stop);
    loop.close();
    if (!loop.awaitStopped(Side.TIMEOUT)) {
      throw new AssertionError("the loop of the router hangs in one of its tasks");
    }
  }
}
