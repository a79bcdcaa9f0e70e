package to.clasp.benchmarks.peers;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import to.clasp.benchmarks.measure.Aim;
import to.clasp.benchmarks.measure.BenchCommand;
import to.clasp.benchmarks.measure.MeasuredBench;
import to.clasp.benchmarks.measure.Report;
import to.clasp.benchmarks.measure.Sample;
import to.clasp.benchmarks.measure.Spread;
import to.clasp.benchmarks.pair.Room;
import to.clasp.benchmarks.pair.Subscribed;
import to.clasp.client.Clasp;
import to.clasp.transport.Path;

/** {@code bench setup}. */
@Command(
    name = "setup",
    description =
        "Set a parameter of a peer that was not known before, until the first value arrives over a"
            + " direct link, again and again with fresh peers.")
public final class SetupCommand extends BenchCommand {

  private static final double AIM_MILLIS = 100;
  private static final double MILLIS = 1e-6;
  private static final int TIMEOUT_SECONDS = 20;

  /** Makes the factory and warms up. */
  private static final int WARM_UPS = 10;

  @Option(
      names = "--peers",
      defaultValue = "100",
      description = "How many fresh peers, 1 to 10000. Default: ${DEFAULT-VALUE}.")
  private int peers;

  private final AtomicLong unexpected = new AtomicLong();

  /** Made by the command line. */
  public SetupCommand() {}

  @Override
  protected MeasuredBench bench() {
    require(peers >= 1 && peers <= 10_000, "--peers must be 1 to 10000");
    return this::measure;
  }

  private Report measure() throws InterruptedException {
    try (Place place = new Place(100);
        Clasp from = place.connect("from")) {
      for (int i = 0; i < WARM_UPS; i++) {
        long unused = linkTo("warm-up-" + i, place, from);
      }
      Sample sample = new Sample(peers);
      for (int i = 0; i < peers; i++) {
        sample.add((double) linkTo("peer-" + i, place, from));
      }
      Spread millis = sample.spread().times(MILLIS);
      Report report =
          new Report("setup")
              .figure(
                  "p50Millis",
                  "from the first set to a value by the link, p50",
                  "ms",
                  millis,
                  Aim.atMost(AIM_MILLIS))
              .figure("p99Millis", "p99", "ms", millis.p99())
              .figure("peers", "fresh peers", "", peers);
      return unexpected.get() == 0
          ? report
          : report.failure(unexpected + " values were lost, repeated or out of order");
    }
  }

  /** Sends number after number until one has come by the link; returns how long that took. */
  private long linkTo(String peerId, Place place, Clasp from) throws InterruptedException {
    String address = "/peer/" + peerId + "/value";
    try (Clasp to = place.connect(peerId)) {
      Numbers arrivals = new Numbers();
      var unused = to.on(address, update -> arrivals.take(update.value().asLong(), update.path()));
      Subscribed.await(to);
      long began = System.nanoTime();
      long number = 0;
      do {
        if (Room.isTaken(from.set(address, number))) {
          number++;
        }
      } while (!arrivals.direct.await(1, TimeUnit.MILLISECONDS)
          && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS));
      if (arrivals.direct.getCount() > 0) {
        throw new IllegalStateException(
            "nothing came by a link within " + TIMEOUT_SECONDS + " s: " + from.peer(peerId));
      }
      unexpected.addAndGet(arrivals.unexpected);
      from.disconnectPeer(peerId);
      return arrivals.directAt - began;
    }
  }

  /** On the dispatcher; what is read here is published by the latch. */
  private static final class Numbers {
    private final CountDownLatch direct = new CountDownLatch(1);
    private long next;
    private long unexpected;
    private long directAt;

    void take(long number, Path path) {
      if (direct.getCount() == 0) {
        return;
      }
      if (number != next) {
        unexpected++;
      }
      next = number + 1;
      if (path == Path.P2P) {
        directAt = System.nanoTime();
        direct.countDown();
      }
    }
  }
}
