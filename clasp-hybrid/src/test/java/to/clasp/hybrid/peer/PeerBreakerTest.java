package to.clasp.hybrid.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.transport.Backoff;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.peer.BreakerState;
import to.clasp.transport.peer.P2POptions;

class PeerBreakerTest {

  private static final CloseReason FAILURE = CloseReason.of(Code.ICE_FAILED, "by a test");

  private final ManualEventLoop loop = new ManualEventLoop();

  private PeerBreaker breaker(int failures, double jitter) {
    P2POptions options =
        P2POptions.builder()
            .breakerFailures(failures)
            .backoff(new Backoff(Duration.ofMillis(500), Duration.ofSeconds(4), 2, jitter))
            .build();
    return new PeerBreaker("stage", options, new LoopClock(loop), new SplittableRandom(5));
  }

  private static PeerBreaker.Permit permit(PeerBreaker breaker) {
    return Objects.requireNonNull(breaker.tryAcquire(), "no permit");
  }

  private void waitUntilHalfOpen(PeerBreaker breaker) {
    loop.advance(breaker.untilHalfOpen());
  }

  @Test
  void opensAfterAsManyFailuresAsSaid() {
    PeerBreaker breaker = breaker(3, 0);
    permit(breaker).failed(FAILURE);
    permit(breaker).failed(FAILURE);
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    assertThat(breaker.untilHalfOpen()).isZero();
    permit(breaker).failed(FAILURE);

    assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    assertThat(breaker.tryAcquire()).isNull();
    assertThat(breaker.untilHalfOpen()).isEqualTo(Duration.ofMillis(501));
  }

  @Test
  void aLostLinkCountsAsAFailureThoughItHadComeUp() {
    PeerBreaker breaker = breaker(3, 0);
    for (int i = 0; i < 3; i++) {
      assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
      permit(breaker).succeeded();
      breaker.lost(FAILURE);
    }

    assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
  }

  @Test
  void aLinkThatLastedTakesFailuresBack() {
    PeerBreaker breaker = breaker(3, 0);
    permit(breaker).failed(FAILURE);
    permit(breaker).failed(FAILURE);
    breaker.forgive();
    permit(breaker).failed(FAILURE);
    permit(breaker).failed(FAILURE);

    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void aHardSignalForcesItOpenAtOnce() {
    PeerBreaker breaker = breaker(100, 0);
    breaker.trip();

    assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    assertThat(breaker.tryAcquire()).isNull();
    waitUntilHalfOpen(breaker);
    assertThat(breaker.tryAcquire()).isNotNull();
  }

  @Test
  void aHardSignalWhileOpenChangesNothing() {
    PeerBreaker breaker = breaker(1, 0);
    breaker.trip();
    loop.advance(Duration.ofMillis(300));
    breaker.trip();

    assertThat(breaker.untilHalfOpen()).isEqualTo(Duration.ofMillis(201));
  }

  @Test
  void letsExactlyOneAttemptThroughWhenHalfOpen() {
    PeerBreaker breaker = breaker(1, 0);
    breaker.trip();
    loop.advance(Duration.ofMillis(500));
    assertThat(breaker.tryAcquire()).isNull();
    loop.advance(Duration.ofMillis(1));

    assertThat(breaker.tryAcquire()).isNotNull();
    assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
    assertThat(breaker.tryAcquire()).isNull();
    assertThat(breaker.untilHalfOpen()).isZero();
  }

  @Test
  void aSuccessfulProbeClosesIt() {
    PeerBreaker breaker = breaker(1, 0);
    breaker.trip();
    waitUntilHalfOpen(breaker);
    permit(breaker).succeeded();

    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void staysOpenLongerEachTimeUpToTheMaximum() {
    PeerBreaker breaker = breaker(1, 0);
    long[] expected = {501, 1_001, 2_001, 4_001, 4_001};
    permit(breaker).failed(FAILURE);
    for (long millis : expected) {
      assertThat(breaker.untilHalfOpen()).isEqualTo(Duration.ofMillis(millis));
      waitUntilHalfOpen(breaker);
      permit(breaker).failed(FAILURE);
      assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }
  }

  @Test
  void beginsAnewAfterASuccess() {
    PeerBreaker breaker = breaker(1, 0);
    permit(breaker).failed(FAILURE);
    for (int i = 0; i < 3; i++) {
      waitUntilHalfOpen(breaker);
      permit(breaker).failed(FAILURE);
    }
    assertThat(breaker.untilHalfOpen()).isEqualTo(Duration.ofMillis(4_001));
    waitUntilHalfOpen(breaker);
    permit(breaker).succeeded();
    permit(breaker).failed(FAILURE);

    assertThat(breaker.untilHalfOpen()).isEqualTo(Duration.ofMillis(501));
  }

  @Test
  void theWaitIsPartlyRandom() {
    PeerBreaker breaker = breaker(1, 0.5);
    int shorter = 0;
    for (int i = 0; i < 100; i++) {
      breaker.trip();
      Duration wait = breaker.untilHalfOpen();
      assertThat(wait).isBetween(Duration.ofMillis(250), Duration.ofMillis(501));
      if (wait.compareTo(Duration.ofMillis(375)) < 0) {
        shorter++;
      }
      breaker.reset();
    }

    assertThat(shorter).isBetween(30, 70);
  }

  @Test
  void aReturnedPermitCanBeHadAgain() {
    PeerBreaker breaker = breaker(1, 0);
    breaker.trip();
    waitUntilHalfOpen(breaker);
    for (int i = 0; i < 10; i++) {
      permit(breaker).returned();
    }
    permit(breaker).succeeded();

    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void aPermitIsGivenBackOnce() {
    PeerBreaker breaker = breaker(2, 0);
    PeerBreaker.Permit permit = permit(breaker);
    permit.failed(FAILURE);
    permit.failed(FAILURE);
    permit.succeeded();
    permit.returned();
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    breaker.trip();
    waitUntilHalfOpen(breaker);
    PeerBreaker.Permit probe = permit(breaker);
    probe.returned();
    probe.returned();
    assertThat(breaker.tryAcquire()).isNotNull();
    assertThat(breaker.tryAcquire()).isNull();
  }

  @Test
  void newsOfThePeerCloseIt() {
    PeerBreaker breaker = breaker(1, 0);
    breaker.trip();
    breaker.reset();

    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    assertThat(breaker.tryAcquire()).isNotNull();
  }

  @Test
  void aLinkLostWhileOpenChangesNothing() {
    PeerBreaker breaker = breaker(1, 0);
    breaker.trip();
    breaker.lost(FAILURE);

    assertThat(breaker.untilHalfOpen()).isEqualTo(Duration.ofMillis(501));
  }
}
