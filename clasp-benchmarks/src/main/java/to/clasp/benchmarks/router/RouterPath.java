package to.clasp.benchmarks.router;

import java.util.concurrent.CompletableFuture;
import to.clasp.benchmarks.pair.Subscribed;
import to.clasp.client.Clasp;
import to.clasp.client.Delivery;
import to.clasp.router.EmbeddedRouter;

/** From a client that sets, through the embedded router, to the callback of another client. */
final class RouterPath extends NumberedPath {

  static final String ADDRESS = "/bench/fader/level/1";

  private static final int NO_LIMIT = 1_000_000;

  private final EmbeddedRouter router;
  private final Clasp sender;
  private final Clasp receiver;

  RouterPath() throws Exception {
    router =
        EmbeddedRouter.builder().port(0).rateLimit(0).queueCapacity(4 * WINDOW).build().start();
    sender = connect("sender");
    receiver = connect("receiver");
    receiver.on(ADDRESS, update -> arrived((long) update.value().asDouble()));
    Subscribed.await(receiver);
  }

  private Clasp connect(String name) {
    return Clasp.builder(router.uri()).name(name).messagesPerSecond(NO_LIMIT).connect();
  }

  @Override
  void send(long number) throws Exception {
    CompletableFuture<Delivery> sent = sender.set(ADDRESS, (double) number);
    if (sent.isCompletedExceptionally()) {
      sent.get();
    }
  }

  @Override
  public void close() {
    sender.close();
    receiver.close();
    router.close();
  }
}
