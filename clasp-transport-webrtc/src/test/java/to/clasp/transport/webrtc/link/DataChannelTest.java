package to.clasp.transport.webrtc.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelState;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;
import org.mockito.MockMakers;
import to.clasp.testkit.loop.ForwardingEventLoop;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.webrtc.natives.FactoryLease;
import to.clasp.transport.webrtc.natives.RtcThread;

/** What the threads around a channel tell the loop. */
class DataChannelTest {

  private static final byte[] MESSAGE = {1, 2, 3};

  private final ManualEventLoop loop = new ManualEventLoop();
  private final LinkEvents events = mock(LinkEvents.class);

  @Test
  void aMessageThatComesWhileTheChannelOpensIsToldAfterTheOpening() throws Exception {
    Interrupting interrupting = new Interrupting();
    DataChannel channel = openWhenObserved(interrupting);
    interrupting.meanwhile = () -> channel.received(MESSAGE);

    channel.observe();
    interrupting.join();
    loop.runPending();

    InOrder told = inOrder(events);
    told.verify(events).onChannelOpen(channel);
    told.verify(events).onMessages(channel);
    told.verifyNoMoreInteractions();
    assertThat(channel.poll()).isEqualTo(MESSAGE);
  }

  private DataChannel openWhenObserved(EventLoop around) {
    // Native methods can be overridden in a subclass only.
    RTCDataChannel rtcChannel =
        mock(RTCDataChannel.class, withSettings().mockMaker(MockMakers.SUBCLASS));
    when(rtcChannel.getLabel()).thenReturn("clasp-reliable");
    when(rtcChannel.getState()).thenReturn(RTCDataChannelState.OPEN);
    RtcThread rtc = mock(RtcThread.class);
    doAnswer(
            call -> {
              call.<Runnable>getArgument(0).run();
              return null;
            })
        .when(rtc)
        .execute(any());
    return new DataChannel(
        rtcChannel,
        ChannelOptions.RELIABLE,
        true,
        false,
        1_000,
        1_000,
        1_000,
        around,
        rtc,
        mock(FactoryLease.class),
        events);
  }

  /** Lets another thread in between, as far as it gets, before the first task is taken. */
  private final class Interrupting extends ForwardingEventLoop {

    private @Nullable Runnable meanwhile;
    private @Nullable Thread other;

    Interrupting() {
      super(loop);
    }

    @Override
    public void execute(Runnable task) {
      Runnable now = meanwhile;
      if (now != null) {
        meanwhile = null;
        Thread thread = new Thread(now, "meanwhile");
        other = thread;
        thread.start();
        while (thread.getState() != Thread.State.TERMINATED
            && thread.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
      }
      super.execute(task);
    }

    void join() throws InterruptedException {
      Thread thread = Objects.requireNonNull(other, "no task was taken");
      thread.join(TimeUnit.SECONDS.toMillis(10));
      assertThat(thread.isAlive()).isFalse();
    }
  }
}
