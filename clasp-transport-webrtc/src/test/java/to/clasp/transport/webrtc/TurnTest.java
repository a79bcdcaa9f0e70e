package to.clasp.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import to.clasp.testkit.contract.NumberedFrames;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.IceServer;
import to.clasp.transport.peer.IceServerError;
import to.clasp.transport.peer.IceTransportPolicy;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.peer.Signal;

/** Links through a real STUN and TURN server on loopback. Started by {@code scripts/test-turn}. */
@Tag("coturn")
class TurnTest {

  private final Map<PeerRole, End> ends = new ConcurrentHashMap<>();

  private static RtcConfig.Builder loopback(IceServer... servers) {
    return RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).iceServers(List.of(servers));
  }

  private static RtcConfig relay(IceServer... servers) {
    return loopback(servers).iceTransportPolicy(IceTransportPolicy.RELAY).build();
  }

  private void link(RtcConfig offerer, RtcConfig answerer) {
    make(PeerRole.OFFERER, offerer);
    make(PeerRole.ANSWERER, answerer);
    end(PeerRole.ANSWERER).start();
    end(PeerRole.OFFERER).start();
  }

  private void make(PeerRole role, RtcConfig config) {
    PeerRole other = role == PeerRole.OFFERER ? PeerRole.ANSWERER : PeerRole.OFFERER;
    ends.put(
        role,
        End.of(role).config(config).carry(signal -> end(other).transport.signal(signal)).make());
  }

  private End end(PeerRole role) {
    End end = ends.get(role);
    if (end == null) {
      throw new IllegalStateException(role + " is not there");
    }
    return end;
  }

  private CandidatePair pair(PeerRole role) {
    return end(role).pairs.await(CandidatePair.class, End.TIMEOUT);
  }

  private void assertCarriesBothWays() {
    for (PeerRole role : PeerRole.values()) {
      end(role).heard.awaitOpen(End.TIMEOUT);
    }
    for (PeerRole role : PeerRole.values()) {
      for (int i = 0; i < 100; i++) {
        assertThat(end(role).transport.send(NumberedFrames.small(1, i))).isEqualTo(SendResult.P2P);
      }
    }
    for (PeerRole role : PeerRole.values()) {
      end(role).heard.awaitFrames(100, End.TIMEOUT);
      assertThat(end(role).heard.frames()).hasSize(100);
    }
  }

  @AfterEach
  void close() {
    new ArrayList<>(ends.values()).forEach(End::close);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, ?transport=udp, udp, IPV4",
    "127.0.0.1, ?transport=tcp, tcp, IPV4",
    "[::1], ?transport=udp, udp, ",
    "[::1], ?transport=tcp, tcp, "
  })
  void relaysAreUsedWhenForced(
      String host, String parameters, String protocol, CandidatePair.Family family) {
    IceServer server =
        IceServer.turn(Coturn.url("turn", host, parameters), Coturn.USER, Coturn.PASSWORD);

    link(relay(server), relay(server));

    assertCarriesBothWays();
    for (PeerRole role : PeerRole.values()) {
      CandidatePair pair = pair(role);
      assertThat(pair.relayed()).isTrue();
      assertThat(pair.local().relayed()).isTrue();
      assertThat(pair.local().relayProtocol()).isEqualTo(protocol);
      assertThat(pair.local().protocol()).isEqualTo("udp");
      assertThat(pair.remote().relayed()).as("%s", pair).isTrue();
      if (family != null) {
        assertThat(pair.local().family()).isEqualTo(family);
      }
    }
  }

  @Test
  void noAddressOfThisMachineIsToldWhenRelaysAreForced() {
    link(relay(Coturn.turn("")), relay(Coturn.turn("")));

    assertCarriesBothWays();
    for (PeerRole role : PeerRole.values()) {
      List<String> candidates =
          end(role).signals.events().stream()
              .flatMap(
                  signal ->
                      signal instanceof Signal.Offer offer
                          ? offer.sdp().lines()
                          : signal instanceof Signal.Answer answer
                              ? answer.sdp().lines()
                              : signal.toString().lines())
              .filter(line -> line.contains("candidate:"))
              .toList();
      assertThat(candidates).isNotEmpty().allMatch(line -> line.contains(" typ relay "));
      assertThat(candidates).allMatch(line -> line.contains(" raddr 0.0.0.0 rport 0"));
    }
  }

  @ParameterizedTest
  @EnumSource(PeerRole.class)
  void oneSideAloneMayRelay(PeerRole relaying) {
    RtcConfig relay = relay(Coturn.turn(""));

    link(
        relaying == PeerRole.OFFERER ? relay : End.LOOPBACK,
        relaying == PeerRole.OFFERER ? End.LOOPBACK : relay);

    assertCarriesBothWays();
    CandidatePair there = pair(relaying);
    assertThat(there.local().relayed()).isTrue();
    assertThat(there.remote().relayed()).as("%s", there).isFalse();
    CandidatePair here = pair(relaying == PeerRole.OFFERER ? PeerRole.ANSWERER : PeerRole.OFFERER);
    assertThat(here.local().relayed()).as("%s", here).isFalse();
    assertThat(here.remote().relayed()).as("%s", here).isTrue();
    assertThat(here.relayed()).isTrue();
  }

  @Test
  void aRelayIsNotUsedWhereTheDirectWayWorks() {
    RtcConfig config = loopback(Coturn.turn(""), Coturn.stun()).build();

    link(config, config);

    assertCarriesBothWays();
    for (PeerRole role : PeerRole.values()) {
      assertThat(pair(role).relayed()).isFalse();
    }
  }

  @Test
  void withoutHostCandidatesTheAddressThatTheServerSawIsUsed() {
    RtcConfig config =
        loopback(Coturn.stun()).iceTransportPolicy(IceTransportPolicy.NO_HOST).build();

    link(config, config);

    assertCarriesBothWays();
    for (PeerRole role : PeerRole.values()) {
      CandidatePair pair = pair(role);
      assertThat(pair.relayed()).isFalse();
      assertThat(pair.local().type())
          .isIn(CandidatePair.Type.SERVER_REFLEXIVE, CandidatePair.Type.PEER_REFLEXIVE);
      assertThat(end(role).signals.events().toString()).doesNotContain("typ host");
    }
  }

  @Test
  void wrongCredentialsAreToldAndEndAnAttemptThatNeedsThem() {
    IceServer wrong = IceServer.turn(Coturn.url("turn", "127.0.0.1", ""), Coturn.USER, "not it");

    link(relay(wrong), End.LOOPBACK);

    var reason = end(PeerRole.OFFERER).awaitClosed();
    assertThat(reason.code()).isEqualTo(Code.ICE_SERVERS_FAILED);
    assertThat(reason.message()).contains("401", "username and credential");
    assertThat(reason.message()).doesNotContain("not it", Coturn.USER);
    assertThat(end(PeerRole.OFFERER).serverErrors.events())
        .anySatisfy(error -> assertThat(error.isRefusal()).isTrue());
  }

  @Test
  void wrongCredentialsAreToldAndDoNotHinderTheDirectWay() {
    IceServer wrong = IceServer.turn(Coturn.url("turn", "127.0.0.1", ""), "nobody", "nothing");

    link(loopback(wrong).build(), End.LOOPBACK);

    assertCarriesBothWays();
    IceServerError error =
        end(PeerRole.OFFERER).serverErrors.await(IceServerError.class, End.TIMEOUT);
    assertThat(error.isRefusal()).isTrue();
    assertThat(error.url()).startsWith("turn:127.0.0.1");
  }

  @Test
  void credentialsThatExpireAreAskedForAtEveryAttempt() {
    Queue<IceServer> supplied =
        new ArrayDeque<>(
            List.of(
                Coturn.turnUntil(Instant.now().minus(Duration.ofMinutes(1))),
                Coturn.turnUntil(Instant.now().plus(Duration.ofMinutes(1)))));
    RtcConfig config =
        loopback()
            .iceTransportPolicy(IceTransportPolicy.RELAY)
            .iceServerSupplier(() -> CompletableFuture.completedFuture(List.of(supplied.remove())))
            .build();

    link(config, End.LOOPBACK);
    assertThat(end(PeerRole.OFFERER).awaitClosed().code()).isEqualTo(Code.ICE_SERVERS_FAILED);
    close();
    ends.clear();

    link(config, End.LOOPBACK);
    assertCarriesBothWays();
    assertThat(pair(PeerRole.OFFERER).local().relayed()).isTrue();
  }

  @Test
  void anIceRestartAsksForCredentialsAgain() {
    Queue<IceServer> supplied =
        new ArrayDeque<>(
            List.of(Coturn.turnUntil(Instant.now().plus(Duration.ofMinutes(1))), Coturn.turn("")));
    RtcConfig config =
        loopback()
            .iceTransportPolicy(IceTransportPolicy.RELAY)
            .iceServerSupplier(() -> CompletableFuture.completedFuture(List.of(supplied.remove())))
            .build();
    link(config, End.LOOPBACK);
    assertCarriesBothWays();
    CandidatePair before = pair(PeerRole.OFFERER);

    assertThat(end(PeerRole.OFFERER).transport.restartIce()).isTrue();

    CandidatePair after =
        end(PeerRole.OFFERER)
            .pairs
            .await(CandidatePair.class, pair -> !pair.equals(before), End.TIMEOUT);
    assertThat(after.local().relayed()).isTrue();
    assertThat(supplied).isEmpty();
    assertThat(end(PeerRole.OFFERER).transport.send(NumberedFrames.small(2, 1)))
        .isEqualTo(SendResult.P2P);
    end(PeerRole.ANSWERER).heard.awaitFrames(101, End.TIMEOUT);
  }
}
