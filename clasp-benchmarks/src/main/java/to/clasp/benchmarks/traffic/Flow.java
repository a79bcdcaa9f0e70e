package to.clasp.benchmarks.traffic;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import to.clasp.client.Clasp;

/** Numbered values from one client to another in this process, and the books of what arrived. */
public final class Flow {

  private final Books books = new Books();
  private final String peerId;
  private final Sender sender;

  /**
   * Makes one that waits for {@link #start}.
   *
   * @param from sends
   * @param to receives
   * @param peerId of the receiver
   * @param perSecond how many values
   * @param digestion called with each number that arrives, on the callback's thread
   */
  public Flow(Clasp from, Clasp to, String peerId, int perSecond, LongConsumer digestion) {
    this.peerId = peerId;
    String address = "/peer/" + peerId + "/flow/value";
    this.sender = new Sender(from, address, perSecond);
    var unused =
        to.on(
            address,
            update -> {
              long number = update.value().asLong();
              books.arrived(number);
              digestion.accept(number);
            });
  }

  /** Begins. */
  public void start() {
    books.open();
    sender.start();
  }

  /**
   * Stops sending.
   *
   * @throws InterruptedException if interrupted
   */
  public void stop() throws InterruptedException {
    sender.stop();
  }

  /**
   * Returns the longest time without an arrival since the last call.
   *
   * @return nanoseconds
   */
  public long takeLongestPause() {
    return books.takeLongestPause();
  }

  /**
   * Waits, after {@link #stop}, until everything has arrived.
   *
   * @param patienceNanos how long it waits for the next value
   * @return what is wrong, or null
   * @throws InterruptedException if interrupted
   */
  public @Nullable String awaitArrivals(long patienceNanos) throws InterruptedException {
    Throwable failure = sender.failure();
    if (failure != null) {
      return "sending failed: " + failure;
    }
    return books.await(sender.sent(), patienceNanos)
        ? null
        : "missing at " + peerId + ": " + books.missing(sender.sent());
  }

  /**
   * Draws up the balance.
   *
   * @return what became of the values
   */
  public Balance balance() {
    return books.balance(sender.sent());
  }
}
