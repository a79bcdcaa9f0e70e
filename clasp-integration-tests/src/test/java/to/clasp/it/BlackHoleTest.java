package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import to.clasp.client.Clasp;
import to.clasp.client.Update;
import to.clasp.testkit.fault.ForwardingPeerTransportProvider;
import to.clasp.testkit.fault.SubstitutedLinks;
import to.clasp.testkit.record.Recorder;
import to.clasp.testkit.relay.RelayedPeerTransportProvider;
import to.clasp.testkit.relay.UdpRelay;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProviders;

/** Packets of a link vanish without a word, in one direction or both, while values travel. */
class BlackHoleTest {

  /** Whose packets vanish. */
  enum Hole {
    OF_THE_SENDER,
    OF_THE_RECEIVER,
    OF_BOTH
  }

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String STAGE = "stage";
  private static final String DESK = "desk";

  private final TestRouter router = TestRouter.builder().start();
  private final UdpRelay relay = UdpRelay.start();
  private final BothSides sides = new BothSides(TransportProviders.shared().peer(), relay);
  private final SubstitutedLinks links = SubstitutedLinks.by(webrtc -> sides);
  private final Recorder<Update> received = new Recorder<>();
  private final Recorder<PeerEvent> atDesk = new Recorder<>();
  private final Recorder<PeerEvent> atStage = new Recorder<>();
  private final Semaphore ahead = new Semaphore(16);
  private long sent;

  /** Each peer has its own side of the relay. */
  private static final class BothSides extends ForwardingPeerTransportProvider {
    private final RelayedPeerTransportProvider ofDesk;
    private final RelayedPeerTransportProvider ofStage;

    BothSides(PeerTransportProvider webrtc, UdpRelay relay) {
      super(webrtc);
      ofDesk = new RelayedPeerTransportProvider(webrtc, relay);
      ofStage = new RelayedPeerTransportProvider(webrtc, relay);
    }

    @Override
    public PeerTransport create(PeerTransportRequest request, TransportContext context) {
      return (request.peerId().equals(STAGE) ? ofDesk : ofStage).create(request, context);
    }
  }

  @AfterEach
  void close() {
    links.close();
    relay.close();
    router.close();
  }

  @ParameterizedTest
  @EnumSource
  void trafficTakesTheRouterAndComesBack(Hole hole) throws Exception {
    try (Clasp stage = connect(STAGE, Duration.ofSeconds(30));
        Clasp desk = connect(DESK, Duration.ofSeconds(30))) {
      link(stage, desk);
      cut(hole);
      sendWhile(desk, () -> pathOf(desk) == Path.P2P);
      send(desk, 500);
      restore();
      sendWhile(desk, () -> lastPathOf(received) == Path.ROUTER);
      send(desk, 500);

      assertEachOnceAndInOrder();
      assertThat(atDesk.events(PeerEvent.PathChanged.class))
          .filteredOn(change -> change.to() == Path.ROUTER)
          .extracting(change -> Objects.requireNonNull(change.cause()).code())
          .isNotEmpty()
          .isSubsetOf(Code.SILENT, Code.ICE_FAILED);
    }
  }

  @Test
  void aLinkThatIsGivenUpHasBrokenForBothAndComesAgain() throws Exception {
    Duration patience = Duration.ofSeconds(2);
    try (Clasp stage = connect(STAGE, patience);
        Clasp desk = connect(DESK, patience)) {
      link(stage, desk);
      cut(Hole.OF_BOTH);
      sendWhile(
          desk,
          () ->
              atDesk.events(PeerEvent.Failed.class).isEmpty()
                  || atStage.events(PeerEvent.Failed.class).isEmpty());
      restore();
      sendWhile(desk, () -> pathOf(desk) == Path.ROUTER);
      send(desk, 500);

      assertEachOnceAndInOrder();
      assertThat(List.of(atDesk, atStage))
          .allSatisfy(
              events -> {
                assertThat(events.events(PeerEvent.Closed.class)).isEmpty();
                assertThat(events.events(PeerEvent.Failed.class).get(0).reason().code())
                    .isIn(Code.SILENT, Code.ICE_FAILED, Code.CONNECTION_LOST);
              });
      assertThat(desk.peer(STAGE).orElseThrow().attempts()).as("a new link").isGreaterThan(1);
    }
  }

  private Clasp connect(String name, Duration patience) {
    return Clasp.builder(router.uri())
        .name(name)
        .withP2P(
            P2POptions.builder()
                .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
                .disconnectGrace(patience)
                .build())
        .connect();
  }

  private void link(Clasp stage, Clasp desk) throws Exception {
    stage.on(
        "/peer/stage/**",
        update -> {
          received.record(update);
          ahead.release();
        });
    desk.onPeerEvent(atDesk::record);
    stage.onPeerEvent(atStage::record);
    desk.connectPeer(STAGE).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    send(desk, 500);
    assertThat(pathOf(desk)).isEqualTo(Path.P2P);
  }

  private void cut(Hole hole) {
    if (hole != Hole.OF_THE_RECEIVER) {
      sides.ofDesk.side().cut();
    }
    if (hole != Hole.OF_THE_SENDER) {
      sides.ofStage.side().cut();
    }
  }

  private void restore() {
    sides.ofDesk.side().restore();
    sides.ofStage.side().restore();
  }

  private static Path pathOf(Clasp desk) {
    return desk.peer(STAGE).orElseThrow().path();
  }

  private static Path lastPathOf(Recorder<Update> received) {
    List<Update> all = received.events();
    return all.get(all.size() - 1).path();
  }

  private void send(Clasp desk, int values) throws InterruptedException {
    long end = sent + values;
    sendWhile(desk, () -> sent < end);
  }

  /** Sends as fast as values arrive, so that something is always under way. */
  private void sendWhile(Clasp desk, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (condition.getAsBoolean()) {
      assertThat(ahead.tryAcquire(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
          .as("number %d arrives", sent - 16)
          .isTrue();
      assertThat(System.nanoTime() - deadline).as("too late").isNegative();
      desk.emit("/peer/stage/number", sent++).join();
    }
  }

  private void assertEachOnceAndInOrder() throws Exception {
    received.awaitThat("all values", TIMEOUT, all -> all.size() >= sent);
    assertThat(received.events().stream().map(update -> update.value().asLong()))
        .containsExactlyElementsOf(LongStream.range(0, sent).boxed().toList());
  }
}
