package to.clasp.transport.webrtc;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.CandidatePair;

/**
 * Finds out on which pair of candidates an open link runs, and how long a round trip takes there.
 * libwebrtc tells only when it is asked, which takes three of its threads and costs as much as
 * several messages, so that a path that stays the same is looked at less and less often. Confined
 * to the loop; what is known is read by any thread.
 */
final class PathInspection {

  /** How long until the next look while the path is not known yet. */
  static final Duration UNKNOWN = Duration.ofMillis(100);

  /** How long until the next look at a path that is new. */
  static final Duration SHORTEST = Duration.ofSeconds(5);

  /** The pause doubles up to this. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  private final EventLoop loop;
  private final Runnable ask;
  private Duration pause = SHORTEST;
  private EventLoop.@Nullable Timer next;
  private volatile @Nullable CandidatePair pair;
  private volatile @Nullable Duration roundTrip;

  /**
   * Makes one that does not look yet.
   *
   * @param ask asks libwebrtc; {@link #found} follows if there is an answer
   */
  PathInspection(EventLoop loop, Runnable ask) {
    this.loop = loop;
    this.ask = ask;
  }

  /** The link is open. */
  void begin() {
    look();
  }

  private void look() {
    ask.run();
    if (pair == null) {
      next = loop.schedule(UNKNOWN, this::look);
    } else {
      next = loop.schedule(pause, this::look);
      Duration twice = pause.multipliedBy(2);
      pause = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }
  }

  /** Packets get through again, perhaps by another way. */
  void again() {
    end();
    pause = SHORTEST;
    look();
  }

  /**
   * Takes what libwebrtc has answered.
   *
   * @return whether the path is another one
   */
  boolean found(CandidatePair found, @Nullable Duration measured) {
    boolean changed = !found.equals(pair);
    pair = found;
    roundTrip = measured;
    if (changed) {
      pause = SHORTEST;
    }
    return changed;
  }

  Optional<CandidatePair> pair() {
    return Optional.ofNullable(pair);
  }

  Optional<Duration> roundTrip() {
    return Optional.ofNullable(roundTrip);
  }

  void end() {
    if (next != null) {
      next.cancel();
      next = null;
    }
  }
}
