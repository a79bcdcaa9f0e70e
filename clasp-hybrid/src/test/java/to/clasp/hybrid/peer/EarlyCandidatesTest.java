package to.clasp.hybrid.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.peer.Signal;

class EarlyCandidatesTest {

  private final EarlyCandidates early =
      new EarlyCandidates(
          P2POptions.builder()
              .connectTimeout(Duration.ofSeconds(10))
              .maxPendingOffers(2)
              .rtcConfig(RtcConfig.builder().maxRemoteCandidates(3).build())
              .build());

  private boolean keep(String peer, String attempt, int number, long seconds) {
    return early.keep(
        peer, new Signal.Candidate(attempt, "c" + number), Duration.ofSeconds(seconds).toNanos());
  }

  private List<String> take(String peer, String attempt, long seconds) {
    return early.take(peer, attempt, Duration.ofSeconds(seconds).toNanos()).stream()
        .map(Signal.Candidate::json)
        .toList();
  }

  @Test
  void givesThemOutOnceInTheOrderInWhichTheyCame() {
    keep("stage", "x", 1, 0);
    keep("stage", "x", 2, 0);

    assertThat(take("stage", "x", 1)).containsExactly("c1", "c2");
    assertThat(take("stage", "x", 1)).isEmpty();
  }

  @Test
  void keepsThoseOfPeersApartThoughTheyUseTheSameId() {
    keep("stage", "x", 1, 0);
    keep("desk", "x", 2, 0);

    assertThat(take("stage", "x", 0)).containsExactly("c1");
    assertThat(take("desk", "x", 0)).containsExactly("c2");
  }

  @Test
  void refusesWhatIsTooMuchForOneAttempt() {
    for (int i = 0; i < 3; i++) {
      assertThat(keep("stage", "x", i, 0)).isTrue();
    }

    assertThat(keep("stage", "x", 3, 0)).isFalse();
    assertThat(take("stage", "x", 0)).hasSize(3);
  }

  @Test
  void theOldestAttemptGivesWay() {
    keep("stage", "x", 1, 0);
    keep("stage", "y", 2, 0);
    keep("stage", "z", 3, 0);

    assertThat(take("stage", "x", 0)).isEmpty();
    assertThat(take("stage", "y", 0)).containsExactly("c2");
    assertThat(take("stage", "z", 0)).containsExactly("c3");
    assertThat(early.lost()).isEqualTo(1);
  }

  @Test
  void dropsWhatIsAsOldAsAnAttemptMayGet() {
    keep("stage", "x", 1, 0);
    keep("stage", "y", 2, 5);

    assertThat(take("stage", "y", 10)).containsExactly("c2");
    assertThat(take("stage", "x", 10)).isEmpty();
    assertThat(early.lost()).isEqualTo(1);
  }
}
