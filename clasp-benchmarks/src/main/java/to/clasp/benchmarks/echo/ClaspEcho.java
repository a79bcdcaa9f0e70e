package to.clasp.benchmarks.echo;

import to.clasp.benchmarks.pair.ClaspPair;
import to.clasp.benchmarks.pair.Room;
import to.clasp.client.Subscription;

/**
 * Parameters of our clients: set here, set back by the callback there, heard by a callback here.
 */
final class ClaspEcho implements Echo {

  static final String THERE = "/peer/b/bench/probe0";
  private static final String BACK = "/peer/a/bench/probe0";

  private final ClaspPair pair;
  private final Returns returns = new Returns();
  private final Subscription there;
  private final Subscription back;

  ClaspEcho(ClaspPair pair) {
    this.pair = pair;
    there =
        pair.right()
            .on(
                THERE,
                update -> {
                  if (!Room.isTaken(pair.right().set(BACK, update.value().asDouble()))) {
                    throw new IllegalStateException("no room for an echo");
                  }
                });
    back = pair.left().on(BACK, update -> returns.returned((long) update.value().asDouble()));
  }

  @Override
  public void send(long number) throws InterruptedException {
    while (!Room.isTaken(pair.left().set(THERE, (double) number))) {
      pair.leftRoom().await(pair.left());
    }
  }

  @Override
  public Returns returns() {
    return returns;
  }

  @Override
  public void close() {
    there.close();
    back.close();
  }
}
