package to.clasp.hybrid.peer;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.peer.BreakerState;
import to.clasp.transport.peer.P2POptions;

/**
 * The circuit breaker of one peer: whether a direct link is worth an attempt. It opens when the
 * last {@link P2POptions#breakerFailures()} outcomes were all failures, or at once on {@link
 * #trip}; each time it stays open longer ({@link P2POptions#backoff()}), then lets one attempt
 * through. Confined to the loop, but for {@link #state()}.
 */
final class PeerBreaker {

  private final CircuitBreaker breaker;
  private final Clock clock;
  private Instant openUntil;

  PeerBreaker(String peerId, P2POptions options, Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.openUntil = clock.instant();
    this.breaker =
        CircuitBreaker.of(
            peerId,
            CircuitBreakerConfig.custom()
                .clock(clock)
                .currentTimestampFunction(
                    now -> Duration.between(Instant.EPOCH, now.instant()).toNanos(),
                    TimeUnit.NANOSECONDS)
                .slidingWindow(
                    options.breakerFailures(),
                    options.breakerFailures(),
                    CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(100)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitIntervalFunctionInOpenState(
                    opened -> {
                      Duration delay = options.backoff().delay(opened, random);
                      openUntil = clock.instant().plus(delay);
                      return delay.toMillis();
                    })
                .build());
  }

  /** The right to make one attempt; it must be given back in exactly one of three ways. */
  final class Permit {
    private boolean used;

    void succeeded() {
      if (use()) {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
      }
    }

    void failed(CloseReason reason) {
      if (use()) {
        breaker.onError(0, TimeUnit.NANOSECONDS, reason.toException());
      }
    }

    /** The attempt ended without telling anything about the path. */
    void returned() {
      if (use()) {
        breaker.releasePermission();
      }
    }

    private boolean use() {
      boolean first = !used;
      used = true;
      return first;
    }
  }

  /** Asks for an attempt; null when it is too early. */
  @Nullable Permit tryAcquire() {
    return breaker.tryAcquirePermission() ? new Permit() : null;
  }

  /** A link that was up broke, or refused a frame. */
  void lost(CloseReason reason) {
    if (breaker.getState() == CircuitBreaker.State.CLOSED) {
      breaker.onError(0, TimeUnit.NANOSECONDS, reason.toException());
    }
  }

  /** No attempt can succeed for the time being. */
  void trip() {
    if (breaker.getState() != CircuitBreaker.State.OPEN) {
      breaker.transitionToOpenState();
    }
  }

  /** There is news that the peer can be reached. */
  void reset() {
    if (breaker.getState() != CircuitBreaker.State.CLOSED) {
      breaker.transitionToClosedState();
    }
  }

  /** How long until an attempt is let through; zero unless open. */
  Duration untilHalfOpen() {
    if (breaker.getState() != CircuitBreaker.State.OPEN) {
      return Duration.ZERO;
    }
    // It opens the door strictly after its waiting time.
    Duration left = Duration.between(clock.instant(), openUntil).plusMillis(1);
    return left.isNegative() ? Duration.ZERO : left;
  }

  BreakerState state() {
    return switch (breaker.getState()) {
      case OPEN, FORCED_OPEN -> BreakerState.OPEN;
      case HALF_OPEN -> BreakerState.HALF_OPEN;
      case CLOSED, DISABLED, METRICS_ONLY -> BreakerState.CLOSED;
    };
  }
}
