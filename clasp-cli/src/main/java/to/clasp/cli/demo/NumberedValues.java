package to.clasp.cli.demo;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import to.clasp.client.BackpressureException;
import to.clasp.client.Clasp;

/** Sends one number after the other, at a steady rate, and books which path took each. */
final class NumberedValues {

  private static final int ACCEPT_SECONDS = 5;

  private final Clasp from;
  private final String address;
  private final Ledger ledger;
  private volatile @Nullable String failure;

  NumberedValues(Clasp from, String address, Ledger ledger) {
    this.from = from;
    this.address = address;
    this.ledger = ledger;
  }

  /** Sends until the timer is shut down; after a pause of the machine it catches up. */
  void start(ScheduledExecutorService timer, int perSecond) {
    var unused =
        timer.scheduleAtFixedRate(
            this::sendNext, 0, TimeUnit.SECONDS.toNanos(1) / perSecond, TimeUnit.NANOSECONDS);
  }

  private void sendNext() {
    if (failure != null) {
      return;
    }
    int number = ledger.sent();
    try {
      ledger.taken(from.emit(address, number).get(ACCEPT_SECONDS, TimeUnit.SECONDS).path());
    } catch (ExecutionException e) {
      // A full buffer has not taken it: the same number is due with the next tick.
      Throwable cause = e.getCause();
      if (!(cause instanceof BackpressureException)) {
        failure = "value " + number + " could not be sent: " + (cause == null ? e : cause);
      }
    } catch (TimeoutException e) {
      failure = "value " + number + " was not taken within " + ACCEPT_SECONDS + " s";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Why no further values are sent, or null. */
  @Nullable String failure() {
    return failure;
  }
}
