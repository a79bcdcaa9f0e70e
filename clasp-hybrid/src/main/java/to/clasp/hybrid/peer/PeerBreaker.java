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
 * The circuit breaker of one peer: whether a direct link is worth an attempt. It opens after {@link
 * P2POptions#breakerFailures()} failures (attempts that failed, links that broke) without a link
 * that lasted in between, or at once on {@link #trip}; each time in a row it stays open longer
 * ({@link P2POptions#backoff()}), then lets one attempt through. Confined to the loop, but for
 * {@link #state()}.
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

    /**
     * A link came of it. That closes the breaker, but takes no failure back: a link that comes and
     * goes must not look healthy. {@link #forgive} does when a link has lasted.
     */
    void succeeded() {
      if (!use()) {
        return;
      }
      if (breaker.getState() == CircuitBreaker.State.HALF_OPEN) {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
      } else {
        breaker.releasePermission();
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

  /** A link that was up broke. */
  void lost(CloseReason reason) {
    if (breaker.getState() == CircuitBreaker.State.CLOSED) {
      breaker.onError(0, TimeUnit.NANOSECONDS, reason.toException());
    }
  }

  /** A link has lasted: earlier failures do not count any more. */
  void forgive() {
    if (breaker.getState() == CircuitBreaker.State.CLOSED) {
      breaker.reset();
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
