package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.it.ClientHarness.get;
import static to.clasp.it.ClientHarness.sessionOf;
import static to.clasp.it.RustPeer.and;
import static to.clasp.it.RustPeer.with;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import to.clasp.client.Clasp;
import to.clasp.transport.Path;
import to.clasp.transport.peer.P2POptions;

/**
 * How fast and how soon events travel between Java and CLASP's Rust client, directly and through
 * the router, and where they stay; two tables, the first of which is for docs/performance.md. How
 * fast a machine is, is no matter of right or wrong. It fails if we lose something: if what we sent
 * has not left, if what our links received did not come to the callback once, or if we end a link.
 * What others lose is told, and does not make up the rate.
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

  /** Two Rust clients do not always link, so that several pairs may have to try. */
  private static final int ATTEMPTS = 5;

  private static final int WARM_UP = 300;
  private static final int ROUND_TRIPS = 1_000;

  private TestRouter router;
  private ClientHarness clients;
  private final List<RustPeer> rusts = new ArrayList<>();
  private final List<String> rates = new ArrayList<>();
  private final List<String> counts = new ArrayList<>();

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

  private RustPeer rust() throws IOException {
    // A send that fails is told, instead of counting as one for the router.
    RustPeer rust = new RustPeer(router.uri(), "--fallback", "false", "--timeout", "5");
    rust.command("mode", with("mode", "p2p"));
    rusts.add(rust);
    return rust;
  }

  /** Two Rust clients that carry data both ways, or none if no attempt has come to that. */
  private List<RustPeer> linked() throws IOException {
    for (int i = 1; i <= ATTEMPTS; i++) {
      RustPeer left = rust();
      RustPeer right = rust();
      left.attempt("connect", with("peer", right.session()));
      if (carries(left, right) && carries(right, left)) {
        System.out.printf("Two Rust clients have linked at attempt %d.%n", i);
        return List.of(left, right);
      }
      left.close();
      right.close();
    }
    return List.of();
  }

  /**
   * Sends until something arrives, or the attempt is given up. That a Rust peer is connected does
   * not mean that it can send: it may have that from the other side, while its own channel is not
   * open.
   */
  private static boolean carries(RustPeer from, RustPeer to) {
    JsonObject probe = and(and(with("peer", to.session()), "reliable", true), "hex", "00");
    long began = System.nanoTime();
    while (to.events("data").isEmpty()) {
      if (!from.events("failed").isEmpty()
          || System.nanoTime() - began > RateParty.PATIENCE.toNanos()) {
        return false;
      }
      from.attempt("send", probe.deepCopy());
    }
    return true;
  }

  private Clasp java(String name, boolean direct) {
    var builder = clients.builder(name).messagesPerSecond(1_000_000);
    return clients.connect(direct ? builder.withP2P(P2POptions.DEFAULTS) : builder);
  }

  private void row(String who, String path, RateParty from, RateParty to, int size)
      throws Exception {
    from.begin();
    to.begin();
    for (int i = 0; i < 2; i++) {
      var unused = burst(from, to, BURST);
    }
    int complete = 0;
    long nanos = 0;
    for (int i = 0; i < BURSTS; i++) {
      long began = System.nanoTime();
      long missing = burst(from, to, size);
      if (missing == 0) {
        nanos += System.nanoTime() - began;
        complete++;
      } else {
        String accounts = from.account() + ". " + to.account();
        System.out.printf(
            "%s, %s: %d of %d are missing in burst %d. %s%n",
            who, path, missing, size, i + 1, accounts);
      }
      from.assertNothingIsLostHere();
      to.assertNothingIsLostHere();
    }
    String count = "| %s | %s | %s | %s |".formatted(who, path, from.account(), to.account());
    // At once too, for a later row may fail.
    System.out.println(count);
    counts.add(count);
    to.answer();
    double[] micros = from.roundTrips(WARM_UP);
    if (micros.length > 0) {
      micros = from.roundTrips(ROUND_TRIPS);
    }
    from.assertNothingIsLostHere();
    to.assertNothingIsLostHere();
    Arrays.sort(micros);
    rates.add(
        String.format(
            Locale.ROOT,
            "| %s | %s | %s | %s | %s | %d of %d |",
            who,
            path,
            complete == 0
                ? "–"
                : "%,d".formatted(Math.round((double) size * complete * 1e9 / nanos / 100) * 100),
            share(micros, 50),
            share(micros, 99),
            BURSTS - complete,
            BURSTS));
  }

  private static String share(double[] sorted, int percent) {
    return sorted.length == 0
        ? "–"
        : String.valueOf(Math.round(sorted[sorted.length * percent / 100]));
  }

  /** How many of the events of a burst do not arrive. */
  private static long burst(RateParty from, RateParty to, int count) throws Exception {
    to.expect(count);
    long sent = from.flood(count);
    return count - (sent == 0 ? 0 : to.awaitExpected(sent));
  }

  /** Whatever becomes of two Rust clients is told only. */
  private void rustWithRust() throws Exception {
    String came;
    try {
      List<RustPeer> pair = linked();
      if (!pair.isEmpty()) {
        RustPeer left = pair.get(0);
        RustPeer right = pair.get(1);
        row(
            "Rust, Rust",
            "direct",
            RustRateParty.direct(left, right.session(), "/x"),
            RustRateParty.direct(right, left.session(), "/x"),
            DIRECT);
        return;
      }
      came = "no link in %d attempts".formatted(ATTEMPTS);
    } catch (AssertionError unanswered) {
      System.out.println("A Rust client with a Rust client: " + unanswered.getMessage());
      came = "one does not answer commands any more";
    }
    rates.add("| Rust, Rust | direct | %s | – | – | – |".formatted(came));
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void measures() throws Exception {
    Clasp desk = java("desk", true);
    RustPeer far = rust();
    get(desk.connectPeer(far.session()));
    far.await("connected");
    RateParty here =
        new JavaRateParty(desk, "/peer/desk/n", "/peer/" + far.session() + "/n", Path.P2P);
    RateParty there = RustRateParty.direct(far, sessionOf(desk), "/peer/desk/n");
    row("Java, Rust", "direct", here, there, DIRECT);
    row("Rust, Java", "direct", there, here, DIRECT);

    Clasp one = java("one", true);
    Clasp two = java("two", true);
    get(one.connectPeer("two"));
    get(two.connectPeer("one"));
    greet(one, two, "/peer/two/greeting");
    greet(two, one, "/peer/one/greeting");
    row(
        "Java, Java",
        "direct",
        new JavaRateParty(one, "/peer/one/n", "/peer/two/n", Path.P2P),
        new JavaRateParty(two, "/peer/two/n", "/peer/one/n", Path.P2P),
        DIRECT);

    row("Rust, Rust", "router", rustByRouter("a", "b"), rustByRouter("b", "a"), BURST);
    row("Java, Rust", "router", javaByRouter("c", "d"), rustByRouter("d", "c"), BURST);
    row("Rust, Java", "router", rustByRouter("e", "f"), javaByRouter("f", "e"), BURST);
    row("Java, Java", "router", javaByRouter("g", "h"), javaByRouter("h", "g"), BURST);

    // What may take long without coming to anything comes last.
    rustWithRust();

    System.out.println(
        "| from, to | path | events/s | round trip, median µs | 99 % µs | incomplete |");
    System.out.println("|---|---|---:|---:|---:|---:|");
    rates.forEach(System.out::println);
    System.out.println("| from, to | path | one side | the other |");
    System.out.println("|---|---|---|---|");
    counts.forEach(System.out::println);
  }

  /** Sees an event across, so that a link stands and nothing is on its way when it returns. */
  private static void greet(Clasp from, Clasp to, String address) throws Exception {
    CompletableFuture<Void> heard = new CompletableFuture<>();
    var unused = to.on(address, update -> heard.complete(null));
    assertThat(get(from.emit(address, 1)).path()).isEqualTo(Path.P2P);
    get(heard);
  }

  private RateParty rustByRouter(String name, String other) throws IOException {
    return RustRateParty.byRouter(rust(), "/rates/" + name, "/rates/" + other);
  }

  private RateParty javaByRouter(String name, String other) throws Exception {
    return new JavaRateParty(java(name, false), "/rates/" + name, "/rates/" + other, Path.ROUTER);
  }
}
