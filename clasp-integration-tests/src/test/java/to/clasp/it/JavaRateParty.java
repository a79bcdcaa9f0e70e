package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.it.ClientHarness.get;

import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import to.clasp.client.BackpressureException;
import to.clasp.client.Clasp;
import to.clasp.client.Subscription;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;

/** A client of ours, whose own account has to be right. */
final class JavaRateParty implements RateParty {
  private final Clasp client;
  private final String to;
  private final Path path;
  private final Subscription subscription;
  private final Semaphore arrived = new Semaphore(0);
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong calledBack = new AtomicLong();
  private final AtomicLong elsewhere = new AtomicLong();
  private long linksSentBefore;
  private long linksReceivedBefore;
  private long attemptsBefore;
  private long droppedBefore;
  private volatile boolean answering;

  /** Listens at {@code from}, and sends to {@code to}, by a path that must not change. */
  JavaRateParty(Clasp client, String from, String to, Path path) throws Exception {
    this.client = client;
    this.to = to;
    this.path = path;
    this.subscription =
        client.on(
            from,
            update -> {
              calledBack.incrementAndGet();
              if (answering) {
                send();
              } else {
                arrived.release();
              }
            });
    // The router takes one message after the other: now the subscription stands.
    get(client.set("/rates/ready", 1));
  }

  @Override
  public void begin() {
    linksSentBefore = links(PeerSnapshot::framesSent);
    linksReceivedBefore = links(PeerSnapshot::framesReceived);
    attemptsBefore = links(PeerSnapshot::attempts);
    droppedBefore = 0;
    droppedBefore = dropped();
    sent.set(0);
    calledBack.set(0);
  }

  private long links(ToLongFunction<PeerSnapshot> counter) {
    return client.peers().stream().mapToLong(counter).sum();
  }

  private void send() {
    while (true) {
      var sending = client.emit(to, 1);
      if (!sending.isCompletedExceptionally()) {
        sent.incrementAndGet();
        var unused =
            sending.thenAccept(
                delivery -> {
                  if (delivery.path() != path) {
                    elsewhere.incrementAndGet();
                  }
                });
        return;
      }
      var unused =
          sending.exceptionally(
              failure -> {
                assertThat(failure).hasRootCauseInstanceOf(BackpressureException.class);
                return null;
              });
      Thread.onSpinWait();
    }
  }

  @Override
  public long flood(int count) {
    for (int i = 0; i < count; i++) {
      send();
    }
    return count;
  }

  @Override
  public void expect(int count) {
    answering = false;
    arrived.drainPermits();
  }

  @Override
  public long awaitExpected(long count) throws InterruptedException {
    long taken = 0;
    while (taken < count && arrived.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      taken += 1 + arrived.drainPermits();
    }
    return taken;
  }

  @Override
  public void answer() {
    answering = true;
  }

  @Override
  public double[] roundTrips(int count) throws InterruptedException {
    expect(1);
    double[] micros = new double[count];
    for (int i = 0; i < count; i++) {
      long began = System.nanoTime();
      send();
      if (!arrived.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return new double[0];
      }
      micros[i] = (System.nanoTime() - began) / 1_000.0;
    }
    return micros;
  }

  @Override
  public void assertNothingIsLostHere() {
    assertThat(dropped()).as("dropped: %s", account()).isZero();
    assertThat(elsewhere).as("sent by another path: %s", account()).hasValue(0);
    if (path != Path.P2P) {
      return;
    }
    // Whoever waits here waits for our own threads only.
    await("what the links received comes to the callback", () -> received() == calledBack.get());
    await("what was sent leaves by the links", () -> leftByLinks() == sent.get());
    await("nothing waits to leave", () -> client.stats().queuedBytes() == 0);
    assertThat(client.peers())
        .as("links are still those of the beginning")
        .allMatch(peer -> peer.state() == PeerState.CONNECTED);
    assertThat(links(PeerSnapshot::attempts))
        .as("attempts to link: %s", client.peers())
        .isEqualTo(attemptsBefore);
  }

  private void await(String what, BooleanSupplier condition) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > PATIENCE.toNanos()) {
        throw new AssertionError(what + ", but: " + account() + "; " + client.peers());
      }
      Thread.onSpinWait();
    }
  }

  private long received() {
    return links(PeerSnapshot::framesReceived) - linksReceivedBefore;
  }

  private long leftByLinks() {
    return links(PeerSnapshot::framesSent) - linksSentBefore;
  }

  private long dropped() {
    return subscription.dropped() + client.stats().framesDropped() - droppedBefore;
  }

  @Override
  public String account() {
    return String.format(
        Locale.ROOT,
        "Java: %d sent, %d left by links, %d received by links, %d dropped, %d called back",
        sent.get(),
        leftByLinks(),
        received(),
        dropped(),
        calledBack.get());
  }
}
