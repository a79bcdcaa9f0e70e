package to.clasp.benchmarks.exchange;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.benchmarks.traffic.Balance;
import to.clasp.benchmarks.traffic.Books;
import to.clasp.benchmarks.traffic.Sender;
import to.clasp.client.Clasp;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerEvent;

/** One side of an exchange. Each tells the other when it listens, and how much it has sent. */
final class Exchange {

  private static final Duration MEETING = Duration.ofSeconds(60);
  private static final Duration BETWEEN_CALLS = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI router;
  private final String name;
  private final String peer;
  private final int rate;
  private final Consumer<JsonObject> out;
  private final Books books = new Books();
  private final CompletableFuture<Boolean> peerListens = new CompletableFuture<>();
  private final CompletableFuture<Long> peerSent = new CompletableFuture<>();

  /**
   * Makes one.
   *
   * @param router where both meet
   * @param name of this side
   * @param peer name of the other
   * @param rate values per second that this side sends
   * @param out hears of changes of path
   */
  Exchange(URI router, String name, String peer, int rate, Consumer<JsonObject> out) {
    this.router = router;
    this.name = name;
    this.peer = peer;
    this.rate = rate;
    this.out = out;
  }

  /** Exchanges values until the input ends, then settles; returns the result. */
  JsonObject runWhileOpen(InputStream input)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    try (Clasp clasp = Clasp.builder(router).name(name).withP2P(true, true).connect()) {
      clasp.onPeerEvent(this::heard);
      clasp.on(address(name, "value"), update -> books.arrived(update.value().asLong()));
      clasp.on(address(name, "sent"), update -> peerSent.complete(update.value().asLong()));
      clasp.on(address(name, "listening"), update -> peerListens.complete(true));
      meet(clasp);
      link(clasp);
      Sender sender = new Sender(clasp, address(peer, "value"), rate);
      books.open();
      sender.start();
      try {
        while (input.read() >= 0) {
          // What comes does not matter: the end does.
        }
      } finally {
        sender.stop();
      }
      clasp.emit(address(peer, "sent"), sender.sent()).get(seconds(PATIENCE), TimeUnit.SECONDS);
      return settle(sender);
    }
  }

  private static String address(String to, String what) {
    return "/peer/" + to + "/exchange/" + what;
  }

  private static long seconds(Duration time) {
    return time.toSeconds();
  }

  /** Both listen when each has heard the other say so, and says so once more. */
  private void meet(Clasp clasp) throws InterruptedException, ExecutionException, TimeoutException {
    long until = System.nanoTime() + MEETING.toNanos();
    boolean met = false;
    while (!met) {
      clasp.emit(address(peer, "listening"), true).get(seconds(PATIENCE), TimeUnit.SECONDS);
      try {
        met = peerListens.get(BETWEEN_CALLS.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (System.nanoTime() - until >= 0) {
          throw e;
        }
      }
    }
    clasp.emit(address(peer, "listening"), true).get(seconds(PATIENCE), TimeUnit.SECONDS);
  }

  /**
   * A router drops what is not numbered for a client that reads too slowly, as one that has just
   * been started does; and values are numbered when both know each other. Without a link the router
   * has to do.
   */
  private void link(Clasp clasp) throws InterruptedException, ExecutionException, TimeoutException {
    clasp
        .connectPeer(peer)
        .handle((linked, failure) -> linked != null)
        .get(seconds(PATIENCE), TimeUnit.SECONDS);
  }

  private void heard(PeerEvent event) {
    if (event instanceof PeerEvent.PathChanged change && change.peerId().equals(peer)) {
      Path to = change.to();
      JsonObject json = new JsonObject();
      json.addProperty("event", "path");
      json.addProperty("path", to == null ? "none" : to.name().toLowerCase(Locale.ROOT));
      if (change.cause() != null) {
        json.addProperty("cause", change.cause().toString());
      }
      out.accept(json);
    }
  }

  private JsonObject settle(Sender sender) throws InterruptedException {
    String wrong = sender.failure() == null ? null : "sending failed: " + sender.failure();
    long expected = 0;
    try {
      expected = peerSent.get(seconds(PATIENCE), TimeUnit.SECONDS);
      if (!books.await(expected, PATIENCE.toNanos())) {
        wrong = "not everything arrived";
      }
    } catch (ExecutionException | TimeoutException e) {
      wrong = "the peer does not tell how much it has sent";
    }
    return result(sender.sent(), books.balance(expected), wrong);
  }

  private JsonObject result(long sent, Balance balance, @Nullable String wrong) {
    JsonObject json = new JsonObject();
    json.addProperty("event", "result");
    json.addProperty("sent", sent);
    json.addProperty("received", balance.received());
    json.addProperty("lost", balance.lost());
    json.addProperty("duplicated", balance.duplicated());
    json.addProperty("reordered", balance.reordered());
    json.addProperty("longestPauseMs", books.takeLongestPause() / 1_000_000);
    if (wrong != null) {
      json.addProperty("failure", wrong);
    }
    json.addProperty("ok", wrong == null && balance.isEven() && balance.received() > 0);
    return json;
  }
}
