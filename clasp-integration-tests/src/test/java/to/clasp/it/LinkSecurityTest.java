package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.Peer;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.fault.FaultyPeerTransportProvider;
import to.clasp.testkit.fault.Seed;
import to.clasp.testkit.fault.SubstitutedLinks;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.identity.IdentityOptions;
import to.clasp.transport.identity.KnownPeers;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.identity.PeerIdentity;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.RtcConfig;

/** What an application is told of what protects its links, over real WebRTC. */
class LinkSecurityTest {

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

  private Clasp connect(String id, @Nullable PeerIdentity identity) {
    P2POptions.Builder options =
        P2POptions.builder()
            .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build());
    if (identity != null) {
      options.identity(IdentityOptions.trustOnFirstUse(identity, KnownPeers.inMemory()));
    }
    return clients.connect(clients.builder(id).withP2P(options.build()));
  }

  /** The link to a peer as its {@link Peer}, the explicit use and the client tell of it. */
  private static LinkSecurity securityOf(Peer peer, Clasp client) {
    LinkSecurity security = peer.linkSecurity().orElseThrow();
    assertThat(client.linkSecurity(peer.id())).contains(security);
    assertThat(client.p2p().linkSecurity(peer.id())).contains(security);
    return security;
  }

  @Test
  void bothSidesReadTheSameCodeOfTheFingerprints() throws Exception {
    Clasp stage = connect("stage", null);
    Clasp desk = connect("desk", null);
    Recorder<Peer> shown = new Recorder<>();
    Recorder<PeerEvent> events = new Recorder<>();
    stage.p2p().onPeer(shown::record);
    desk.onPeerEvent(events::record);
    assertThat(desk.linkSecurity("stage")).isEmpty();

    Peer peer = get(desk.p2p().connectToPeer("stage"));
    LinkSecurity here = securityOf(peer, desk);
    LinkSecurity there = securityOf(shown.await(Peer.class, TIMEOUT), stage);

    assertThat(here.ownFingerprint()).isEqualTo(there.peerFingerprint()).startsWith("sha-256 ");
    assertThat(here.peerFingerprint()).isEqualTo(there.ownFingerprint());
    assertThat(here.isProven()).isFalse();
    assertThat(here.code()).isEqualTo(there.code()).matches("\\d{5}( \\d{5}){5}");

    desk.disconnectPeer("stage");
    events.await(PeerEvent.Closed.class, TIMEOUT);
    assertThat(peer.linkSecurity()).isEmpty();
    // The next link has other certificates, and another code.
    get(desk.connectPeer("stage"));
    assertThat(securityOf(peer, desk).code()).isNotEqualTo(here.code());
  }

  @Test
  void provenKeysAreToldAndTheirCodeStays() throws Exception {
    PeerIdentity stageIdentity = PeerIdentity.generate();
    PeerIdentity deskIdentity = PeerIdentity.generate();
    Clasp stage = connect("stage", stageIdentity);
    Clasp desk = connect("desk", deskIdentity);
    Recorder<Peer> shown = new Recorder<>();
    Recorder<PeerEvent> events = new Recorder<>();
    stage.p2p().onPeer(shown::record);
    desk.onPeerEvent(events::record);

    Peer peer = get(desk.p2p().connectToPeer("stage"));
    LinkSecurity here = securityOf(peer, desk);
    LinkSecurity there = securityOf(shown.await(Peer.class, TIMEOUT), stage);

    assertThat(here.peerKey()).isEqualTo(stageIdentity.key());
    assertThat(there.peerKey()).isEqualTo(deskIdentity.key());
    assertThat(here.code()).isEqualTo(there.code());

    desk.disconnectPeer("stage");
    events.await(PeerEvent.Closed.class, TIMEOUT);
    get(desk.connectPeer("stage"));
    assertThat(securityOf(peer, desk).code()).isEqualTo(here.code());
  }

  @Test
  void whatDecoratesATransportTellsOfItsSecurityToo() throws Exception {
    SubstitutedLinks decorated =
        SubstitutedLinks.by(
            webrtc ->
                new FaultyPeerTransportProvider(
                    webrtc, List.of(), List.of(), List.of(), Seed.fresh()));
    try {
      Clasp stage = connect("stage", PeerIdentity.generate());
      Clasp desk = connect("desk", PeerIdentity.generate());
      Recorder<Peer> shown = new Recorder<>();
      stage.p2p().onPeer(shown::record);

      LinkSecurity here = securityOf(get(desk.p2p().connectToPeer("stage")), desk);

      assertThat(here.isProven()).isTrue();
      assertThat(here.code()).isEqualTo(securityOf(shown.await(Peer.class, TIMEOUT), stage).code());
    } finally {
      decorated.close();
    }
  }
}
