package to.clasp.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import to.clasp.cli.demo.Ledger.Balance;
import to.clasp.transport.Path;

class LedgerTest {

  private final Ledger ledger = new Ledger();

  private void send(Path by, int count) {
    for (int i = 0; i < count; i++) {
      ledger.taken(by);
    }
  }

  private void receive(Path by, int from, int to) {
    for (int number = from; number < to; number++) {
      ledger.received(number, by);
    }
  }

  @Test
  void balancesWhatArrived() {
    send(Path.ROUTER, 3);
    send(Path.P2P, 4);
    receive(Path.ROUTER, 0, 3);
    receive(Path.P2P, 3, 7);
    assertThat(ledger.balance()).isEqualTo(new Balance(7, 7, 4, 3, 0, 0, 0));
  }

  @Test
  void countsWhatIsLostOnAnyPath() {
    send(Path.P2P, 3);
    receive(Path.P2P, 0, 2);
    send(Path.ROUTER, 2);
    receive(Path.ROUTER, 4, 5);
    assertThat(ledger.balance()).isEqualTo(new Balance(5, 3, 2, 1, 2, 0, 0));
  }

  @Test
  void countsWhatArrivesTwiceOnWhateverPath() {
    send(Path.P2P, 2);
    receive(Path.P2P, 0, 2);
    ledger.received(1, Path.ROUTER);
    assertThat(ledger.balance()).isEqualTo(new Balance(2, 2, 2, 1, 0, 1, 0));
  }

  @Test
  void countsWhatIsOvertakenOnWhateverPath() {
    send(Path.P2P, 4);
    ledger.received(1, Path.P2P);
    ledger.received(0, Path.ROUTER);
    ledger.received(3, Path.P2P);
    ledger.received(2, Path.P2P);
    assertThat(ledger.balance().outOfOrder()).isEqualTo(2);
  }

  @Test
  void waitsForWhatMustArrive() throws Exception {
    send(Path.ROUTER, 2);
    ledger.received(0, Path.ROUTER);
    assertThat(ledger.awaitArrivals(Duration.ofMillis(1))).isFalse();
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(() -> ledger.received(1, Path.ROUTER));
    assertThat(ledger.awaitArrivals(Duration.ofSeconds(30))).isTrue();
    late.get(10, TimeUnit.SECONDS);
  }

  @Test
  void waitsUntilSoManyAreSent() throws Exception {
    assertThat(ledger.awaitSent(1, Duration.ofMillis(1))).isFalse();
    CompletableFuture<Void> late = CompletableFuture.runAsync(() -> send(Path.P2P, 3));
    assertThat(ledger.awaitSent(3, Duration.ofSeconds(30))).isTrue();
    late.get(10, TimeUnit.SECONDS);
  }
}
