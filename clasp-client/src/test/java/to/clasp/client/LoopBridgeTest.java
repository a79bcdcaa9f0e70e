package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.SetMessage;
import to.clasp.core.value.Value;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.testkit.record.TransportEvent;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;

class LoopBridgeTest {

  private static final Frame FRAME = Frame.of(SetMessage.of("/a", Value.of(new byte[60_000])));

  private final ManualEventLoop loop = new ManualEventLoop();
  private final RecordingListener heard = new RecordingListener(loop);
  private final ScriptedTransport transport = new ScriptedTransport();
  private LoopBridge bridge;

  @BeforeEach
  void start() {
    bridge = new LoopBridge(transport, heard, loop);
    transport.start(bridge);
  }

  @Test
  void bringsAllEventsToTheLoopInOrder() {
    transport.open();
    transport.receive(FRAME, FrameSource.ROUTER);
    transport.writable();
    transport.interrupt();
    transport.open();
    transport.close();
    assertThat(heard.events()).isEmpty();

    loop.runPending();

    assertThat(heard.events().stream().<Class<?>>map(Object::getClass))
        .isEqualTo(
            List.of(
                TransportEvent.Opened.class,
                TransportEvent.Received.class,
                TransportEvent.Writable.class,
                TransportEvent.Interrupted.class,
                TransportEvent.Opened.class,
                TransportEvent.Closed.class));
    heard.assertContract();
  }

  @Test
  void givesTheConnectionUpRatherThanDropFramesSilently() {
    transport.open();
    int fit = (int) (LoopBridge.MAX_BYTES / FRAME.size());
    for (int i = 0; i < fit + 10; i++) {
      transport.receive(FRAME, FrameSource.ROUTER);
    }

    assertThat(transport.reconnects()).hasSize(1);
    loop.runPending();
    assertThat(heard.frames()).hasSize(fit);
    assertThat(heard.awaitInterrupted(Duration.ZERO).reason().code())
        .isEqualTo(CloseReason.Code.RECONNECT_REQUESTED);

    transport.open();
    transport.receive(FRAME, FrameSource.ROUTER);
    loop.runPending();
    assertThat(heard.frames()).hasSize(fit + 1);
    heard.assertContract();
  }

  @Test
  void countsOnlyWhatIsOnItsWay() {
    transport.open();
    for (int i = 0; i < 200; i++) {
      transport.receive(FRAME, FrameSource.ROUTER);
      loop.runPending();
    }

    assertThat(heard.frames()).hasSize(200);
    assertThat(transport.reconnects()).isEmpty();
  }
}
