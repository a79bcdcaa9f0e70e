package to.clasp.transport.webrtc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.transport.webrtc.OrderlyClose.Stage;

final class OrderlyCloseTest {

  private static final Duration BOUND = Duration.ofSeconds(2);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final FakeLink link = new FakeLink();
  private final OrderlyClose orderly = new OrderlyClose(loop, BOUND, link);

  @AfterEach
  void leavesNoTimer() {
    loop.assertNothingPending();
    loop.assertNoFailures();
  }

  @Test
  void closesTheChannelAtOnceWhenNothingWaits() {
    link.drained = true;

    orderly.begin();

    assertEquals(Stage.CLOSING_CHANNEL, orderly.stage());
    assertEquals(List.of("channel closed"), link.done);
    link.closed = true;
    orderly.channelEnded();
    assertEquals(Stage.OVER, orderly.stage());
    assertEquals(List.of("channel closed", "over"), link.done);
  }

  @Test
  void looksAgainUntilAllHasLeft() {
    orderly.begin();
    loop.advance(Duration.ofMillis(12));
    assertEquals(Stage.DRAINING, orderly.stage());
    assertEquals(List.of("looked", "looked", "looked"), link.done);

    link.drained = true;
    loop.advance(Duration.ofMillis(5));

    assertEquals(Stage.CLOSING_CHANNEL, orderly.stage());
    link.closed = true;
    orderly.channelEnded();
  }

  @Test
  void isOverWhenTheChannelWasClosedBefore() {
    link.drained = true;
    link.closed = true;

    orderly.begin();

    assertEquals(Stage.OVER, orderly.stage());
  }

  @Test
  void tearsDownWhatDoesNotDrainInTime() {
    orderly.begin();

    loop.advance(BOUND);

    assertEquals(Stage.OVER, orderly.stage());
    assertEquals("over", link.done.get(link.done.size() - 1));
    assertEquals(0, link.done.stream().filter("channel closed"::equals).count());
  }

  @Test
  void doesNotWaitForEverForTheOtherSideToConfirm() {
    link.drained = true;
    orderly.begin();
    loop.advance(BOUND.minusNanos(1));
    assertEquals(Stage.CLOSING_CHANNEL, orderly.stage());

    loop.advance(Duration.ofNanos(1));

    assertEquals(List.of("channel closed", "over"), link.done);
  }

  @Test
  void waitsForWhatTheOtherSideSentBeforeItSaidThatItCloses() {
    orderly.begun();
    assertEquals(Stage.AWAITING_DATA, orderly.stage());
    orderly.channelEnded();
    assertEquals(Stage.AWAITING_DATA, orderly.stage());

    link.closed = true;
    orderly.channelEnded();

    assertEquals(Stage.OVER, orderly.stage());
    assertEquals(List.of("over"), link.done);
  }

  @Test
  void doesNotWaitForDataOnAChannelThatHasEnded() {
    link.closed = true;

    orderly.begun();

    assertEquals(Stage.OVER, orderly.stage());
  }

  @Test
  void doesNotWaitForEverForDataOfTheOtherSide() {
    orderly.begun();

    loop.advance(BOUND);

    assertEquals(Stage.OVER, orderly.stage());
    assertEquals(List.of("over"), link.done);
  }

  @Test
  void isOverAtOnceWhenTheLinkFailsMeanwhile() {
    orderly.begin();

    orderly.end();

    assertEquals(Stage.OVER, orderly.stage());
    orderly.end();
    orderly.channelEnded();
    assertEquals(List.of("looked", "over"), link.done);
  }

  @Test
  void doesNothingBeforeItHasBegun() {
    link.closed = true;

    orderly.channelEnded();
    orderly.end();

    assertEquals(Stage.NOT_BEGUN, orderly.stage());
    assertEquals(List.of(), link.done);
  }

  @Test
  void beginsOnce() {
    orderly.begin();

    assertThrows(IllegalStateException.class, orderly::begin);
    assertThrows(IllegalStateException.class, orderly::begun);

    orderly.end();
    assertThrows(IllegalStateException.class, orderly::begin);
  }

  private static final class FakeLink implements OrderlyClose.Host {
    final List<String> done = new ArrayList<>();
    boolean drained;
    boolean closed;

    @Override
    public boolean isDrained() {
      return drained;
    }

    @Override
    public void look() {
      done.add("looked");
    }

    @Override
    public void closeChannel() {
      done.add("channel closed");
    }

    @Override
    public boolean isClosed() {
      return closed;
    }

    @Override
    public void over() {
      done.add("over");
    }
  }
}
