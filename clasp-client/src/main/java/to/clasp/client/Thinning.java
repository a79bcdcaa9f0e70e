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
 * Applies maxRate and epsilon for one subscription, to each address by itself. Of updates that come
 * too fast the newest is delivered when the interval ends, so that a parameter's last value is
 * never lost. Events, timelines and the phases of a gesture other than move are never thinned.
 * Confined to the loop.
 */
final class Thinning {

  /** Kept apart; the longest unused one is forgotten, which costs one update more. */
  private static final int MAX_LANES = 10_000;

  /** What is thinned by itself. */
  private record Key(String address, SignalType signal, @Nullable Integer gestureId) {}

  private static final class Lane {
    long nextAllowed;
    EventLoop.@Nullable Timer timer;
    @Nullable Update waiting;
    @Nullable Value delivered;
  }

  private final EventLoop loop;
  private final Consumer<Update> target;
  private final long intervalNanos;
  private final @Nullable Double epsilon;
  private final Map<Key, Lane> lanes = new LruMap<>(MAX_LANES);
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
    Key key = new Key(update.address(), update.signal(), update.gestureId());
    if (!mayBeThinned(update)) {
      // The end of a gesture must not be overtaken by its last move.
      Lane ended = lanes.remove(key);
      if (ended != null) {
        flush(ended);
      }
      target.accept(update);
      return;
    }
    Lane lane = lanes.computeIfAbsent(key, added -> new Lane());
    if (isTooSmall(lane, update.value())) {
      // What waits is older than this one, which is as good as what was delivered.
      lane.waiting = null;
      return;
    }
    long now = loop.nanoTime();
    if (intervalNanos == 0 || lane.delivered == null || now - lane.nextAllowed >= 0) {
      deliver(lane, update, now);
      return;
    }
    lane.waiting = update;
    if (lane.timer == null) {
      lane.timer = loop.schedule(Duration.ofNanos(lane.nextAllowed - now), () -> flush(lane));
    }
  }

  void end() {
    ended = true;
    lanes.clear();
  }

  private void flush(Lane lane) {
    cancelTimer(lane);
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
    cancelTimer(lane);
    target.accept(update);
  }

  private static void cancelTimer(Lane lane) {
    if (lane.timer != null) {
      lane.timer.cancel();
      lane.timer = null;
    }
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
      return Math.abs(value.asDouble() - lane.delivered.asDouble()) < epsilon;
    }
    return value.equals(lane.delivered);
  }

  private static boolean isNumber(Value value) {
    return value instanceof Value.Int64 || value instanceof Value.Float64;
  }
}
