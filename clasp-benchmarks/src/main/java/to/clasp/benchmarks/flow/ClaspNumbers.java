package to.clasp.benchmarks.flow;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import to.clasp.benchmarks.pair.ClaspPair;
import to.clasp.benchmarks.pair.Room;
import to.clasp.client.Clasp;
import to.clasp.client.Delivery;
import to.clasp.client.Subscription;
import to.clasp.core.value.Value;

/** Numbers as parameters of our client, from {@code set} to the callback. */
final class ClaspNumbers implements Numbers {

  /** How a number becomes a value, and a value a number again. */
  interface Coding {
    CompletableFuture<Delivery> set(Clasp client, long number);

    long read(Value value);
  }

  /** Lets a sender wait until the next number is due. */
  interface Pace {
    void next(long sent);
  }

  /** 20 bytes. */
  static final String ADDRESS = "/peer/b/bench/fader0";

  private final ClaspPair pair;
  private final Coding coding;

  ClaspNumbers(ClaspPair pair, Coding coding) {
    this.pair = pair;
    this.coding = coding;
  }

  @Override
  public Run run(Duration time) throws InterruptedException {
    return run(time, sent -> {});
  }

  Run run(Duration time, Pace pace) throws InterruptedException {
    Arrivals arrivals = new Arrivals();
    Subscription heard =
        pair.right().on(ADDRESS, update -> arrivals.arrived(coding.read(update.value())));
    try {
      long allocated = Allocation.bytes();
      long began = System.nanoTime();
      long sent = send(began + time.toNanos(), pace, arrivals);
      long ended = arrivals.await(sent);
      return new Run(sent, ended - began, arrivals.unexpected(), Allocation.bytes() - allocated);
    } finally {
      heard.close();
    }
  }

  private long send(long until, Pace pace, Arrivals arrivals) throws InterruptedException {
    long number = 0;
    while (System.nanoTime() - until < 0) {
      pace.next(number);
      set(number++);
    }
    arrivals.last(number + 1);
    set(number);
    return number + 1;
  }

  private void set(long number) throws InterruptedException {
    while (!Room.isTaken(coding.set(pair.left(), number))) {
      pair.leftRoom().await(pair.left());
    }
  }

  @Override
  public void close() {
    pair.close();
  }
}
