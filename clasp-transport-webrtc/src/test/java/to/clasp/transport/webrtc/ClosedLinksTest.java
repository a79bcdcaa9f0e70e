package to.clasp.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.contract.NumberedFrames;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.Reliability;
import to.clasp.transport.peer.Signal;

/** What is still on its way when a link is closed arrives, whatever overtakes it. */
@Timeout(60)
class ClosedLinksTest {

  private static final int COUNT = 5_000;

  private final AtomicReference<@Nullable PeerTransport> offering = new AtomicReference<>();
  private final AtomicReference<@Nullable PeerTransport> answering = new AtomicReference<>();
  private final CountDownLatch stall = new CountDownLatch(1);
  private volatile boolean holdsEnds;

  private void carry(Signal signal, AtomicReference<@Nullable PeerTransport> to) {
    if (holdsEnds && signal instanceof Signal.Disconnected) {
      return;
    }
    PeerTransport transport = to.get();
    if (transport == null) {
      throw new IllegalStateException("a signal before the start");
    }
    transport.signal(signal);
  }

  @FunctionalInterface
  private interface Scene {
    void play(End closes, End hears) throws Exception;
  }

  private void linked(boolean stalls, Scene scene) throws Exception {
    try (End closes = End.of(PeerRole.OFFERER).carry(signal -> carry(signal, answering)).make();
        End hears =
            End.of(PeerRole.ANSWERER)
                .carry(signal -> carry(signal, offering))
                .listening(heard -> stalls ? new StallingListener(heard) : heard)
                .make()) {
      offering.set(closes.transport);
      answering.set(hears.transport);
      hears.start();
      closes.start();
      closes.heard.awaitOpen(End.TIMEOUT);
      hears.heard.awaitOpen(End.TIMEOUT);
      try {
        scene.play(closes, hears);
      } finally {
        stall.countDown();
      }
    }
  }

  private static void send(End from) {
    for (int i = 0; i < COUNT; i++) {
      assertThat(from.transport.send(NumberedFrames.small(1, i)).isAccepted()).isTrue();
    }
  }

  private static void assertAllHeard(End hears) {
    CloseReason reason = hears.awaitClosed();
    List<Frame> frames = hears.heard.frames();
    NumberedFrames.assertComplete(1, COUNT, frames);
    assertThat(reason.code()).isEqualTo(CloseReason.Code.REMOTE_CLOSE);
  }

  @Test
  void theSignalOfTheEndOvertakesTheData() throws Exception {
    linked(
        false,
        (closes, hears) -> {
          hears.transport.signal(new Signal.Disconnected(End.ATTEMPT, "closed"));
          hears.settle();
          send(closes);
          closes.transport.close();

          assertAllHeard(hears);
          assertThat(closes.awaitClosed().code()).isEqualTo(CloseReason.Code.LOCAL_CLOSE);
        });
  }

  @Test
  void theListenerIsSlowerThanTheEnd() throws Exception {
    linked(
        true,
        (closes, hears) -> {
          send(closes);
          closes.transport.close();
          // All has been received there, for the channels have been closed behind it.
          closes.awaitClosed();
          assertThat(hears.transport.state()).isEqualTo(TransportState.OPEN);
          stall.countDown();

          assertAllHeard(hears);
        });
  }

  @Test
  void theSignalComesRightBehindTheEndOfTheChannel() throws Exception {
    linked(
        true,
        (closes, hears) -> {
          holdsEnds = true;
          send(closes);
          closes.transport.close();
          Signal end = closes.signals.await(Signal.Disconnected.class, End.TIMEOUT);
          awaitEnded(hears.transport.channels());
          hears.transport.signal(end);
          stall.countDown();

          assertAllHeard(hears);
        });
  }

  /** Nothing tells of it while the loop is kept. */
  private static void awaitEnded(List<PeerChannel> channels) {
    long began = System.nanoTime();
    while (channels.stream()
        .filter(channel -> channel.reliability() == Reliability.RELIABLE)
        .anyMatch(PeerChannel::isIdle)) {
      assertThat(System.nanoTime() - began).isLessThan(End.TIMEOUT.toNanos());
      Thread.onSpinWait();
    }
  }

  /** Keeps the loop with its first frame until it may go on. */
  private final class StallingListener implements TransportListener {
    private final RecordingListener heard;

    StallingListener(RecordingListener heard) {
      this.heard = heard;
    }

    @Override
    public void onOpen() {
      heard.onOpen();
    }

    @Override
    public void onFrame(Frame frame, FrameSource source) {
      try {
        stall.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
      heard.onFrame(frame, source);
    }

    @Override
    public void onClosed(CloseReason reason) {
      heard.onClosed(reason);
    }
  }
}
