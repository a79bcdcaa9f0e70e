package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.loop.ManualEventLoop;

class PeerBrakeTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final List<String> holds = new ArrayList<>();
  private final PeerBrake brake =
      new PeerBrake(
          loop, PATIENCE, (peer, hold) -> holds.add((hold ? "hold " : "release ") + peer));
  private final AtomicLong handled = new AtomicLong();
  private final PeerBrake.Pedal pedal = brake.pedal(handled::get);

  @Test
  void aPeerIsHeldOnceUntilTheCallbackHasCaughtUp() {
    pedal.press("stage");
    pedal.press("stage");
    pedal.press("desk");
    assertThat(holds).containsExactly("hold stage", "hold desk");
    pedal.release();
    assertThat(holds).hasSize(4).contains("release stage", "release desk");
    pedal.press("stage");
    assertThat(holds).endsWith("hold stage");
  }

  @Test
  void aPeerIsHeldAsLongAsAnyCallbackIsWaitedFor() {
    PeerBrake.Pedal other = brake.pedal(handled::get);
    pedal.press("stage");
    other.press("stage");
    pedal.release();
    assertThat(holds).containsExactly("hold stage");
    other.release();
    assertThat(holds).containsExactly("hold stage", "release stage");
  }

  @Test
  void aCallbackThatWorksIsWaitedFor() {
    pedal.press("stage");
    for (int i = 0; i < 10; i++) {
      handled.incrementAndGet();
      loop.advance(PATIENCE);
    }
    assertThat(holds).containsExactly("hold stage");
  }

  @Test
  void aCallbackThatHasStalledHoldsNobodyUntilItHasCaughtUp() {
    pedal.press("stage");
    loop.advance(PATIENCE);
    assertThat(holds).containsExactly("hold stage", "release stage");
    pedal.press("stage");
    assertThat(holds).hasSize(2);
    pedal.release();
    pedal.press("stage");
    assertThat(holds).endsWith("hold stage");
  }
}
