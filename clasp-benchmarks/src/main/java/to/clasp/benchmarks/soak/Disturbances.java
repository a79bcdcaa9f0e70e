package to.clasp.benchmarks.soak;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import to.clasp.benchmarks.paths.Kill;
import to.clasp.benchmarks.paths.KillableLinks;
import to.clasp.benchmarks.paths.RestartableRouter;

/**
 * Kills the direct path and restarts the router at random times, also both at once. For one thread.
 */
final class Disturbances {

  private record Due(long at, Runnable action) {}

  private static final List<Kill> KILLS = List.of(Kill.values());
  private static final double ROUTER_SHARE = 0.25;
  private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(3);

  private final KillableLinks links;
  private final RestartableRouter router;
  private final RandomGenerator random;
  private final double every;
  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at));
  private @Nullable Kill killed;
  private long kills;
  private long routerRestarts;

  /**
   * Begins after a first pause.
   *
   * @param every the mean time between two of them
   * @param random decides when, what, and for how long
   */
  Disturbances(
      KillableLinks links, RestartableRouter router, Duration every, RandomGenerator random) {
    this.links = links;
    this.router = router;
    this.every = every.toNanos();
    this.random = random;
    later(0);
  }

  long kills() {
    return kills;
  }

  long routerRestarts() {
    return routerRestarts;
  }

  /** When something is due next, in nanoseconds since the start. */
  long next() {
    Due first = due.peek();
    return first == null ? Long.MAX_VALUE : first.at();
  }

  /** Does what is due. */
  void act(long sinceStart) {
    Due first = due.peek();
    while (first != null && first.at() <= sinceStart) {
      due.remove();
      first.action().run();
      first = due.peek();
    }
  }

  /** Restores everything for good. */
  void end() {
    due.clear();
    restore();
    router.restart();
  }

  private void later(long now) {
    long pause = Math.round(random.nextExponential() * every);
    due.add(new Due(now + pause, () -> disturb(now + pause)));
  }

  private void disturb(long now) {
    long outage = random.nextLong(LONGEST_OUTAGE.toNanos());
    if (random.nextDouble() < ROUTER_SHARE) {
      routerRestarts++;
      router.stop();
      due.add(new Due(now + outage, router::restart));
    } else if (killed == null) {
      kills++;
      Kill kill = KILLS.get(random.nextInt(KILLS.size()));
      killed = kill;
      kill.kill(links, random);
      due.add(new Due(now + outage, this::restore));
    }
    later(now);
  }

  private void restore() {
    Kill over = killed;
    if (over != null) {
      killed = null;
      over.restore(links);
    }
  }
}
