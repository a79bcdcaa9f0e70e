package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QoS;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.value.Value;
import to.clasp.testkit.record.TransportEvent;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerLinkOptions;

/** Frames between two peers of ours: each arrives once and in order, whatever becomes of paths. */
class NumberedFramesTest {

  private final World world = new World();

  @AfterEach
  void end() {
    world.close();
  }

  private static P2POptions.Builder numbering(P2POptions.Builder options) {
    return options.link(PeerLinkOptions.DEFAULTS);
  }

  private Node node(String id) {
    return world.node(id, NumberedFramesTest::numbering);
  }

  private static List<Long> to(long end) {
    return LongStream.range(0, end).boxed().toList();
  }

  private static List<Long> numbers(Node node) {
    return node.arrivals().stream().map(Node.Arrival::number).toList();
  }

  private Node linked(Node from, Node to) {
    from.hybrid.connectPeer(to.id);
    world.advanceMillis(50);
    assertThat(from.snapshotOf(to).path()).isEqualTo(Path.P2P);
    return to;
  }

  @Test
  void framesGoDirectlyOnceTheChannelIsGreeted() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    assertThat(desk.send(stage, 0)).isSameAs(SendResult.P2P);
    world.advanceMillis(10);
    assertThat(stage.arrivals()).containsExactly(new Node.Arrival(0, Path.P2P));
    assertThat(desk.snapshotOf(stage).framesSent()).isEqualTo(1);
    assertThat(stage.snapshotOf(desk).framesReceived()).isEqualTo(1);
  }

  @Test
  void aLinkThatBreaksUnderLoadLosesNothing() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    for (int i = 0; i < 100; i++) {
      desk.send(stage, i);
    }
    desk.link().dropLink(Code.ICE_FAILED);
    for (int i = 100; i < 200; i++) {
      desk.send(stage, i);
      world.advanceMillis(1);
    }
    world.advanceMillis(5_000);
    assertThat(numbers(stage)).isEqualTo(to(200));
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
  }

  @Test
  void aLinkThatFallsSilentLosesNothing() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    for (int i = 0; i < 1_000; i++) {
      if (i == 300) {
        desk.link().silence(true);
      }
      desk.send(stage, i);
      world.advanceMillis(2);
    }
    world.advanceMillis(10_000);
    assertThat(numbers(stage)).isEqualTo(to(1_000));
    assertThat(stage.arrivals().stream().map(Node.Arrival::path)).contains(Path.ROUTER);
  }

  @Test
  void morePeersInUseThanLinksLoseNothing() {
    Node desk = world.node("desk", options -> numbering(options.maxPeers(1)));
    Node a = node("a");
    Node b = node("b");
    for (int i = 0; i < 1_000; i++) {
      desk.send(a, i);
      desk.send(b, i);
      world.advanceMillis(1);
    }
    world.advanceMillis(2_000);
    assertThat(numbers(a)).isEqualTo(to(1_000));
    assertThat(numbers(b)).isEqualTo(to(1_000));
  }

  @Test
  void aPeerThatDoesNotNumberGetsPlainFrames() {
    Node desk = node("desk");
    Node stage = linked(desk, world.node("stage"));
    assertThat(desk.send(stage, 0)).isSameAs(SendResult.P2P);
    assertThat(stage.send(desk, 0)).isSameAs(SendResult.P2P);
    world.run();
    assertThat(stage.arrivals()).containsExactly(new Node.Arrival(0, Path.P2P));
    assertThat(desk.arrivals()).containsExactly(new Node.Arrival(0, Path.P2P));
  }

  @Test
  void closingWaitsUntilThePeerHasAcknowledged() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    for (int i = 0; i < 500; i++) {
      desk.send(stage, i);
    }
    desk.hybrid.close();
    world.advanceMillis(200);
    assertThat(numbers(stage)).isEqualTo(to(500));
    assertThat(desk.hybrid.state()).isEqualTo(TransportState.CLOSED);
  }

  @Test
  void closingTellsWhatWasNotDelivered() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    desk.link().silence(true);
    desk.router.close();
    desk.send(stage, 0);
    desk.send(stage, 1);
    desk.hybrid.close();
    world.advance(Duration.ofSeconds(30));
    assertThat(desk.events(PeerEvent.Undelivered.class))
        .extracting(PeerEvent.Undelivered::frames)
        .containsExactly(2L);
    assertThat(desk.hybrid.state()).isEqualTo(TransportState.CLOSED);
  }

  // ---- Through the router

  /** Two nodes that know each other's kind, and have no link. */
  private Node related(Node from, Node to) {
    to.peers.behaviour().iceWorks(false);
    from.peers.behaviour().iceWorks(false);
    from.hybrid.connectPeer(to.id);
    world.advanceMillis(100);
    assertThat(from.send(to, 0)).isSameAs(SendResult.RELAYED);
    world.advanceMillis(100);
    return to;
  }

  private List<PublishMessage> envelopes() {
    return world.router.published(MemoryRouter.SIGNAL).stream()
        .filter(NumberedFramesTest::isEnvelope)
        .toList();
  }

  private static boolean isEnvelope(Message message) {
    return message instanceof PublishMessage publish
        && publish.value() instanceof Value.Dict map
        && "link".equals(map.text("type"));
  }

  @Test
  void withoutALinkFramesAreNumberedInEnvelopes() {
    Node desk = node("desk");
    Node stage = related(desk, node("stage"));
    assertThat(stage.arrivals()).containsExactly(new Node.Arrival(0, Path.ROUTER));
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.ROUTER);
    String toStage = MemoryRouter.SIGNAL + world.router.session("stage").id();
    assertThat(envelopes()).extracting(PublishMessage::address).contains(toStage);
  }

  @Test
  void belowTheRateOthersSeeAPlainCopyAndThePeerDoesNot() {
    Node desk = node("desk");
    Node stage = related(desk, node("stage"));
    MemoryRouter.Session other = world.plainSession("other");
    for (int i = 1; i <= 20; i++) {
      desk.send(stage, i);
      world.advanceMillis(10);
    }
    assertThat(numbers(stage)).isEqualTo(to(21));
    long plain =
        world.router.sentBy(world.router.session("desk")).stream()
            .filter(SetMessage.class::isInstance)
            .count();
    assertThat(plain).isEqualTo(21);
    assertThat(other.subscriptions()).isEmpty();
  }

  @Test
  void aFloodOfFramesTravelsInFewEnvelopesAndFewCopies() {
    Node desk = node("desk");
    Node stage = related(desk, node("stage"));
    world.router.forgetWhatWasReceived();
    for (int i = 1; i < 5_000; i++) {
      desk.send(stage, i);
      if (i % 5 == 0) {
        world.advanceMillis(1);
      }
    }
    world.advanceMillis(500);
    assertThat(numbers(stage)).isEqualTo(to(5_000));
    long copies =
        world.router.sentBy(world.router.session("desk")).stream()
            .filter(SetMessage.class::isInstance)
            .count();
    assertThat(copies).isLessThan(1_000);
  }

  @Test
  void envelopesThatTheRouterDropsFor429AreSentAgain() {
    Node desk = node("desk");
    Node stage = related(desk, node("stage"));
    int[] dropped = new int[1];
    world.router.refuse(
        message ->
            isEnvelope(message) && ++dropped[0] % 3 == 0
                ? new ErrorMessage(429, "Rate limit exceeded", null, null)
                : null);
    for (int i = 1; i < 300; i++) {
      desk.send(stage, i);
      world.advanceMillis(20);
    }
    world.router.refuse(message -> null);
    world.advance(Duration.ofSeconds(60));
    assertThat(dropped[0]).isGreaterThan(9);
    assertThat(numbers(stage)).isEqualTo(to(300));
  }

  @Test
  void aSessionThatIsGoneIsNotedByIts404AndFramesGoToTheNext() {
    Node desk = node("desk");
    Node stage = related(desk, node("stage"));
    world.router.session("stage").forget();
    desk.send(stage, 1);
    desk.send(stage, 2);
    world.advanceMillis(100);
    desk.send(stage, 3);
    stage.router.loseConnection();
    world.advanceMillis(500);
    desk.send(stage, 4);
    world.advance(Duration.ofSeconds(5));
    assertThat(numbers(stage)).isEqualTo(to(5));
    assertThat(desk.events(PeerEvent.Restarted.class)).isEmpty();
  }

  @Test
  void aRouterThatRestartsLosesNothingOfWhatIsNumbered() {
    Node desk = node("desk");
    Node stage = related(desk, node("stage"));
    for (int i = 1; i < 400; i++) {
      desk.send(stage, i);
      if (i == 100) {
        world.router.stop();
      } else if (i == 200) {
        world.router.start();
      }
      world.advanceMillis(5);
    }
    world.advance(Duration.ofSeconds(10));
    assertThat(numbers(stage)).isEqualTo(to(400));
    assertThat(desk.events(PeerEvent.Restarted.class)).isEmpty();
    assertThat(desk.events(PeerEvent.Undelivered.class)).isEmpty();
  }

  @Test
  void whileTheRouterIsAwayALinkCarriesOn() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    world.router.stop();
    for (int i = 0; i < 100; i++) {
      assertThat(desk.send(stage, i)).isSameAs(SendResult.P2P);
      world.advanceMillis(5);
    }
    world.router.start();
    world.advanceMillis(500);
    desk.link().dropLink(Code.ICE_FAILED);
    for (int i = 100; i < 200; i++) {
      desk.send(stage, i);
    }
    world.advance(Duration.ofSeconds(5));
    assertThat(numbers(stage)).isEqualTo(to(200));
  }

  @Test
  void aGetTravelsToThePeerAndNotToTheRouterAndSoDoesItsAnswer() {
    Node desk = node("desk");
    Node stage = related(desk, node("stage"));
    world.router.forgetWhatWasReceived();
    assertThat(desk.hybrid.send(Frame.of(new GetMessage("/peer/stage/n"))).isForPeer()).isTrue();
    world.advanceMillis(100);
    assertThat(received(stage, GetMessage.class)).hasSize(1);

    SnapshotMessage answer =
        new SnapshotMessage(List.of(new ParamState("/peer/stage/n", Value.of(1L), 1, null, null)));
    assertThat(stage.hybrid.sendToPeer("desk", Frame.of(answer)).isForPeer()).isTrue();
    world.advanceMillis(100);
    assertThat(received(desk, SnapshotMessage.class)).containsExactly(answer);
    assertThat(sourcesAt(desk, SnapshotMessage.class))
        .containsExactly(FrameSource.relayed("stage"));
    for (String name : List.of("desk", "stage")) {
      assertThat(world.router.sentBy(world.router.session(name)))
          .noneMatch(GetMessage.class::isInstance)
          .noneMatch(SnapshotMessage.class::isInstance);
    }
  }

  private static <M extends Message> List<M> received(Node node, Class<M> kind) {
    return node.heard.events(TransportEvent.Received.class).stream()
        .map(event -> event.frame().message())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  private static List<FrameSource> sourcesAt(Node node, Class<? extends Message> kind) {
    return node.heard.events(TransportEvent.Received.class).stream()
        .filter(event -> kind.isInstance(event.frame().message()))
        .filter(event -> !event.frame().toString().contains(MemoryRouter.ANNOUNCE))
        .map(TransportEvent.Received::source)
        .toList();
  }

  // ---- Streams and bundles

  private static Frame stream(long number) {
    return Frame.of(
        PublishMessage.of("/peer/stage/s", SignalType.STREAM, Value.of(number)), QoS.FIRE);
  }

  @Test
  void streamsAreNeverNumbered() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    assertThat(desk.hybrid.send(stream(1))).isSameAs(SendResult.P2P);
    assertThat(desk.hybrid.sendToPeer("stage", stream(2))).isSameAs(SendResult.P2P);
    world.advanceMillis(10);
    assertThat(sourcesAt(stage, PublishMessage.class)).hasSize(2);
    assertThat(desk.link().stats().framesSent()).isEqualTo(2);
  }

  @Test
  void withoutALinkStreamsGoPlainlyThroughTheRouter() {
    Node desk = node("desk");
    Node stage = related(desk, node("stage"));
    assertThat(desk.hybrid.send(stream(1))).isSameAs(SendResult.ROUTER);
    world.advanceMillis(10);
    assertThat(sourcesAt(stage, PublishMessage.class)).containsExactly(FrameSource.ROUTER);
  }

  private static Frame bundle(String... addresses) {
    List<Message> messages = new ArrayList<>();
    for (String address : addresses) {
      messages.add(PublishMessage.of(address, SignalType.EVENT, Value.of("go")));
      messages.add(SetMessage.of(address, Value.of(1L)));
    }
    return Frame.of(new BundleMessage(null, messages));
  }

  @Test
  void aBundleForOnePeerTravelsAsOneNumberedFrame() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    Frame bundle = bundle("/peer/stage/a", "/peer/stage/b");
    desk.send(stage, 0);
    assertThat(desk.hybrid.send(bundle)).isSameAs(SendResult.P2P);
    desk.send(stage, 1);
    desk.link().dropLink(Code.ICE_FAILED);
    world.advance(Duration.ofSeconds(3));
    assertThat(received(stage, BundleMessage.class))
        .containsExactly((BundleMessage) bundle.message());
    assertThat(world.router.sentBy(world.router.session("desk")))
        .noneMatch(BundleMessage.class::isInstance);
  }

  @Test
  void aRelayedBundleHasNoPlainCopyThatWouldComeTwice() {
    Node desk = node("desk");
    Node stage = related(desk, node("stage"));
    assertThat(desk.hybrid.send(bundle("/peer/stage/a"))).isSameAs(SendResult.RELAYED);
    world.advanceMillis(500);
    assertThat(received(stage, BundleMessage.class)).hasSize(1);
    assertThat(world.router.sentBy(world.router.session("desk")))
        .noneMatch(BundleMessage.class::isInstance);
  }

  @Test
  void aBundleForSeveralPeersOrForOthersTooGoesToTheRouter() {
    Node desk = node("desk");
    linked(desk, node("stage"));
    linked(desk, node("light"));
    for (Frame bundle :
        List.of(
            bundle("/peer/stage/a", "/peer/light/a"),
            bundle("/peer/stage/a", "/room/a"),
            bundle("/peer/desk/a"),
            bundle("/peer/unknown/a"),
            bundle())) {
      assertThat(desk.hybrid.send(bundle)).isSameAs(SendResult.ROUTER);
    }
  }

  // ---- Restarts

  /** The process is gone, and nobody is told. */
  private void kill(Node node) {
    node.link().silence(true);
    node.router.pauseReading();
    world.router.session(node.id).forget();
  }

  @Test
  void aPeerThatRestartsUnderItsIdIsHeardOfAndLinkedWithAgain() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    desk.send(stage, 0);
    world.advanceMillis(10);
    kill(stage);
    for (int i = 1; i <= 5; i++) {
      desk.send(stage, i);
    }
    world.advanceMillis(20);
    Node again = node("stage");
    world.advance(Duration.ofSeconds(3));
    for (int i = 6; i < 20; i++) {
      desk.send(again, i);
    }
    world.advance(Duration.ofSeconds(15));
    assertThat(desk.events(PeerEvent.Restarted.class)).hasSize(1);
    long undelivered =
        desk.events(PeerEvent.Undelivered.class).stream()
            .mapToLong(PeerEvent.Undelivered::frames)
            .sum();
    List<Long> numbers = numbers(again);
    assertThat(numbers).doesNotHaveDuplicates().isSorted().contains(6L, 19L);
    assertThat(numbers.size() + undelivered).isGreaterThanOrEqualTo(19);
    again.hybrid.connectPeer("desk");
    world.advance(Duration.ofSeconds(40));
    assertThat(desk.snapshotOf(again).path()).isEqualTo(Path.P2P);
  }

  @Test
  void aPeerThatRestartsWithoutNumberingGetsPlainFrames() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    kill(stage);
    world.advanceMillis(20);
    Node again = world.node("stage");
    again.hybrid.connectPeer("desk");
    world.advance(Duration.ofSeconds(5));
    assertThat(desk.send(again, 1).isAccepted()).isTrue();
    world.advanceMillis(100);
    assertThat(numbers(again)).containsExactly(1L);
  }

  @Test
  void streamsFollowTheNewerOfTwoLinks() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    // Stage alone has lost its link, and makes another while ours is still up.
    stage.link().vanish(Code.ICE_FAILED);
    world.run();
    stage.hybrid.connectPeer("desk");
    world.advance(Duration.ofSeconds(5));
    assertThat(desk.peers.transports()).hasSizeGreaterThan(1);
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
    assertThat(desk.hybrid.send(stream(1))).isSameAs(SendResult.P2P);
    desk.send(stage, 1);
    world.advanceMillis(50);
    assertThat(sourcesAt(stage, PublishMessage.class)).containsExactly(FrameSource.peer("desk"));
    assertThat(numbers(stage)).containsExactly(1L);
  }

  // ---- Mixed

  @Test
  void numberedAndPlainPeersAtTheSameTimeEachGetWhatTheyUnderstand() {
    Node desk = node("desk");
    Node ours = linked(desk, node("ours"));
    Node plain = linked(desk, world.node("plain"));
    for (int i = 0; i < 50; i++) {
      desk.send(ours, i);
      desk.send(plain, i);
      plain.send(desk, i);
      world.advanceMillis(1);
    }
    world.advanceMillis(50);
    assertThat(numbers(ours)).isEqualTo(to(50));
    assertThat(numbers(plain)).isEqualTo(to(50));
    assertThat(numbers(desk)).isEqualTo(to(50));
    assertThat(plain.snapshotOf(desk).framesDropped()).isZero();
  }

  @Test
  void bothSidesCloseAtOnce() {
    Node desk = node("desk");
    Node stage = linked(desk, node("stage"));
    for (int i = 0; i < 100; i++) {
      desk.send(stage, i);
      stage.send(desk, i);
    }
    desk.hybrid.close();
    stage.hybrid.close();
    world.advance(Duration.ofSeconds(2));
    assertThat(numbers(stage)).isEqualTo(to(100));
    assertThat(numbers(desk)).isEqualTo(to(100));
    assertThat(desk.events(PeerEvent.Undelivered.class)).isEmpty();
    assertThat(stage.events(PeerEvent.Undelivered.class)).isEmpty();
  }

  @Test
  void bothSidesOfferAtOnce() {
    Node desk = node("desk");
    Node stage = node("stage");
    for (int i = 0; i < 100; i++) {
      desk.send(stage, i);
      stage.send(desk, i);
      world.advanceMillis(1);
    }
    world.advance(Duration.ofSeconds(2));
    assertThat(numbers(stage)).isEqualTo(to(100));
    assertThat(numbers(desk)).isEqualTo(to(100));
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.P2P);
  }
}
