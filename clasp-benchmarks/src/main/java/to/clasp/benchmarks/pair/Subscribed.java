package to.clasp.benchmarks.pair;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import to.clasp.client.Clasp;
import to.clasp.client.Subscription;

/** Waits until a router knows what a client has subscribed to. */
public final class Subscribed {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final AtomicLong COUNT = new AtomicLong();

  private Subscribed() {}

  /**
   * Waits until the subscriptions that a client has made stand: the router takes them in order, so
   * when it answers a later one, it knows the earlier.
   *
   * <p>Each time by an address that was not set before the session began. All that was set comes
   * with the session, and answers a subscription that the router has yet to hear of.
   *
   * @param client the client
   * @throws InterruptedException if interrupted
   * @throws IllegalStateException if the router does not answer
   */
  public static void await(Clasp client) throws InterruptedException {
    String address = "/bench/ready/" + COUNT.incrementAndGet();
    var unusedDelivery =
        client.set(address, true).orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
    CountDownLatch answered = new CountDownLatch(1);
    try (Subscription last = client.on(address, update -> answered.countDown())) {
      if (!answered.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "no answer to " + last.pattern() + " within " + TIMEOUT.toSeconds() + " s");
      }
    }
  }
}
