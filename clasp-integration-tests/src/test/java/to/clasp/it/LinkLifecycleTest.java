package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.net.DatagramSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.Update;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.LinkStep;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerState;

/** The steps and states of a link as the application hears of them, over real WebRTC. */
class LinkLifecycleTest {

  private final Recorder<PeerEvent> atDesk = new Recorder<>();
  private final Recorder<PeerEvent> atStage = new Recorder<>();
  private EmbeddedRouter router;
  private ClientHarness clients;

  @BeforeEach
  void start() {
    router = EmbeddedRouter.builder().port(0).start();
    clients = new ClientHarness(router);
  }

  @AfterEach
  void close() {
    clients.close();
  }

  private Clasp connect(String id, P2POptions options, Recorder<PeerEvent> events) {
    P2POptions here =
        options.toBuilder()
            .rtcConfig(options.rtcConfig().toBuilder().networkScope(NetworkScope.LOOPBACK).build())
            .build();
    Clasp client = clients.connect(clients.builder(id).withP2P(here));
    client.onPeerEvent(events::record);
    return client;
  }

  private static List<PeerEvent.StepReached> steps(Recorder<PeerEvent> events) {
    events.await(
        PeerEvent.StepReached.class, step -> step.step() == LinkStep.CHANNELS_OPEN, TIMEOUT);
    return events.events(PeerEvent.StepReached.class);
  }

  @Test
  void everyStepIsToldInOrderWithItsTime() throws Exception {
    connect("stage", P2POptions.DEFAULTS, atStage);
    Clasp desk = connect("desk", P2POptions.DEFAULTS, atDesk);

    get(desk.connectPeer("stage"));

    List<PeerEvent.StepReached> offering = steps(atDesk);
    List<PeerEvent.StepReached> answering = steps(atStage);
    assertThat(offering)
        .extracting(PeerEvent.StepReached::step)
        .containsExactly(
            LinkStep.OFFER_CREATED,
            LinkStep.OFFER_SENT,
            LinkStep.ANSWERED,
            LinkStep.CANDIDATES_EXCHANGED,
            LinkStep.CONNECTED,
            LinkStep.CHANNELS_OPEN);
    assertThat(answering)
        .extracting(PeerEvent.StepReached::step)
        .containsExactly(
            LinkStep.OFFER_RECEIVED,
            LinkStep.ANSWERED,
            LinkStep.CANDIDATES_EXCHANGED,
            LinkStep.CONNECTED,
            LinkStep.CHANNELS_OPEN);
    assertThat(offering).allMatch(step -> step.role() == PeerRole.OFFERER);
    assertThat(answering).allMatch(step -> step.role() == PeerRole.ANSWERER);
    assertThat(Stream.concat(offering.stream(), answering.stream()))
        .extracting(PeerEvent.StepReached::correlationId)
        .containsOnly(offering.get(0).correlationId());
    for (List<PeerEvent.StepReached> side : List.of(offering, answering)) {
      assertThat(side).extracting(PeerEvent.StepReached::at).isSorted();
    }
  }

  @Test
  void statesAreToldWithTheCauseOfTheirEnd() throws Exception {
    connect("stage", P2POptions.DEFAULTS, atStage);
    Clasp desk = connect("desk", P2POptions.DEFAULTS, atDesk);
    get(desk.connectPeer("stage"));

    desk.disconnectPeer("stage");

    atDesk.await(PeerEvent.Closed.class, TIMEOUT);
    List<PeerEvent.StateChanged> changes = atDesk.events(PeerEvent.StateChanged.class);
    assertThat(changes)
        .extracting(PeerEvent.StateChanged::to)
        .containsExactly(PeerState.CONNECTING, PeerState.CONNECTED, PeerState.CLOSED);
    assertThat(changes.get(2).cause().code()).isEqualTo(Code.LOCAL_CLOSE);
    assertThat(atStage.await(PeerEvent.Closed.class, TIMEOUT).reason().code())
        .isEqualTo(Code.REMOTE_CLOSE);
  }

  @Test
  void optionsOfJsonMakeALinkWithinTheRangeOfPorts() throws Exception {
    int port;
    try (DatagramSocket free = new DatagramSocket()) {
      // Far from the end, so that the range has room behind it.
      port = Math.min(free.getLocalPort(), 65_000);
    }
    P2POptions json =
        P2POptions.fromJson(
            """
            {"enabled": true, "preferP2P": true, "fallbackToRouter": false,
             "rtcConfig": {"iceServers": [], "iceTransportPolicy": "all"}}
            """);
    P2POptions ranged =
        json.toBuilder()
            .rtcConfig(json.rtcConfig().toBuilder().portRange(port, port + 100).build())
            .build();
    Recorder<Update> heard = new Recorder<>();
    connect("stage", ranged, atStage).on("/peer/stage/**", heard::record);
    Clasp desk = connect("desk", ranged, atDesk);

    // Without fallback it waits for the link, which is made for it.
    assertThat(get(desk.set("/peer/stage/x", 1)).path()).isEqualTo(Path.P2P);

    assertThat(heard.await(Update.class, TIMEOUT).path()).isEqualTo(Path.P2P);
    CandidatePair pair =
        atDesk.await(PeerEvent.CandidatePairChanged.class, TIMEOUT).candidatePair();
    for (CandidatePair.Candidate end : List.of(pair.local(), pair.remote())) {
      assertThat(end.port()).isBetween(port, port + 100);
    }
    assertThat(pair.relayed()).isFalse();
  }
}
