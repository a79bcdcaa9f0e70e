package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.value.Value;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent.ChannelClosed;
import to.clasp.transport.peer.PeerEvent.ChannelOpened;
import to.clasp.transport.peer.PeerEvent.Renewed;
import to.clasp.transport.peer.PeerLinkOptions;

/** Further channels while a newer link takes the place of the one before, or fails to. */
class FurtherChannelsTest {

  private static final Duration OPENING = Duration.ofMillis(5);

  private final World world = new World();
  private final List<ChannelledPeers> channelled = new ArrayList<>();
  private Node desk;
  private Node stage;

  @BeforeEach
  void linkWithAChannel() {
    desk =
        world.startedAndSettled(
            world.make(
                "desk", FurtherChannelsTest::numbering, peers -> channelled(peers), Runnable::run));
    stage = world.node("stage", FurtherChannelsTest::numbering);
    desk.hybrid.connectPeer("stage");
    world.advanceMillis(50);
    desk.hybrid.createChannel("stage", "/control", ChannelOptions.RELIABLE);
    world.run();
    assertThat(desk.events(ChannelOpened.class)).hasSize(1);
    desk.events.clear();
    // From now on there is time between the answer and an open link.
    stage.peers.behaviour().connectDelay(OPENING);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private ChannelledPeers channelled(to.clasp.transport.spi.PeerTransportProvider peers) {
    ChannelledPeers made = new ChannelledPeers(peers);
    channelled.add(made);
    return made;
  }

  private static P2POptions.Builder numbering(P2POptions.Builder options) {
    return options.link(PeerLinkOptions.DEFAULTS);
  }

  private ChannelledPeers.Line line(int number) {
    return channelled.get(0).lines.get(number);
  }

  private void emit(long number) {
    SendResult sent = desk.hybrid.sendToPeer("stage", Node.event("/control/n", Value.of(number)));
    assertThat(sent).isSameAs(SendResult.P2P);
  }

  /** Begins a renewal whose link opens, and on which nothing comes back. */
  private void renewOntoALinkThatStaysUnproven() {
    desk.link().reportRenewalDue(false);
    world.run();
    stage.link().stall(true);
    world.advance(OPENING);
    assertThat(line(1).linkState()).isEqualTo(TransportState.OPEN);
  }

  @Test
  void aChannelMovesToANewerLinkThatHasProvenItself() {
    emit(1);
    desk.link().reportRenewalDue(false);
    world.advance(OPENING.multipliedBy(2));
    assertThat(desk.events(Renewed.class)).hasSize(1);
    emit(2);
    world.advance(P2POptions.DEFAULTS.drainTimeout());
    emit(3);

    assertThat(line(0).numbers()).containsExactly(1L);
    assertThat(line(1).numbers()).containsExactly(2L, 3L);
    assertThat(desk.events(ChannelClosed.class)).isEmpty();
    assertThat(desk.events(ChannelOpened.class)).isEmpty();
  }

  @Test
  void aChannelStaysWhereItIsWhileANewerLinkHasProvenNothing() {
    renewOntoALinkThatStaysUnproven();
    emit(1);
    assertThat(line(0).numbers()).containsExactly(1L);

    // The proof fails, and so does the newer link; the next one has not been made yet.
    world.advanceMillis(10_500);
    assertThat(line(1).linkState()).isNotEqualTo(TransportState.OPEN);
    emit(2);

    assertThat(line(0).numbers()).containsExactly(1L, 2L);
    assertThat(line(1).numbers()).isEmpty();
    assertThat(desk.events(ChannelClosed.class)).isEmpty();
  }

  @Test
  void aChannelIsThereForAsLongAsOneOfTheLinksIs() {
    renewOntoALinkThatStaysUnproven();
    // The older one is lost: the newer one is all there is.
    desk.peers.transports().get(0).dropLink(to.clasp.transport.CloseReason.Code.ICE_FAILED);
    world.run();
    emit(1);

    assertThat(line(1).numbers()).containsExactly(1L);
    assertThat(desk.events(ChannelClosed.class)).isEmpty();
  }

  @Test
  void closingAChannelClosesItOnBothLinks() {
    renewOntoALinkThatStaysUnproven();
    desk.hybrid.closeChannel("stage", "/control");
    world.run();

    assertThat(desk.hybrid.channels("stage")).isEmpty();
    assertThat(desk.events(ChannelClosed.class)).hasSize(1);
  }
}
