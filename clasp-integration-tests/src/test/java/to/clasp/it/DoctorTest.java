package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.doctor.Doctor;
import to.clasp.client.doctor.Finding;
import to.clasp.client.doctor.Finding.Outcome;
import to.clasp.client.doctor.Finding.Step;
import to.clasp.router.EmbeddedRouter;
import to.clasp.transport.peer.IceServer;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.RtcConfig;

/** The doctor, over a real router and real links. */
class DoctorTest {

  private static final RtcConfig LOOPBACK =
      RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build();

  private static Finding of(List<Finding> findings, Step step) {
    return findings.stream().filter(each -> each.step() == step).findFirst().orElseThrow();
  }

  @Test
  void whereAllIsWellEveryStepPassesInOrder() throws Exception {
    try (EmbeddedRouter router = EmbeddedRouter.builder().host("127.0.0.1").port(0).start();
        Clasp stage =
            Clasp.builder(router.uri().toString())
                .name("stage")
                .withP2P(P2POptions.builder().rtcConfig(LOOPBACK).build())
                .connect()) {
      List<Finding> told = new ArrayList<>();
      List<Finding> findings =
          Doctor.builder()
              .router(router.uri().toString())
              .peer("stage")
              .rtcConfig(LOOPBACK)
              .timeout(Duration.ofSeconds(30))
              .build()
              .examine(told::add);

      assertThat(told).isEqualTo(findings);
      assertThat(findings).extracting(Finding::step).containsExactly(Step.values());
      assertThat(findings).noneMatch(each -> each.outcome() == Outcome.FAIL);
      assertThat(of(findings, Step.ROUTER).detail()).contains("round trip");
      assertThat(of(findings, Step.LOOPBACK_LINK).outcome()).isEqualTo(Outcome.PASS);
      assertThat(of(findings, Step.PEER_LINK).detail()).contains("stage", "direct");
      assertThat(of(findings, Step.STUN).outcome()).isEqualTo(Outcome.SKIPPED);
      assertThat(stage.peers()).isNotEmpty();
    }
  }

  @Test
  void whatFailsIsToldWithWhatToDo() throws Exception {
    RtcConfig config =
        LOOPBACK.toBuilder()
            .iceServers(
                List.of(
                    IceServer.stun("stun:127.0.0.1:9"),
                    IceServer.turn("turn:127.0.0.1:9", "nobody", "hidden-word")))
            .build();

    List<Finding> findings =
        Doctor.builder()
            .router("ws://127.0.0.1:9")
            .token("hidden-token")
            .peer("stage")
            .rtcConfig(config)
            .timeout(Duration.ofSeconds(1))
            .build()
            .examine(finding -> {});

    for (Step step : List.of(Step.ROUTER, Step.STUN, Step.TURN)) {
      assertThat(of(findings, step).outcome()).as("%s", step).isEqualTo(Outcome.FAIL);
      assertThat(of(findings, step).advice()).isNotNull();
    }
    assertThat(of(findings, Step.PEER_LINK).outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(findings.toString()).doesNotContain("hidden");
  }
}
