package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import to.clasp.transport.Path;

/** Sends that need no answer share their result; others have one of their own. */
class SharedResultsTest {

  @Test
  void aSetThatALinkHasTakenIsDone() {
    CoreFixture client = CoreFixture.withPeers(builder -> builder).ready();
    client.peers().link("b");

    CompletableFuture<Delivery> first = client.set("/peer/b/x", 1);

    assertThat(first).isCompletedWithValue(new Delivery(Path.P2P, null));
    assertThat(client.set("/peer/b/y", 2)).isSameAs(first);
  }

  @Test
  void anEventThatTheRouterHasTakenIsDone() {
    CoreFixture client = CoreFixture.direct().ready();

    CompletableFuture<Delivery> first = client.emit("/x", 1);

    assertThat(first).isCompletedWithValue(new Delivery(Path.ROUTER, null));
    assertThat(client.emit("/y", 2)).isSameAs(first);
  }

  @Test
  void aSetWaitsForTheRouterByItself() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> first = client.set("/x", 1);
    CompletableFuture<Delivery> second = client.set("/x", 2);

    assertThat(first).isNotDone();
    client.receive(CoreFixture.ack("/x", 5L));

    assertThat(first).isCompletedWithValue(new Delivery(Path.ROUTER, 5L));
    assertThat(second).isNotDone();
  }

  @Test
  void nobodyChangesASharedResult() {
    CoreFixture client = CoreFixture.direct().ready();
    CompletableFuture<Delivery> shared = client.emit("/x", 1);
    Delivery other = new Delivery(Path.P2P, 1L);

    assertThat(shared.complete(other)).isFalse();
    assertThat(shared.cancel(true)).isFalse();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> shared.obtrudeValue(other));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> shared.obtrudeException(new IllegalStateException("by a test")));
    // What is made of it is an ordinary future.
    CompletableFuture<Delivery> copy = shared.copy();
    copy.obtrudeValue(other);
    assertThat(shared).isCompletedWithValue(new Delivery(Path.ROUTER, null));
  }
}
