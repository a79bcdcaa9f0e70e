package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.it.HybridEnd.Numbered;
import to.clasp.router.EmbeddedRouter;
import to.clasp.transport.Backoff;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.identity.IdentityOptions;
import to.clasp.transport.identity.IdentityProblem;
import to.clasp.transport.identity.KnownPeers;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.identity.PeerIdentity;
import to.clasp.transport.identity.TrustPolicy;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.webrtc.WebRtcPeerTransportProvider;

/** Who peers are, and what a router that lies can do about it: over real WebRTC. */
class IdentityTest {

  private final EmbeddedRouter router =
      EmbeddedRouter.builder().host("127.0.0.1").port(0).rateLimit(0).build();
  private final List<HybridEnd> ends = new ArrayList<>();
  private final PeerIdentity stageIdentity = PeerIdentity.generate();
  private final PeerIdentity deskIdentity = PeerIdentity.generate();
  private final KnownPeers knownAtDesk = KnownPeers.inMemory();
  private final KnownPeers knownAtStage = KnownPeers.inMemory();

  @BeforeEach
  void startRouter() {
    router.start();
  }

  @AfterEach
  void close() throws Exception {
    for (HybridEnd end : ends) {
      end.close();
    }
    router.close();
  }

  private HybridEnd end(
      String id, @Nullable IdentityOptions identity, UnaryOperator<Transport> between) {
    P2POptions.Builder options =
        P2POptions.builder()
            .peerId(id)
            .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
            .drainTimeout(Duration.ofMillis(200))
            .backoff(new Backoff(Duration.ofMillis(100), Duration.ofMillis(500), 2, 0.5));
    if (identity != null) {
      options.identity(identity);
    }
    HybridEnd end =
        new HybridEnd(
            router.uri(),
            new WebRtcPeerTransportProvider(),
            options.build(),
            ConnectionOptions.DEFAULTS,
            between);
    ends.add(end);
    return end.start();
  }

  private HybridEnd stage() {
    return end(
        "stage", IdentityOptions.trustOnFirstUse(stageIdentity, knownAtStage), honest -> honest);
  }

  private HybridEnd desk(UnaryOperator<Transport> between) {
    return end("desk", IdentityOptions.trustOnFirstUse(deskIdentity, knownAtDesk), between);
  }

  private static void assertByRouter(HybridEnd from, HybridEnd to) {
    assertThat(from.sendNumber(to.id).path()).isEqualTo(Path.ROUTER);
    assertThat(to.arrived.await(Numbered.class, HybridEnd.TIMEOUT).path()).isEqualTo(Path.ROUTER);
  }

  private static void assertRefused(HybridEnd end, IdentityProblem problem) {
    PeerEvent.IdentityRefused refused =
        end.events.await(PeerEvent.IdentityRefused.class, HybridEnd.TIMEOUT);
    assertThat(refused.problem()).isEqualTo(problem);
    assertThat(end.events.events(PeerEvent.Connected.class)).isEmpty();
  }

  private static void assertLinkRefused(HybridEnd from, String to) {
    assertThatThrownBy(() -> from.link(to))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("not trusted");
    assertThat(from.hybrid.peer(to).map(PeerSnapshot::lastFailure).orElseThrow().code())
        .isEqualTo(Code.IDENTITY_REFUSED);
  }

  @Test
  void peersProveWhoTheyAreBeforeTheLinkIsUp() throws Exception {
    HybridEnd stage = stage();
    HybridEnd desk = desk(honest -> honest);

    desk.link("stage");

    PeerEvent.IdentityProven proven =
        desk.events.await(PeerEvent.IdentityProven.class, HybridEnd.TIMEOUT);
    assertThat(proven.key()).isEqualTo(stageIdentity.key());
    assertThat(proven.firstUse()).isTrue();
    assertThat(stage.events.await(PeerEvent.IdentityProven.class, HybridEnd.TIMEOUT).key())
        .isEqualTo(deskIdentity.key());
    stage.events.await(PeerEvent.Connected.class, HybridEnd.TIMEOUT);
    LinkSecurity here = desk.hybrid.linkSecurity("stage").orElseThrow();
    LinkSecurity there = stage.hybrid.linkSecurity("desk").orElseThrow();
    assertThat(here.ownFingerprint()).isEqualTo(there.peerFingerprint()).startsWith("sha-256 ");
    assertThat(here.peerFingerprint()).isEqualTo(there.ownFingerprint());
    assertThat(here.isProven()).isTrue();
    assertThat(here.code()).isEqualTo(there.code());
    assertThat(knownAtDesk.keyOf("stage")).contains(stageIdentity.key());
    assertThat(desk.sendNumber("stage")).isSameAs(SendResult.P2P);
    stage.arrived.await(Numbered.class, HybridEnd.TIMEOUT);

    // Known by now, and renewed links are no less proven.
    desk.hybrid.disconnectPeer("stage");
    desk.events.await(PeerEvent.Closed.class, HybridEnd.TIMEOUT);
    desk.link("stage");
    assertThat(desk.events.events(PeerEvent.IdentityProven.class).get(1).firstUse()).isFalse();
  }

  @Test
  void withoutIdentitiesPeopleCanCompareACode() throws Exception {
    HybridEnd stage = end("stage", null, honest -> honest);
    HybridEnd desk = end("desk", null, honest -> honest);

    desk.link("stage");
    stage.events.await(PeerEvent.Connected.class, HybridEnd.TIMEOUT);

    LinkSecurity here = desk.hybrid.linkSecurity("stage").orElseThrow();
    assertThat(here.isProven()).isFalse();
    assertThat(here.code()).isEqualTo(stage.hybrid.linkSecurity("desk").orElseThrow().code());
    assertThat(desk.hybrid.linkSecurity("nobody")).isEmpty();
  }

  @Test
  void aRouterThatPutsItselfIntoTheMiddleIsFoundOut() {
    HybridEnd stage = stage();
    HybridEnd desk = desk(LyingRouter::withOtherFingerprints);

    assertLinkRefused(desk, "stage");

    assertRefused(desk, IdentityProblem.BAD_SIGNATURE);
    assertThat(knownAtDesk.keyOf("stage")).isEmpty();
    assertByRouter(desk, stage);
  }

  @Test
  void aRouterThatTakesSignaturesAwayIsFoundOut() {
    HybridEnd stage = stage();
    HybridEnd desk = desk(LyingRouter::withoutSignatures);

    assertLinkRefused(desk, "stage");

    assertRefused(desk, IdentityProblem.UNSIGNED);
    assertByRouter(desk, stage);
  }

  @Test
  void aPeerThatIsKnownCannotBeMadeToLookUnsigned() {
    knownAtDesk.remember("stage", stageIdentity.key());
    HybridEnd stage = stage();
    HybridEnd desk =
        end(
            "desk",
            new IdentityOptions(deskIdentity, knownAtDesk, TrustPolicy.FIRST_USE, false),
            LyingRouter::withoutSignatures);

    assertLinkRefused(desk, "stage");

    assertRefused(desk, IdentityProblem.UNSIGNED);
    assertThat(stage.events.events(PeerEvent.Connected.class)).isEmpty();
  }

  @Test
  void aPeerWithoutIdentityMayLinkWhereThatIsAllowed() throws Exception {
    HybridEnd stage = end("stage", null, honest -> honest);
    HybridEnd desk =
        end(
            "desk",
            new IdentityOptions(deskIdentity, knownAtDesk, TrustPolicy.FIRST_USE, false),
            honest -> honest);

    desk.link("stage");

    assertThat(desk.sendNumber("stage")).isSameAs(SendResult.P2P);
    stage.arrived.await(Numbered.class, HybridEnd.TIMEOUT);
    assertThat(desk.hybrid.linkSecurity("stage").orElseThrow().isProven()).isFalse();
  }

  @Test
  void anotherKeyUnderAKnownNameIsRefused() {
    knownAtDesk.remember("stage", PeerIdentity.generate().key());
    HybridEnd stage = stage();
    HybridEnd desk = desk(honest -> honest);

    assertLinkRefused(desk, "stage");

    assertRefused(desk, IdentityProblem.CHANGED_KEY);
    assertThat(desk.events.events(PeerEvent.IdentityRefused.class).get(0).key())
        .isEqualTo(stageIdentity.key());
    assertByRouter(desk, stage);
  }

  @Test
  void aPeerMayBeForgottenAndMetAnew() throws Exception {
    knownAtDesk.remember("stage", PeerIdentity.generate().key());
    HybridEnd stage = stage();
    HybridEnd desk = desk(honest -> honest);
    assertLinkRefused(desk, "stage");

    knownAtDesk.forget("stage");
    desk.link("stage");

    assertThat(desk.sendNumber("stage")).isSameAs(SendResult.P2P);
    stage.arrived.await(Numbered.class, HybridEnd.TIMEOUT);
  }

  @Test
  void onlyPinnedKeysAreTrustedWhereThatIsSaid() {
    HybridEnd stage = stage();
    HybridEnd desk =
        end("desk", IdentityOptions.pinned(deskIdentity, knownAtDesk), honest -> honest);

    assertLinkRefused(desk, "stage");

    assertRefused(desk, IdentityProblem.UNKNOWN_KEY);
    assertByRouter(desk, stage);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withoutIdentitiesDtlsRefusesAnotherCertificate(boolean offererIsDeceived) {
    UnaryOperator<Transport> honest = transport -> transport;
    HybridEnd stage =
        end("stage", null, offererIsDeceived ? honest : LyingRouter::withOtherFingerprints);
    HybridEnd desk =
        end("desk", null, offererIsDeceived ? LyingRouter::withOtherFingerprints : honest);
    HybridEnd deceived = offererIsDeceived ? desk : stage;

    desk.sendNumber("stage");

    PeerEvent.Failed failed = deceived.events.await(PeerEvent.Failed.class, HybridEnd.TIMEOUT);
    // Said by the handshake itself; nobody has waited for the time of the attempt to run out.
    assertThat(failed.reason().code()).isEqualTo(Code.DTLS_FAILED);
    assertThat(failed.reason().message()).contains("certificate");
    // The other side learns of it by the handshake too, or by the signal that it has failed.
    HybridEnd other = offererIsDeceived ? stage : desk;
    PeerEvent.Failed told = other.events.await(PeerEvent.Failed.class, HybridEnd.TIMEOUT);
    assertThat(told.reason().code()).isIn(Code.DTLS_FAILED, Code.REMOTE_CLOSE);
    assertThat(desk.events.events(PeerEvent.Connected.class)).isEmpty();
    assertThat(stage.events.events(PeerEvent.Connected.class)).isEmpty();
    assertByRouter(desk, stage);
  }
}
