package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.Update;
import to.clasp.testkit.fault.SubstitutedLinks;
import to.clasp.testkit.record.Recorder;
import to.clasp.testkit.relay.RelayedPeerTransportProvider;
import to.clasp.testkit.relay.UdpRelay;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.RtcConfig;

/** The way of a link's packets is gone for good, while values travel: ICE finds another one. */
class LostPathTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final TestRouter router = TestRouter.builder().start();
  private final UdpRelay relay = UdpRelay.start();
  private final SubstitutedLinks links =
      SubstitutedLinks.by(webrtc -> new RelayedPeerTransportProvider(webrtc, relay));

  @AfterEach
  void close() {
    links.close();
    relay.close();
    router.close();
  }

  private Clasp connect(String name) {
    return Clasp.builder(router.uri())
        .name(name)
        .withP2P(
            P2POptions.builder()
                .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
                // A machine under load may need long until SCTP repeats what was lost.
                .disconnectGrace(Duration.ofSeconds(30))
                .build())
        .connect();
  }

  @Test
  void theLinkGoesOnOnAnotherWay() throws Exception {
    Recorder<Update> received = new Recorder<>();
    Recorder<PeerEvent> events = new Recorder<>();
    Semaphore ahead = new Semaphore(16);
    AtomicLong sent = new AtomicLong();
    try (Clasp stage = connect("stage");
        Clasp desk = connect("desk")) {
      stage.on(
          "/peer/stage/**",
          update -> {
            received.record(update);
            ahead.release();
          });
      desk.onPeerEvent(events::record);
      desk.connectPeer("stage").get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      sendWhile(desk, ahead, sent, () -> sent.get() < 1_000);
      relay.losePaths();
      sendWhile(desk, ahead, sent, () -> pathOf(desk) == Path.P2P);
      long lost = System.nanoTime();
      sendWhile(desk, ahead, sent, () -> pathOf(desk) == Path.ROUTER);
      System.out.printf(
          "directly again %d ms after the way was noticed to be gone%n",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lost));
      long end = sent.get() + 1_000;
      sendWhile(desk, ahead, sent, () -> sent.get() < end);
      // SCTP finds its pace again after seconds without packets, and may look silent meanwhile.
      sendWhile(desk, ahead, sent, () -> lastPathOf(received) == Path.ROUTER);
      received.awaitThat("all values", TIMEOUT, all -> all.size() >= sent.get());

      assertThat(received.events().stream().map(update -> update.value().asLong()))
          .containsExactlyElementsOf(LongStream.range(0, sent.get()).boxed().toList());
      assertThat(pathsOf(received)).startsWith(Path.P2P, Path.ROUTER, Path.P2P);
      PeerSnapshot peer = desk.peer("stage").orElseThrow();
      assertThat(peer.state()).isEqualTo(PeerState.CONNECTED);
      assertThat(peer.attempts()).as("the same link").isEqualTo(1);
      assertThat(events.events(PeerEvent.Connected.class)).hasSize(1);
      assertThat(events.events(PeerEvent.Failed.class)).isEmpty();
    }
  }

  private static Path pathOf(Clasp desk) {
    return desk.peer("stage").orElseThrow().path();
  }

  private static Path lastPathOf(Recorder<Update> received) {
    List<Update> all = received.events();
    return all.get(all.size() - 1).path();
  }

  /** The paths that values took, one after the other. */
  private static List<Path> pathsOf(Recorder<Update> received) {
    Recorder<Path> paths = new Recorder<>();
    for (Update update : received.events()) {
      List<Path> known = paths.events();
      if (known.isEmpty() || known.get(known.size() - 1) != update.path()) {
        paths.record(update.path());
      }
    }
    return paths.events();
  }

  private static void sendWhile(
      Clasp desk, Semaphore ahead, AtomicLong sent, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (condition.getAsBoolean()) {
      assertThat(ahead.tryAcquire(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
          .as("number %d arrives", sent.get() - 16)
          .isTrue();
      assertThat(System.nanoTime() - deadline).as("too late").isNegative();
      desk.emit("/peer/stage/number", sent.getAndIncrement()).join();
    }
  }
}
