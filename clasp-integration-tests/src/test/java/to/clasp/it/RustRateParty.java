package to.clasp.it;

import static to.clasp.it.RustPeer.and;
import static to.clasp.it.RustPeer.with;

import com.google.gson.JsonObject;

/** CLASP's Rust client. */
final class RustRateParty implements RateParty {
  private final RustPeer peer;
  private final JsonObject message;
  private long sent;
  private long arrived;
  private String problems = "";

  private RustRateParty(RustPeer peer, JsonObject message) {
    this.peer = peer;
    this.message = message;
  }

  static RustRateParty direct(RustPeer peer, String session, String address) {
    JsonObject frame = and(and(with("kind", "event"), "address", address), "value", 1);
    return new RustRateParty(
        peer, and(and(with("peer", session), "reliable", true), "frame", frame));
  }

  static RustRateParty byRouter(RustPeer peer, String from, String to) {
    peer.command("subscribe", with("pattern", from));
    // That comes back tells that the subscription stands.
    peer.command("set", and(with("address", from), "value", 0));
    peer.await("value");
    return new RustRateParty(peer, and(with("address", to), "value", 1));
  }

  @Override
  public void begin() {
    sent = 0;
    arrived = 0;
    problems = "";
  }

  @Override
  public long flood(int count) {
    JsonObject done =
        peer.command("flood", and(message.deepCopy(), "count", count)).getAsJsonObject();
    if (!done.get("problem").isJsonNull()) {
      problems += "; " + done.get("problem").getAsString();
    }
    long taken = done.get("sent").getAsLong();
    sent += taken;
    return taken;
  }

  @Override
  public void expect(int count) {
    peer.forget("counted");
    peer.command("count", with("count", count));
  }

  @Override
  public long awaitExpected(long count) {
    long before = -1;
    long now = counted();
    while (now < count && before < now) {
      var unused = peer.happens("counted", PATIENCE);
      before = now;
      now = counted();
    }
    arrived += now;
    return now;
  }

  private long counted() {
    return peer.command("counted", new JsonObject()).getAsLong();
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

  @Override
  public void assertNothingIsLostHere() {
    // What a Rust client loses is told only.
  }

  @Override
  public String account() {
    return "Rust, in bursts: %d sent, %d came%s".formatted(sent, arrived, problems);
  }
}
