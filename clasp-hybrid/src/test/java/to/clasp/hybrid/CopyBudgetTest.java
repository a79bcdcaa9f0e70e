package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.testkit.memory.InMemoryNetwork;
import to.clasp.testkit.memory.InMemoryTransport;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.pace.PaceOptions;
import to.clasp.transport.pace.PacedTransport;
import to.clasp.transport.spi.TransportContext;

class CopyBudgetTest {

  private final ManualEventLoop loop = new ManualEventLoop();
  private final InMemoryTransport router =
      new InMemoryNetwork()
          .connectTo(
              "router",
              ConnectionOptions.DEFAULTS,
              new TransportContext(loop, new SplittableRandom(1)));

  private static int taken(CopyBudget budget, int asked) {
    int taken = 0;
    for (int i = 0; i < asked; i++) {
      taken += budget.take() ? 1 : 0;
    }
    return taken;
  }

  @Test
  void allowsAShareOfTheRoutersRate() {
    CopyBudget budget = new CopyBudget(router, loop, 40);
    taken(budget, 1_000);
    int taken = 0;
    for (int i = 0; i < 1_000; i++) {
      loop.advance(Duration.ofMillis(1));
      taken += taken(budget, 10);
    }
    assertThat(taken)
        .isBetween(
            PaceOptions.DEFAULT_MESSAGES_PER_SECOND * 4 / 10 - 2,
            PaceOptions.DEFAULT_MESSAGES_PER_SECOND * 4 / 10 + 2);
  }

  @Test
  void savesUpATenthOfASecondAndNoMore() {
    CopyBudget budget = new CopyBudget(router, loop, 40);
    int atOnce = PaceOptions.DEFAULT_MESSAGES_PER_SECOND * 4 / 100;
    assertThat(taken(budget, 1_000)).isEqualTo(atOnce);
    loop.advance(Duration.ofHours(1));
    assertThat(taken(budget, 1_000)).isEqualTo(atOnce);
  }

  @Test
  void keepsToWhatAPacedTransportIsAllowed() {
    PacedTransport paced =
        new PacedTransport(router, PaceOptions.builder().messagesPerSecond(30).build(), loop);
    CopyBudget budget = new CopyBudget(paced, loop, 50);
    taken(budget, 100);
    int taken = 0;
    for (int i = 0; i < 1_000; i++) {
      loop.advance(Duration.ofMillis(10));
      taken += taken(budget, 10);
    }
    assertThat(taken).isBetween(149, 151);
  }

  @Test
  void allowsNothingWhenTheShareIsNothing() {
    CopyBudget budget = new CopyBudget(router, loop, 0);
    loop.advance(Duration.ofHours(1));
    assertThat(taken(budget, 10)).isZero();
  }
}
