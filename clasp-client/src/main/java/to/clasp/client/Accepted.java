package to.clasp.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.Path;

/**
 * The results of sends that were accepted at once and that no answer follows: one future for each
 * path, shared by all such sends, so that sending makes none. It is complete, so nothing that is
 * attached to it stays with it; only the two methods that change a complete future are taken away.
 */
final class Accepted extends CompletableFuture<Delivery> {

  private static final Accepted P2P = new Accepted(Path.P2P);
  private static final Accepted ROUTER = new Accepted(Path.ROUTER);

  private Accepted(Path path) {
    complete(new Delivery(path, null));
  }

  static CompletableFuture<Delivery> by(@Nullable Path path) {
    return path == Path.P2P ? P2P : ROUTER;
  }

  @Override
  public void obtrudeValue(Delivery value) {
    throw unchangeable();
  }

  @Override
  public void obtrudeException(Throwable ex) {
    throw unchangeable();
  }

  private static UnsupportedOperationException unchangeable() {
    return new UnsupportedOperationException(
        "results of sends may be shared; make a copy() to change it");
  }
}
