package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.PeerAdmission;
import to.clasp.transport.peer.PeerAdmission.Decision;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;

/** Who may link with this side, and when that is decided. */
class AdmissionTest {

  private final World world = new World();
  private final List<CompletableFuture<Decision>> asked = new ArrayList<>();
  private final List<PeerAdmission.Candidate> candidates = new ArrayList<>();

  @AfterEach
  void close() {
    world.close();
  }

  private Node guarded(String id) {
    Node node = world.node(id, options -> options.admissionTimeout(Duration.ofSeconds(2)));
    node.hybrid.admission(
        candidate -> {
          candidates.add(candidate);
          CompletableFuture<Decision> decision = new CompletableFuture<>();
          asked.add(decision);
          return decision;
        });
    return node;
  }

  private CompletableFuture<PeerSnapshot> connect(Node from, Node to) {
    CompletableFuture<PeerSnapshot> linked = from.hybrid.connectPeer(to.id).toCompletableFuture();
    world.run();
    return linked;
  }

  @Test
  void nothingIsMadeUntilThePeerIsAccepted() {
    Node stage = guarded("stage");
    Node desk = world.node("desk");
    CompletableFuture<PeerSnapshot> linked = connect(desk, stage);
    world.advanceMillis(1_000);

    assertThat(linked).isNotDone();
    assertThat(stage.peers.transports()).isEmpty();
    assertThat(stage.events(PeerEvent.Connecting.class)).isEmpty();
    assertThat(candidates.get(0).peerId()).isEqualTo("desk");

    asked.get(0).complete(Decision.accept());
    world.run();

    assertThat(linked).isCompleted();
    assertThat(stage.stateOf(desk)).isEqualTo(PeerState.CONNECTED);
  }

  @Test
  void aRejectedPeerIsToldAtOnce() {
    Node stage = guarded("stage");
    Node desk = world.node("desk");
    CompletableFuture<PeerSnapshot> linked = connect(desk, stage);

    asked.get(0).complete(Decision.reject("full house"));
    world.run();

    assertThat(linked)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(TransportException.class)
        .withMessageContaining("full house");
    assertThat(stage.peers.transports()).isEmpty();
  }

  @Test
  void whoDoesNotDecideRejects() {
    Node stage = guarded("stage");
    Node desk = world.node("desk");
    CompletableFuture<PeerSnapshot> linked = connect(desk, stage);

    world.advanceMillis(2_000);

    assertThat(linked).isCompletedExceptionally();
    asked.get(0).complete(Decision.accept());
    world.run();
    assertThat(stage.peers.transports()).isEmpty();
  }

  @Test
  void aDecisionThatFailsRejects() {
    Node stage = world.node("stage");
    stage.hybrid.admission(
        candidate -> {
          throw new IllegalStateException("by the test");
        });
    Node desk = world.node("desk");

    assertThat(connect(desk, stage)).isCompletedExceptionally();
  }

  @Test
  void aPeerThatGivesUpMeanwhileIsNotAnswered() {
    Node stage = guarded("stage");
    Node desk = world.node("desk");
    CompletableFuture<PeerSnapshot> linked = connect(desk, stage);
    desk.hybrid.disconnectPeer("stage");
    world.run();

    assertThat(linked).isCompletedExceptionally();
    asked.get(0).complete(Decision.accept());
    world.run();

    assertThat(stage.peers.transports()).isEmpty();
  }

  @Test
  void whoIsWantedIsNotAskedAbout() {
    Node stage = guarded("stage");
    Node desk = world.node("desk");

    assertThat(connect(stage, desk)).isCompleted();
    assertThat(asked).isEmpty();
  }

  @Test
  void offersOfOnePeerAreLimitedInAMinute() {
    Node stage = world.node("stage", options -> options.maxOffersPerMinute(2));
    Node desk = world.node("desk");
    for (int i = 0; i < 2; i++) {
      assertThat(connect(desk, stage)).isCompleted();
      desk.hybrid.disconnectPeer("stage");
      world.run();
    }

    assertThat(connect(desk, stage)).isNotDone();

    assertThat(stage.snapshotOf(desk).framesDropped()).isPositive();
  }
}
