package to.clasp.it;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import to.clasp.client.BackpressureException;
import to.clasp.client.Clasp;
import to.clasp.client.ClientListener;
import to.clasp.client.Update;
import to.clasp.core.value.Value;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerLinkOptions;
import to.clasp.transport.peer.RtcConfig;

/**
 * Two clients and a router, with everything real. Numbered values travel from one client to the
 * other, each in a data channel message of its own, and are checked as they arrive: each once, in
 * order, directly.
 */
final class Exchange implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** No two values fit into one data channel message. */
  private static final int MESSAGE_BYTES = 1_024;

  private static final int VALUE_BYTES = 540;

  /** How many values are under way at once. */
  private static final int AHEAD = 512;

  final Clasp desk;
  final Clasp stage;
  private final Recorder<PeerEvent> deskEvents = new Recorder<>();
  private final Recorder<PeerEvent> stageEvents = new Recorder<>();
  private final TestRouter router;
  private final Semaphore ahead = new Semaphore(AHEAD);
  private final Semaphore writable = new Semaphore(0);
  private final AtomicReference<@Nullable String> wrong = new AtomicReference<>();
  private long sent;
  private volatile long received;

  /**
   * Links two clients.
   *
   * @param renewAfterMessages when factories are replaced
   */
  Exchange(int renewAfterMessages) throws Exception {
    router = TestRouter.builder().start();
    stage = client("stage", renewAfterMessages);
    desk = client("desk", renewAfterMessages);
    stage.on("/peer/stage/**", this::arrived);
    desk.onPeerEvent(deskEvents::record);
    stage.onPeerEvent(stageEvents::record);
    desk.connectPeer("stage").get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    deskEvents.await(PeerEvent.PathChanged.class, TIMEOUT);
    stageEvents.await(PeerEvent.PathChanged.class, TIMEOUT);
  }

  private Clasp client(String name, int renewAfterMessages) {
    return Clasp.builder(router.uri())
        .name(name)
        .listener(
            new ClientListener() {
              @Override
              public void onWritable() {
                writable.release();
              }
            })
        .withP2P(
            P2POptions.builder()
                .rtcConfig(
                    RtcConfig.builder()
                        .networkScope(NetworkScope.LOOPBACK)
                        .renewAfterMessages(renewAfterMessages)
                        .build())
                .link(
                    PeerLinkOptions.builder()
                        .batchBytes(MESSAGE_BYTES)
                        // A busy machine may stand still for as long as a link must not.
                        .silenceTimeout(Duration.ofSeconds(20))
                        .build())
                .build())
        .connect();
  }

  private void arrived(Update update) {
    long expected = received;
    String found = null;
    if (!(update.value() instanceof Value.Bytes bytes)) {
      found = "no value, but " + update;
    } else {
      long number = ByteBuffer.wrap(bytes.toByteArray()).getLong();
      if (number != expected) {
        found = "number " + number;
      } else if (update.path() != Path.P2P) {
        found = "number " + number + " by " + update.path();
      }
    }
    if (found != null) {
      wrong.compareAndSet(null, found + " came instead of number " + expected);
    }
    received = expected + 1;
    ahead.release();
  }

  /** Sends so many more, and waits until they have arrived. */
  void send(long count) throws Exception {
    for (long end = sent + count; sent < end; sent++) {
      take(1);
      byte[] value = new byte[VALUE_BYTES];
      ByteBuffer.wrap(value).putLong(sent);
      emit(value);
    }
    take(AHEAD);
    ahead.release(AHEAD);
    if (received != sent) {
      throw new AssertionError(sent + " were sent, " + received + " came");
    }
  }

  private void emit(byte[] value) throws InterruptedException {
    while (true) {
      writable.drainPermits();
      var taken = desk.emit("/peer/stage/number", value);
      if (!taken.isCompletedExceptionally()) {
        return;
      }
      try {
        taken.join();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof BackpressureException)) {
          throw e;
        }
      }
      // Values arrive faster than they are acknowledged.
      if (!writable.tryAcquire(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("there is no room, and none comes");
      }
    }
  }

  private void take(int permits) throws InterruptedException {
    if (!ahead.tryAcquire(permits, TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(sent + " were sent, and only " + received + " came");
    }
    String found = wrong.get();
    if (found != null) {
      throw new AssertionError(found);
    }
  }

  /** What both sides have told since frames went directly for the first time. */
  List<PeerEvent> eventsSinceLinked() {
    return Stream.of(deskEvents, stageEvents)
        .map(Recorder::events)
        .flatMap(events -> events.stream().dropWhile(event -> !isDirect(event)).skip(1))
        .toList();
  }

  private static boolean isDirect(PeerEvent event) {
    return event instanceof PeerEvent.PathChanged change && change.to() == Path.P2P;
  }

  /** How often the direct link has been renewed, as the sender sees it. */
  long renewals() {
    return deskEvents.events().stream().filter(PeerEvent.Renewed.class::isInstance).count();
  }

  @Override
  public void close() {
    desk.close();
    stage.close();
    router.close();
  }
}
