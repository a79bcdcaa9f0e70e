package to.clasp.client;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.transport.loop.EventLoop;

/**
 * Applies maxRate and epsilon for one subscription, address by address. Of updates that come too
 * fast the newest is delivered when the interval ends, so that a parameter's last value is never
 * lost. Events, timelines and the phases of a gesture other than move are never thinned. Confined
 * to the loop.
 */
final class Thinning {

  /** Addresses that are kept apart; the longest unused one is forgotten, which costs one update. */
  private static final int MAX_ADDRESSES = 10_000;

  private static final class Lane {
    long nextAllowed;
    @Nullable Update waiting;
    @Nullable Value delivered;
  }

  private final EventLoop loop;
  private final Consumer<Update> target;
  private final long intervalNanos;
  private final @Nullable Double epsilon;
  private final Map<String, Lane> lanes = new LruMap<>(MAX_ADDRESSES);
  private boolean ended;

  Thinning(SubscribeOptions options, EventLoop loop, Consumer<Update> target) {
    this.loop = loop;
    this.target = target;
    Integer maxRate = options.maxRate();
    this.intervalNanos = maxRate == null ? 0 : 1_000_000_000L / maxRate;
    this.epsilon = options.epsilon();
  }

  static boolean isNeeded(SubscribeOptions options) {
    return options.maxRate() != null || options.epsilon() != null;
  }

  void offer(Update update) {
    if (!mayBeThinned(update)) {
      target.accept(update);
      return;
    }
    Lane lane = lanes.computeIfAbsent(update.address(), address -> new Lane());
    if (isTooSmall(lane, update.value())) {
      return;
    }
    long now = loop.nanoTime();
    if (intervalNanos == 0 || lane.delivered == null || now - lane.nextAllowed >= 0) {
      deliver(lane, update, now);
      return;
    }
    boolean timerRuns = lane.waiting != null;
    lane.waiting = update;
    if (!timerRuns) {
      loop.schedule(Duration.ofNanos(lane.nextAllowed - now), () -> flush(lane));
    }
  }

  void end() {
    ended = true;
    lanes.clear();
  }

  private void flush(Lane lane) {
    Update waiting = lane.waiting;
    lane.waiting = null;
    if (waiting != null && !ended) {
      deliver(lane, waiting, loop.nanoTime());
    }
  }

  private void deliver(Lane lane, Update update, long now) {
    lane.nextAllowed = now + intervalNanos;
    lane.delivered = update.value();
    lane.waiting = null;
    target.accept(update);
  }

  private static boolean mayBeThinned(Update update) {
    return switch (update.signal()) {
      case PARAM, STREAM -> true;
      case GESTURE -> update.phase() == GesturePhase.MOVE;
      case EVENT, TIMELINE -> false;
    };
  }

  private boolean isTooSmall(Lane lane, Value value) {
    if (epsilon == null || lane.delivered == null) {
      return false;
    }
    // Compared with what was delivered last, so that many small steps add up to an update.
    if (isNumber(value) && isNumber(lane.delivered)) {
      boolean small = Math.abs(value.asDouble() - lane.delivered.asDouble()) < epsilon;
      if (small) {
        // What waits is older than this one and now lies within epsilon again.
        lane.waiting = null;
      }
      return small;
    }
    return value.equals(lane.delivered);
  }

  private static boolean isNumber(Value value) {
    return value instanceof Value.Int64 || value instanceof Value.Float64;
  }

  /** Whether a signal type is lossy: only its newest value matters. */
  static boolean isLossy(Update update) {
    return update.signal() == SignalType.STREAM;
  }
}
