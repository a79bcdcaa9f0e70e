package to.clasp.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.contract.NumberedFrames;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.Reliability;
import to.clasp.transport.webrtc.link.DataChannel;
import to.clasp.transport.webrtc.natives.RtcThread;

/** What a quiet channel sends does not wait for the rtc thread, which all links share. */
class QuietChannelTest {

  private final AtomicReference<@Nullable PeerTransport> offering = new AtomicReference<>();
  private final AtomicReference<@Nullable PeerTransport> answering = new AtomicReference<>();

  @Test
  void aMessageDoesNotWaitForALookAtWhatHasLeft() {
    try (End answerer = end(PeerRole.ANSWERER, offering);
        End offerer = end(PeerRole.OFFERER, answering)) {
      offering.set(offerer.transport);
      answering.set(answerer.transport);
      answerer.start();
      offerer.start();
      offerer.heard.awaitOpen(End.TIMEOUT);
      answerer.heard.awaitOpen(End.TIMEOUT);
      DataChannel channel = reliable(offerer);

      CountDownLatch busy = new CountDownLatch(1);
      try {
        occupy(busy);
        exchange(offerer, answerer, 0);
        assertThat(channel.bufferedAmount()).isPositive();
        channel.look();
        // The look waits, and this does not.
        exchange(offerer, answerer, 1);
      } finally {
        busy.countDown();
      }
    }
    // Closing has looked, and has not taken what left long ago for something that waits.
  }

  private static End end(PeerRole role, AtomicReference<@Nullable PeerTransport> other) {
    return End.of(role).carry(signal -> Objects.requireNonNull(other.get()).signal(signal)).make();
  }

  private static DataChannel reliable(End end) {
    return end.transport.channels().stream()
        .filter(channel -> channel.reliability() == Reliability.RELIABLE)
        .map(DataChannel.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /** Keeps the rtc thread busy until the latch opens. */
  private static void occupy(CountDownLatch busy) {
    Recorder<Boolean> occupied = new Recorder<>();
    RtcThread.instance()
        .execute(
            () -> {
              occupied.record(true);
              try {
                busy.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    occupied.await(Boolean.class, End.TIMEOUT);
  }

  private static void exchange(End offerer, End answerer, int number) {
    assertThat(offerer.transport.send(NumberedFrames.small(1, number))).isEqualTo(SendResult.P2P);
    answerer.heard.awaitFrames(number + 1, End.TIMEOUT);
    assertThat(answerer.transport.send(NumberedFrames.small(2, number))).isEqualTo(SendResult.P2P);
    offerer.heard.awaitFrames(number + 1, End.TIMEOUT);
    assertThat(answerer.heard.frames().get(number)).isEqualTo(NumberedFrames.small(1, number));
    assertThat(offerer.heard.frames().get(number)).isEqualTo(NumberedFrames.small(2, number));
  }
}
