package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.BackpressureException;
import to.clasp.client.Clasp;
import to.clasp.client.ClientListener;
import to.clasp.client.Delivery;
import to.clasp.client.Subscription;
import to.clasp.router.EmbeddedRouter;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;
import to.clasp.transport.peer.RtcConfig;

/** A fast sender and a slow callback, over real WebRTC: what is under way stays bounded. */
class BackPressureTest {

  private static final int WINDOW = 1_000;
  private static final int QUEUE = 1_000;
  private static final int COUNT = 20_000;

  /** The window, half of the queue, and the one that the callback has. */
  private static final long BOUND = WINDOW + QUEUE / 2 + 2;

  private final Semaphore writable = new Semaphore(0);
  private final Semaphore refused = new Semaphore(0);
  private final Semaphore pace = new Semaphore(0);
  private final CountDownLatch all = new CountDownLatch(COUNT);
  private final AtomicLong accepted = new AtomicLong();
  private EmbeddedRouter router;
  private ClientHarness clients;
  private Clasp desk;
  private Clasp stage;

  // The callback only, and the test when all has come.
  private long handled;
  private long unexpected;
  private long mostUnderWay;

  @BeforeEach
  void link() throws Exception {
    router = EmbeddedRouter.builder().port(0).start();
    clients = new ClientHarness(router);
    stage =
        clients.connect(
            clients
                .builder("stage")
                .maxQueuedUpdates(QUEUE)
                .callbackPatience(Duration.ofMinutes(1))
                .withP2P(options()));
    desk =
        clients.connect(
            clients
                .builder("desk")
                .withP2P(options())
                .listener(
                    new ClientListener() {
                      @Override
                      public void onWritable() {
                        writable.release();
                      }
                    }));
    get(desk.connectPeer("stage"));
  }

  @AfterEach
  void close() {
    pace.release(COUNT);
    clients.close();
  }

  private static P2POptions options() {
    return P2POptions.builder()
        .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
        .link(PeerLinkOptions.builder().windowFrames(WINDOW).build())
        .build();
  }

  private void slowly(long number) throws InterruptedException {
    pace.acquire();
    mostUnderWay = Math.max(mostUnderWay, accepted.get() - handled);
    unexpected += number == handled ? 0 : 1;
    handled++;
    all.countDown();
  }

  private void sendAll() throws InterruptedException {
    for (long number = 0; number < COUNT; number++) {
      while (!isTaken(desk.set("/peer/stage/level", number))) {
        refused.release();
        if (!writable.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new AssertionError("no room again");
        }
      }
      accepted.incrementAndGet();
    }
  }

  private static boolean isTaken(CompletableFuture<Delivery> outcome) {
    try {
      outcome.join();
      return true;
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(BackpressureException.class);
      return false;
    }
  }

  @Test
  void aFastSenderGoesAtThePaceOfASlowCallbackAndNothingIsLost() throws Exception {
    Subscription slow = stage.on("/peer/stage/level", update -> slowly(update.value().asLong()));
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(
            () -> {
              try {
                sendAll();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });

    assertThat(refused.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    assertThat(accepted.get()).isLessThanOrEqualTo(BOUND);
    pace.release(COUNT);

    get(sending);
    assertThat(all.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    assertThat(unexpected).isZero();
    assertThat(mostUnderWay).isLessThanOrEqualTo(BOUND);
    assertThat(slow.dropped()).isZero();
    assertThat(router.stats().sets()).isZero();
  }
}
