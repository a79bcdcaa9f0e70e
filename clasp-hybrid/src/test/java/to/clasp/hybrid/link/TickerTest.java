package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;

class TickerTest {

  private final ManualEventLoop loop = new ManualEventLoop();
  private int looks;
  private @Nullable Duration next;

  private Ticker ticker(EventLoop on) {
    LinkPair pair = new LinkPair(new Random(1), P2POptions.DEFAULTS);
    Ticker[] made = new Ticker[1];
    made[0] =
        new Ticker(
            new LinkContext("x", P2POptions.DEFAULTS, on, new Random(1), pair.a, new LinkLock()),
            steps -> {
              looks++;
              made[0].next(next);
            });
    return made[0];
  }

  @Test
  void looksOftenOnceSomethingIsUnderWay() {
    Ticker ticker = ticker(loop);
    ticker.arm();
    ticker.arm();
    loop.advance(Duration.ofMillis(49));
    assertThat(looks).isZero();
    loop.advance(Duration.ofMillis(1));
    assertThat(looks).isEqualTo(1);
    assertThat(loop.pendingTimers()).isEmpty();
  }

  @Test
  void looksSoonerThanSeldomWhenSomethingBegins() {
    Ticker ticker = ticker(loop);
    ticker.next(Duration.ofSeconds(1));
    ticker.arm();
    loop.advance(Duration.ofMillis(50));
    assertThat(looks).isEqualTo(1);
    assertThat(loop.pendingTimers()).isEmpty();
  }

  @Test
  void knowsWhenItComesLate() {
    Ticker ticker = ticker(loop);
    ticker.arm();
    assertThat(ticker.isLate(loop.nanoTime() + Duration.ofMillis(149).toNanos())).isFalse();
    assertThat(ticker.isLate(loop.nanoTime() + Duration.ofMillis(150).toNanos())).isTrue();
  }

  @Test
  void doesNotTickWhenItHasEnded() {
    Ticker ticker = ticker(loop);
    ticker.arm();
    ticker.end();
    ticker.arm();
    ticker.next(Duration.ofSeconds(1));
    assertThat(loop.pendingTimers()).isEmpty();
  }

  /** A timer whose task has begun cannot be cancelled; it must not start a second row of ticks. */
  @Test
  void aTimerThatIsReplacedWhileItWaitsForTheLockDoesNothing() {
    List<Runnable> fired = new ArrayList<>();
    Ticker ticker =
        ticker(
            new EventLoop() {
              @Override
              public void execute(Runnable task) {
                throw new AssertionError("not asked for");
              }

              @Override
              public Timer schedule(Duration delay, Runnable task) {
                fired.add(task);
                return () -> {};
              }

              @Override
              public boolean inLoop() {
                return true;
              }

              @Override
              public long nanoTime() {
                return 0;
              }

              @Override
              public Instant now() {
                return Instant.EPOCH;
              }

              @Override
              public void close() {}
            });
    ticker.next(Duration.ofSeconds(1));
    ticker.arm();
    next = Ticker.TICK;
    fired.get(0).run();
    assertThat(looks).isZero();
    fired.get(1).run();
    assertThat(looks).isEqualTo(1);
    assertThat(fired).hasSize(3);
  }
}
