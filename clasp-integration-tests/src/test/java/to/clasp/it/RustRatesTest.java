package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;
import static to.clasp.it.ClientHarness.sessionOf;
import static to.clasp.it.RustPeer.and;
import static to.clasp.it.RustPeer.with;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import to.clasp.client.BackpressureException;
import to.clasp.client.Clasp;
import to.clasp.transport.Path;
import to.clasp.transport.peer.P2POptions;

/**
 * How fast and how soon events travel between Java and CLASP's Rust client, directly and through
 * the router; a table for docs/performance.md. It fails if more than half of the bursts of a way
 * are not complete in time: how fast a machine is, is no matter of right or wrong. Bursts that are
 * not complete are counted and do not make up the rate; what is lost, other tests tell.
 */
@EnabledIfSystemProperty(
    named = RustPeer.PROGRAM,
    matches = ".+",
    disabledReason = "needs CLASP's Rust client; interop/run rust-client builds it")
class RustRatesTest {

  private static final int DIRECT = 4_000;

  /** The router drops what a receiver does not take soon enough: fewer than its queue holds. */
  private static final int BURST = 500;

  private static final int BURSTS = 20;

  /** A burst that is not complete by then has lost something, or its machine stands still. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int WARM_UP = 300;
  private static final int ROUND_TRIPS = 1_000;

  private TestRouter router;
  private ClientHarness clients;
  private final List<RustPeer> rusts = new ArrayList<>();

  @BeforeEach
  void start() {
    router = TestRouter.builder().rateLimit(0).start();
    clients = new ClientHarness(router);
  }

  @AfterEach
  void close() throws InterruptedException {
    for (RustPeer rust : rusts) {
      rust.close();
    }
    clients.close();
  }

  /** One that sends and receives events, of either language. */
  private interface Party {

    /** Sends so many events to the other, who counts them. */
    void flood(int count) throws Exception;

    /** Expects so many events. */
    void expect(int count) throws Exception;

    /** Waits until they have come; whether all have. */
    boolean awaitExpected() throws Exception;

    /** Answers each event with one to the other. */
    void answer() throws Exception;

    /** Sends events, one after the answer to the other; the round trips in microseconds. */
    double[] roundTrips(int count) throws Exception;
  }

  private static final class Java implements Party {
    private final Clasp client;
    private final String to;
    private final Semaphore arrived = new Semaphore(0);
    private int expected;
    private volatile boolean answering;

    /** Listens below {@code from}, and sends to {@code to}. */
    Java(Clasp client, String from, String to) throws Exception {
      this.client = client;
      this.to = to;
      client.on(
          from,
          update -> {
            if (answering) {
              send();
            } else {
              arrived.release();
            }
          });
      // The router takes one message after the other: now the subscription stands.
      get(client.set("/rates/ready", 1));
    }

    private void send() {
      while (true) {
        var sent = client.emit(to, 1);
        if (!sent.isCompletedExceptionally()) {
          return;
        }
        var unused =
            sent.exceptionally(
                failure -> {
                  assertThat(failure).hasRootCauseInstanceOf(BackpressureException.class);
                  return null;
                });
        Thread.onSpinWait();
      }
    }

    @Override
    public void flood(int count) {
      for (int i = 0; i < count; i++) {
        send();
      }
    }

    @Override
    public void expect(int count) {
      answering = false;
      arrived.drainPermits();
      expected = count;
    }

    @Override
    public boolean awaitExpected() throws InterruptedException {
      return arrived.tryAcquire(expected, PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void take(int count) throws InterruptedException {
      assertThat(arrived.tryAcquire(count, TIMEOUT.toSeconds(), TimeUnit.SECONDS))
          .as("%d events come", count)
          .isTrue();
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
        take(1);
        micros[i] = (System.nanoTime() - began) / 1_000.0;
      }
      return micros;
    }
  }

  private static final class Rust implements Party {
    private final RustPeer peer;
    private final JsonObject message;

    private Rust(RustPeer peer, JsonObject message) {
      this.peer = peer;
      this.message = message;
    }

    static Rust direct(RustPeer peer, String session, String address) {
      JsonObject frame = and(and(with("kind", "event"), "address", address), "value", 1);
      return new Rust(peer, and(and(with("peer", session), "reliable", true), "frame", frame));
    }

    static Rust byRouter(RustPeer peer, String from, String to) {
      peer.command("subscribe", with("pattern", from));
      // That comes back tells that the subscription stands.
      peer.command("set", and(with("address", from), "value", 0));
      peer.await("value");
      return new Rust(peer, and(with("address", to), "value", 1));
    }

    @Override
    public void flood(int count) {
      peer.command("flood", and(message.deepCopy(), "count", count));
    }

    @Override
    public void expect(int count) {
      peer.forget("counted");
      peer.command("count", with("count", count));
    }

    @Override
    public boolean awaitExpected() {
      return peer.happens("counted", PATIENCE);
    }

    @Override
    public void answer() {
      peer.command("answer", message.deepCopy());
    }

    @Override
    public double[] roundTrips(int count) {
      return peer
          .command("round-trips", and(message.deepCopy(), "count", count))
          .getAsJsonArray()
          .asList()
          .stream()
          .mapToDouble(one -> one.getAsDouble())
          .toArray();
    }
  }

  private RustPeer rust() throws IOException {
    // A send that fails is told, instead of counting as one for the router.
    RustPeer rust = new RustPeer(router.uri(), "--fallback", "false");
    rust.command("mode", with("mode", "p2p"));
    rusts.add(rust);
    return rust;
  }

  /**
   * Sends until something arrives. That a Rust peer is connected does not mean that it can send: it
   * may have that from the other side, while its own channel is not open.
   */
  private static void awaitCarries(RustPeer from, RustPeer to) {
    JsonObject probe = and(and(with("peer", to.session()), "reliable", true), "hex", "00");
    while (to.events("data").isEmpty()) {
      from.attempt("send", probe.deepCopy());
    }
  }

  private Clasp java(String name, boolean direct) {
    var builder = clients.builder(name).messagesPerSecond(1_000_000);
    return clients.connect(direct ? builder.withP2P(P2POptions.DEFAULTS) : builder);
  }

  private static String row(String who, String path, Party from, Party to, int size, int times)
      throws Exception {
    for (int i = 0; i < 2; i++) {
      burst(from, to, BURST);
    }
    int incomplete = 0;
    long nanos = 0;
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      if (burst(from, to, size)) {
        nanos += System.nanoTime() - began;
      } else {
        incomplete++;
      }
    }
    assertThat(incomplete)
        .as("incomplete bursts of %s by %s", who, path)
        .isLessThanOrEqualTo(times / 2);
    to.answer();
    from.roundTrips(WARM_UP);
    double[] micros = from.roundTrips(ROUND_TRIPS);
    Arrays.sort(micros);
    String row =
        String.format(
            Locale.ROOT,
            "| %s | %s | %,d | %.0f | %.0f | %d of %d |",
            who,
            path,
            Math.round((double) size * (times - incomplete) * 1e9 / nanos / 100) * 100,
            micros[micros.length / 2],
            micros[micros.length * 99 / 100],
            incomplete,
            times);
    return row;
  }

  private static boolean burst(Party from, Party to, int count) throws Exception {
    to.expect(count);
    from.flood(count);
    return to.awaitExpected();
  }

  @Test
  void measures() throws Exception {
    List<String> table = new ArrayList<>();
    table.add("| from, to | path | events/s | round trip, median µs | 99 % µs | incomplete |");
    table.add("|---|---|---:|---:|---:|---:|");

    RustPeer left = rust();
    RustPeer right = rust();
    left.connect(right.session());
    awaitCarries(left, right);
    awaitCarries(right, left);
    table.add(
        row(
            "Rust, Rust",
            "direct",
            Rust.direct(left, right.session(), "/x"),
            Rust.direct(right, left.session(), "/x"),
            DIRECT,
            BURSTS));

    Clasp desk = java("desk", true);
    RustPeer far = rust();
    get(desk.connectPeer(far.session()));
    far.await("connected");
    Party here = new Java(desk, "/peer/desk/n", "/peer/" + far.session() + "/n");
    Party there = Rust.direct(far, sessionOf(desk), "/peer/desk/n");
    table.add(row("Java, Rust", "direct", here, there, DIRECT, BURSTS));
    table.add(row("Rust, Java", "direct", there, here, DIRECT, BURSTS));

    Clasp one = java("one", true);
    Clasp two = java("two", true);
    get(one.connectPeer("two"));
    get(two.connectPeer("one"));
    assertThat(get(one.emit("/peer/two/first", 1)).path()).isEqualTo(Path.P2P);
    table.add(
        row(
            "Java, Java",
            "direct",
            new Java(one, "/peer/one/n", "/peer/two/n"),
            new Java(two, "/peer/two/n", "/peer/one/n"),
            DIRECT,
            BURSTS));

    String there1 = "/rates/there";
    String back1 = "/rates/back";
    table.add(
        row(
            "Rust, Rust",
            "router",
            Rust.byRouter(rust(), back1 + 1, there1 + 1),
            Rust.byRouter(rust(), there1 + 1, back1 + 1),
            BURST,
            BURSTS));
    table.add(
        row(
            "Java, Rust",
            "router",
            new Java(java("three", false), back1 + 2, there1 + 2),
            Rust.byRouter(rust(), there1 + 2, back1 + 2),
            BURST,
            BURSTS));
    table.add(
        row(
            "Rust, Java",
            "router",
            Rust.byRouter(rust(), back1 + 3, there1 + 3),
            new Java(java("four", false), there1 + 3, back1 + 3),
            BURST,
            BURSTS));
    table.add(
        row(
            "Java, Java",
            "router",
            new Java(java("five", false), back1 + 4, there1 + 4),
            new Java(java("six", false), there1 + 4, back1 + 4),
            BURST,
            BURSTS));
    table.forEach(System.out::println);
  }
}
