package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerLinkOptions;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;

/** Links that the application asks for, whatever its frames prefer, and when it has its answer. */
class ExplicitLinkTest {

  /** Of the nodes' options. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private Node node(String id, boolean numbering, boolean preferP2P, boolean fallback) {
    return world.node(
        id,
        options ->
            options
                .link(PeerLinkOptions.builder().enabled(numbering).build())
                .preferP2P(preferP2P)
                .fallbackToRouter(fallback));
  }

  private static CompletableFuture<PeerSnapshot> connect(Node from, Node to) {
    return from.hybrid.connectPeer(to.id).toCompletableFuture();
  }

  private void link(Node from, Node to) {
    CompletableFuture<PeerSnapshot> linked = connect(from, to);
    world.advanceMillis(50);
    assertThat(linked).isCompleted();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void aLinkIsMadeAlsoWhereFramesPreferTheRouter(boolean numbering, boolean fallback) {
    Node desk = node("desk", numbering, false, fallback);
    Node stage = node("stage", numbering, true, true);

    CompletableFuture<PeerSnapshot> linked = connect(desk, stage);
    world.advanceMillis(50);

    assertThat(linked.join().state()).isEqualTo(PeerState.CONNECTED);
    CompletableFuture<PeerSnapshot> again = connect(desk, stage);
    world.run();
    assertThat(again).isCompleted();
    assertThat(desk.peers.transports()).hasSize(1);
    // What prefers the router goes on taking it.
    assertThat(desk.snapshotOf(stage).path()).isEqualTo(Path.ROUTER);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsSentToThePeerItselfHasTheLinkAlsoWhereFramesPreferTheRouter(boolean numbering) {
    Node desk = node("desk", numbering, false, true);
    Node stage = node("stage", numbering, true, true);
    link(desk, stage);

    Frame stream = Frame.of(PublishMessage.of("/local/meter", SignalType.STREAM, Value.of(1L)));
    assertThat(desk.hybrid.sendToPeer("stage", stream)).isSameAs(SendResult.P2P);
    assertThat(desk.hybrid.sendToPeer("stage", Node.event("/local/go", Value.of(1L))).isAccepted())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLinkOnWhichNothingComesBackIsNotWaitedForForEver(boolean preferP2P) {
    Node desk = node("desk", true, preferP2P, true);
    // The stage is patient, so that the desk is the one who gives up.
    Node stage =
        world.node(
            "stage",
            options ->
                options
                    .link(PeerLinkOptions.DEFAULTS)
                    .connectTimeout(CONNECT_TIMEOUT.multipliedBy(2)));
    Duration opening = Duration.ofMillis(5);
    stage.peers.behaviour().connectDelay(opening);
    CompletableFuture<PeerSnapshot> linked = connect(desk, stage);
    world.run();
    stage.link().stall(true);
    world.advance(opening);
    assertThat(desk.events(PeerEvent.Connected.class)).hasSize(1);
    assertThat(linked).isNotDone();

    world.advance(CONNECT_TIMEOUT.plusMillis(100));

    assertThat(Outcomes.reason(linked).code()).isEqualTo(Code.SILENT);
    assertThat(Outcomes.reason(linked).message()).contains("nothing came through to stage");
  }

  @Test
  void aPeerWhoseSignalsAreLostIsNotWaitedForForEver() {
    Node desk = node("desk", true, false, true);
    Node stage = node("stage", true, true, true);
    stage.peers.behaviour().answerOffers(false);

    CompletableFuture<PeerSnapshot> linked = connect(desk, stage);
    world.advance(CONNECT_TIMEOUT);

    assertThat(Outcomes.reason(linked).code()).isEqualTo(Code.CONNECT_TIMEOUT);
  }

  @Test
  void whoAsksIsAnsweredAlsoWhenAttemptsGoOn() {
    Node desk = node("desk", true, true, true);
    Node stage = node("stage", true, true, true);
    link(desk, stage);
    // The link is in doubt, and heals neither nor ends by itself within the bound.
    stage.link().stall(true);
    desk.send(stage, 1);
    world.advance(Duration.ofSeconds(1));

    CompletableFuture<PeerSnapshot> linked = connect(desk, stage);
    world.advance(CONNECT_TIMEOUT.multipliedBy(2));

    assertThat(linked).isDone();
  }
}
