package to.clasp.transport.webrtc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.loop.ManualEventLoop;

final class StallWatchTest {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final FakeLink link = new FakeLink();
  private final StallWatch watch = new StallWatch(loop, PATIENCE, link);

  @AfterEach
  void leavesNoTimer() {
    watch.end();
    loop.assertNothingPending();
    loop.assertNoFailures();
  }

  @Test
  void looksAtAnIdleLinkOnceInAPatience() {
    watch.begin();

    loop.advance(PATIENCE.multipliedBy(10));

    assertEquals(11, link.asked);
    assertEquals(List.of(), link.told);
  }

  @Test
  void noticesAStallWithinAQuarterOfThePatience() {
    watch.begin();
    loop.advance(Duration.ofMillis(10));
    link.send();

    loop.advance(Duration.ofMillis(999));
    assertEquals(List.of(), link.told);
    loop.advance(Duration.ofMillis(251));

    assertEquals(List.of("stalled"), link.told);
  }

  @Test
  void looksBeforeItBelievesWhatIsNotKnown() {
    watch.begin();
    link.send();
    link.known = false;

    loop.advance(PATIENCE.plusMillis(1));
    assertEquals(List.of("looked"), link.told);
    link.known = true;
    loop.advance(Duration.ofMillis(250));

    assertEquals(List.of("looked", "stalled"), link.told);
  }

  @Test
  void believesWhoeverKnowsBetter() {
    watch.begin();
    link.send();
    link.excused = true;

    loop.advance(PATIENCE.multipliedBy(3));
    assertEquals(List.of(), link.told);
    link.excused = false;
    loop.advance(Duration.ofMillis(250));

    assertEquals(List.of("stalled"), link.told);
  }

  @Test
  void forgetsWhatHasLeft() {
    watch.begin();
    link.send();
    loop.advance(Duration.ofMillis(900));
    link.sentAt = -1;

    loop.advance(PATIENCE.multipliedBy(2));

    assertEquals(List.of(), link.told);
  }

  private final class FakeLink implements StallWatch.Host {

    private final List<String> told = new ArrayList<>();
    private long sentAt = -1;
    private boolean known = true;
    private boolean excused;
    private int asked;

    void send() {
      sentAt = loop.nanoTime();
    }

    @Override
    public long stalledNanos(long now) {
      asked++;
      return sentAt < 0 ? 0 : now - sentAt;
    }

    @Override
    public long knownStalledNanos(long now) {
      return known && sentAt >= 0 ? now - sentAt : 0;
    }

    @Override
    public boolean isExcused() {
      return excused;
    }

    @Override
    public void look() {
      told.add("looked");
    }

    @Override
    public void stalled() {
      told.add("stalled");
    }
  }
}
