package to.clasp.transport.webrtc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.transport.peer.CandidatePair;

final class PathInspectionTest {

  private final ManualEventLoop loop = new ManualEventLoop();
  private int looks;
  private final PathInspection path = new PathInspection(loop, () -> looks++);

  @AfterEach
  void leavesNoTimer() {
    path.end();
    loop.assertNothingPending();
    loop.assertNoFailures();
  }

  @Test
  void looksOftenUntilThePathIsKnown() {
    path.begin();
    loop.advance(PathInspection.UNKNOWN.multipliedBy(3));

    assertEquals(4, looks);
    assertEquals(Optional.empty(), path.pair());
  }

  @Test
  void looksLessAndLessOftenAtAPathThatStays() {
    begin();

    assertEquals(Duration.ofSeconds(5), pauseUntilNextLook());
    assertEquals(Duration.ofSeconds(10), pauseUntilNextLook());
    assertEquals(Duration.ofSeconds(20), pauseUntilNextLook());
    assertEquals(Duration.ofSeconds(30), pauseUntilNextLook());
    assertEquals(Duration.ofSeconds(30), pauseUntilNextLook());
  }

  @Test
  void looksSoonAgainAtAnotherPath() {
    begin();
    pauseUntilNextLook();
    pauseUntilNextLook();

    assertTrue(path.found(pair("192.0.2.2"), Duration.ofMillis(7)));

    assertEquals(Optional.of(pair("192.0.2.2")), path.pair());
    assertEquals(Optional.of(Duration.ofMillis(7)), path.roundTrip());
    // The pause that has begun is as long as it was.
    assertEquals(Duration.ofSeconds(20), pauseUntilNextLook());
    assertEquals(Duration.ofSeconds(5), pauseUntilNextLook());
  }

  @Test
  void looksAtOnceWhenPacketsGetThroughAgain() {
    begin();
    pauseUntilNextLook();
    pauseUntilNextLook();
    int before = looks;

    path.again();

    assertEquals(before + 1, looks);
    assertEquals(Duration.ofSeconds(5), pauseUntilNextLook());
  }

  private void begin() {
    assertTrue(path.found(pair("192.0.2.1"), null));
    path.begin();
    assertFalse(path.found(pair("192.0.2.1"), Duration.ofMillis(5)));
  }

  private Duration pauseUntilNextLook() {
    int before = looks;
    Duration step = Duration.ofMillis(500);
    Duration waited = Duration.ZERO;
    while (looks == before) {
      loop.advance(step);
      waited = waited.plus(step);
    }
    return waited;
  }

  private static CandidatePair pair(String remote) {
    return new CandidatePair(
        new CandidatePair.Candidate(CandidatePair.Type.HOST, "udp", "192.0.2.9", 1, null),
        new CandidatePair.Candidate(CandidatePair.Type.HOST, "udp", remote, 2, null));
  }
}
