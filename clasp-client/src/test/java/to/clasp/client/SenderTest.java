package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.ScriptedTransport.WithPeers;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.PeerUnreachableException;

class SenderTest {

  private static final int FRAME_BYTES = event(1).size();

  private final ReentrantLock lock = new ReentrantLock();
  private final WithPeers transport = new WithPeers("me");
  private final Sender sender = new Sender(transport, links(), lock, 4 * FRAME_BYTES);

  /** What became of one frame. */
  private class Outcome implements SendOutcome {
    final List<Boolean> handedOverForPeer = new ArrayList<>();
    @Nullable Path path;
    @Nullable ClaspException failure;
    boolean withdrawn;
    @Nullable Runnable then;

    @Override
    public void handedOver(boolean forPeer) {
      assertThat(lock.isHeldByCurrentThread()).isTrue();
      handedOverForPeer.add(forPeer);
    }

    @Override
    public boolean isWithdrawn() {
      return withdrawn;
    }

    @Override
    public void accepted(Path path, boolean forPeer) {
      told();
      this.path = path;
      if (then != null) {
        then.run();
      }
    }

    @Override
    public void failed(ClaspException failure) {
      told();
      this.failure = failure;
      if (then != null) {
        then.run();
      }
    }

    private void told() {
      // Code of the application follows, which may hold locks of its own.
      assertThat(lock.isHeldByCurrentThread()).isFalse();
      assertThat(path).isNull();
      assertThat(failure).isNull();
    }

    boolean isOpen() {
      return path == null && failure == null;
    }

    @Nullable Code code() {
      return failure == null ? null : failure.code();
    }
  }

  private Sender.Links links() {
    return new Sender.Links() {
      @Override
      public @Nullable String peerOf(Frame frame) {
        String address = frame.address();
        return address != null && address.startsWith("/peer/")
            ? address.substring(6, address.indexOf('/', 6))
            : null;
      }

      @Override
      public boolean isUp(String peer) {
        return transport.peer(peer).isPresent();
      }
    };
  }

  @BeforeEach
  void open() {
    transport.start(new RecordingListener());
    transport.open();
  }

  private static Frame event(long number) {
    return publish("/event", SignalType.EVENT, number);
  }

  private static Frame stream(long number) {
    return publish("/strea", SignalType.STREAM, number);
  }

  private static Frame toPeer(String peer, long number) {
    return publish("/peer/" + peer + "/a", SignalType.EVENT, number);
  }

  private static Frame publish(String address, SignalType signal, long number) {
    return Frame.of(PublishMessage.of(address, signal, Value.of(number)));
  }

  private Outcome send(Frame frame) {
    Outcome outcome = new Outcome();
    sender.send(frame, outcome);
    return outcome;
  }

  private List<Long> numbers() {
    return numbers(transport.frames());
  }

  private static List<Long> numbers(List<Frame> frames) {
    return frames.stream()
        .map(frame -> Updates.valueOf((PublishMessage) frame.message()).asLong())
        .toList();
  }

  @Test
  void sendsAtOnceWhileASessionStands() {
    sender.ready(true);

    Outcome outcome = send(event(1));

    assertThat(outcome.path).isEqualTo(Path.ROUTER);
    assertThat(outcome.handedOverForPeer).containsExactly(false);
    assertThat(sender.isWritable()).isTrue();
  }

  @Test
  void keepsTheOrderOfWhatWaitsForASession() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      outcomes.add(send(event(i)));
    }
    assertThat(outcomes).allMatch(Outcome::isOpen);
    assertThat(transport.frames()).isEmpty();
    assertThat(sender.isWritable()).isFalse();

    sender.ready(true);
    send(event(3));

    assertThat(numbers()).containsExactly(0L, 1L, 2L, 3L);
    assertThat(outcomes).allMatch(outcome -> outcome.path == Path.ROUTER);
  }

  @Test
  void refusesMoreThanTheBoundWhileThereIsNoSession() {
    for (int i = 0; i < 4; i++) {
      assertThat(send(event(i)).isOpen()).isTrue();
    }

    Outcome fifth = send(event(4));

    assertThat(fifth.failure).isInstanceOf(BackpressureException.class);
    sender.ready(true);
    assertThat(numbers()).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void dropsTheOldestStreamsForAnythingNewer() {
    Outcome oldest = send(stream(0));
    Outcome event = send(event(1));
    Outcome newer = send(stream(2));
    send(stream(3));

    send(event(4));
    assertThat(oldest.code()).isEqualTo(Code.BACKPRESSURE);
    assertThat(newer.isOpen()).isTrue();
    send(stream(5));

    assertThat(newer.code()).isEqualTo(Code.BACKPRESSURE);
    assertThat(event.isOpen()).isTrue();
    assertThat(sender.droppedStreams()).isEqualTo(2);
    sender.ready(true);
    assertThat(numbers()).containsExactly(1L, 3L, 4L, 5L);
  }

  @Test
  void dropsWhatNobodyWaitsForBeforeStreams() {
    Outcome stream = send(stream(0));
    Outcome withdrawn = send(event(1));
    withdrawn.withdrawn = true;
    send(event(2));
    send(event(3));

    send(event(4));

    assertThat(stream.isOpen()).isTrue();
    assertThat(withdrawn.isOpen()).isFalse();
    assertThat(sender.droppedStreams()).isZero();
  }

  @Test
  void doesNotSendWhatNobodyWaitsForAnyMore() {
    send(event(0));
    Outcome withdrawn = send(event(1));
    send(event(2));
    withdrawn.withdrawn = true;

    sender.ready(true);

    assertThat(numbers()).containsExactly(0L, 2L);
    assertThat(withdrawn.isOpen()).isFalse();
  }

  @Test
  void keepsNothingWhenTheBoundIsZero() {
    Sender none = new Sender(transport, Sender.Links.NONE, lock, 0);
    Outcome outcome = new Outcome();

    none.send(event(1), outcome);

    assertThat(outcome.code()).isEqualTo(Code.BACKPRESSURE);
  }

  @Test
  void goesOnWhereItStoppedWhenTheTransportHasRoomAgain() {
    for (int i = 0; i < 4; i++) {
      send(event(i));
    }
    transport.roomFor(2);
    sender.ready(true);
    assertThat(numbers()).containsExactly(0L, 1L);
    assertThat(sender.isWritable()).isFalse();

    // What comes now must not overtake.
    Outcome later = send(event(4));
    assertThat(later.isOpen()).isTrue();
    transport.writable();

    assertThat(sender.flush()).isTrue();
    assertThat(numbers()).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(sender.isWritable()).isTrue();
  }

  @Test
  void tellsAtOnceThatTheBufferIsFull() {
    sender.ready(true);
    transport.refuse(SendResult.BUFFER_FULL);

    assertThat(send(event(1)).failure).isInstanceOf(BackpressureException.class);
  }

  @Test
  void keepsWhatComesWhileTheConnectionIsGoing() {
    sender.ready(true);
    transport.refuse(SendResult.NOT_CONNECTED);
    Outcome outcome = send(event(1));
    assertThat(outcome.isOpen()).isTrue();

    sender.ready(false);
    transport.refuse(null);
    sender.ready(true);

    assertThat(numbers()).containsExactly(1L);
    assertThat(outcome.path).isEqualTo(Path.ROUTER);
  }

  @Test
  void refusesWhatDoesNotFitIntoAFrame() {
    transport.maxFrameSize(FRAME_BYTES - 1);
    sender.ready(true);

    Outcome outcome = send(event(1));

    assertThat(outcome.code()).isEqualTo(Code.TOO_LARGE);
    assertThat(outcome.failure)
        .hasMessageContaining(FRAME_BYTES + " bytes")
        .hasMessageContaining("at most " + (FRAME_BYTES - 1));
  }

  @Test
  void passesOnThatTheTransportFoundItTooLarge() {
    sender.ready(true);
    transport.refuse(SendResult.TOO_LARGE);

    assertThat(send(event(1)).code()).isEqualTo(Code.TOO_LARGE);
  }

  @Test
  void tellsTheOutcomeOfWhatWaitsForALink() {
    sender.ready(true);
    CompletableFuture<Path> linked = new CompletableFuture<>();
    transport.defer(linked);
    Outcome outcome = send(toPeer("b", 1));
    assertThat(outcome.isOpen()).isTrue();

    linked.complete(Path.P2P);

    assertThat(outcome.path).isEqualTo(Path.P2P);
  }

  @Test
  void tellsWhyNoLinkCouldBeMade() {
    sender.ready(true);
    CompletableFuture<Path> linked = new CompletableFuture<>();
    transport.defer(linked.thenApply(path -> path));
    Outcome unreachable = send(toPeer("b", 1));
    linked.completeExceptionally(
        new PeerUnreachableException(
            "b", CloseReason.of(CloseReason.Code.CONNECT_TIMEOUT, "no link within 5 s")));
    assertThat(unreachable.code()).isEqualTo(Code.PEER_UNREACHABLE);
    assertThat(unreachable.failure).hasMessageContaining("peer b").hasMessageContaining("5 s");

    transport.defer(
        CompletableFuture.failedFuture(
            new CompletionException(
                new TransportException(CloseReason.of(CloseReason.Code.LOCAL_CLOSE, "closed")))));
    assertThat(send(toPeer("b", 2)).code()).isEqualTo(Code.CLOSED);
  }

  @Test
  void sendsToALinkedPeerWithoutASession() {
    transport.link("b");

    Outcome direct = send(toPeer("b", 1));
    Outcome other = send(toPeer("c", 2));

    assertThat(direct.path).isEqualTo(Path.P2P);
    assertThat(other.isOpen()).isTrue();
  }

  @Test
  void whatWaitsForAPeerGoesBeforeWhatComesOnceItIsLinked() {
    send(toPeer("b", 1));
    send(event(2));
    Outcome waiting = send(toPeer("b", 3));

    transport.link("b");
    send(toPeer("b", 4));

    assertThat(numbers(transport.toPeers().stream().map(WithPeers.ToPeer::frame).toList()))
        .containsExactly(1L, 3L, 4L);
    assertThat(waiting.path).isEqualTo(Path.P2P);
    sender.ready(true);
    assertThat(numbers()).containsExactly(2L);
  }

  @Test
  void doesNotOvertakeWhatWaitsForAPeerWhenTheLinkHasNoRoom() {
    send(toPeer("b", 1));
    transport.link("b");
    transport.fillLinks(true);

    Outcome later = send(toPeer("b", 2));
    assertThat(later.isOpen()).isTrue();
    transport.fillLinks(false);
    send(toPeer("b", 3));

    assertThat(numbers(transport.toPeers().stream().map(WithPeers.ToPeer::frame).toList()))
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void asksBeforeItSendsAndSendsNothingThatIsRefused() {
    sender.ready(true);
    Outcome refused =
        new Outcome() {
          @Override
          public ClaspException sending() {
            assertThat(lock.isHeldByCurrentThread()).isTrue();
            return new BackpressureException("full");
          }
        };

    sender.send(event(1), refused);

    assertThat(refused.code()).isEqualTo(Code.BACKPRESSURE);
    assertThat(transport.frames()).isEmpty();
  }

  @Test
  void letsAnOutcomeSendMore() {
    Outcome first = send(event(0));
    first.then = () -> send(event(2));
    send(event(1));

    sender.ready(true);

    assertThat(numbers()).containsExactly(0L, 1L, 2L);
  }

  @Test
  void failsWhatWaitsWhenItCloses() {
    Outcome waiting = send(event(1));

    sender.close();

    assertThat(waiting.code()).isEqualTo(Code.CLOSED);
    assertThat(send(event(2)).code()).isEqualTo(Code.CLOSED);
    sender.ready(true);
    assertThat(transport.frames()).isEmpty();
  }

  @Test
  void stillSendsWhatWaitsOnceItAcceptsNothingMore() {
    send(event(1));
    assertThat(sender.stopAccepting()).isFalse();
    assertThat(sender.isClosing()).isTrue();
    assertThat(send(event(2)).code()).isEqualTo(Code.CLOSED);

    sender.ready(true);

    assertThat(numbers()).containsExactly(1L);
    assertThat(sender.stopAccepting()).isTrue();
  }

  @Test
  void keepsTheOrderOfEachThread() throws InterruptedException {
    sender.ready(true);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      long base = t * 1_000L;
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  sender.send(event(base + i), new Outcome());
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    List<Long> all = numbers();
    assertThat(all).hasSize(4_000);
    for (int t = 0; t < 4; t++) {
      long base = t * 1_000L;
      assertThat(all.stream().filter(number -> number / 1_000 == base / 1_000).toList())
          .containsExactlyElementsOf(LongStream.range(base, base + 1_000).boxed().toList());
    }
  }
}
