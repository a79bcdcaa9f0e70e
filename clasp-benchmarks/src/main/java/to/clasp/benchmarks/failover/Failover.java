package to.clasp.benchmarks.failover;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import to.clasp.benchmarks.paths.Kill;
import to.clasp.benchmarks.paths.KillableLinks;
import to.clasp.benchmarks.paths.PathWatch;
import to.clasp.benchmarks.paths.PeerClients;
import to.clasp.benchmarks.paths.RestartableRouter;
import to.clasp.benchmarks.traffic.Flow;
import to.clasp.client.Clasp;
import to.clasp.testkit.fault.Seed;
import to.clasp.testkit.relay.Impairment;

/**
 * Two clients exchange numbered values in both directions while the direct path between them is
 * killed and restored again and again. Nothing leaves the loopback interface.
 */
final class Failover {

  /**
   * What is done.
   *
   * @param kill how the path dies, or null for a new way each time
   * @param kills how often
   * @param rate values per second in each direction
   * @param calm how long the path is left alone, with loss and delay, to count false switches
   * @param routerProgram starts the router, or null for the embedded one
   * @param seed decides what is left to chance
   */
  record Plan(
      @Nullable Kill kill,
      int kills,
      int rate,
      Duration calm,
      @Nullable Path routerProgram,
      long seed) {}

  private static final List<Kill> ALL_KILLS = List.of(Kill.values());
  private static final String LEFT = "left";
  private static final String RIGHT = "right";
  private static final Duration SWITCH_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** Long enough for both directions to have switched and for what waited to arrive. */
  private static final Duration SETTLING = Duration.ofMillis(300);

  /** Until the JVM has compiled what is used, a round trip takes a multiple of what it will. */
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  private static final double CALM_LOSS = 0.01;
  private static final Duration CALM_DELAY = Duration.ofMillis(15);

  /** Links are not renewed: that is another matter. */
  private static final int NEVER = 0;

  private final Plan plan;
  private final RandomGenerator random;

  private Failover(Plan plan) {
    this.plan = plan;
    this.random = new SplittableRandom(plan.seed());
  }

  /**
   * Runs the plan; everything that it starts has ended when it returns.
   *
   * @param plan what to do
   * @return what came of it
   * @throws InterruptedException if interrupted
   */
  static FailoverReport run(Plan plan) throws InterruptedException {
    return new Failover(plan).run();
  }

  private FailoverReport run() throws InterruptedException {
    try (KillableLinks links = new KillableLinks(LEFT);
        RestartableRouter router = RestartableRouter.start(plan.routerProgram());
        Clasp left = PeerClients.connect(router.uri(), LEFT, NEVER);
        Clasp right = PeerClients.connect(router.uri(), RIGHT, NEVER)) {
      PathWatch toRight = new PathWatch(RIGHT);
      PathWatch toLeft = new PathWatch(LEFT);
      left.onPeerEvent(toRight);
      right.onPeerEvent(toLeft);
      Flow rightward = new Flow(left, right, RIGHT, plan.rate(), number -> {});
      Flow leftward = new Flow(right, left, LEFT, plan.rate(), number -> {});
      List<PathWatch> watches = List.of(toRight, toLeft);
      List<Flow> flows = List.of(rightward, leftward);
      List<Long> pauses = new ArrayList<>();
      String interruption;
      try {
        // What is sent before the two know each other travels plainly, and is not covered.
        var unused = left.connectPeer(RIGHT);
        interruption = killAgainAndAgain(links, watches, flows, pauses);
        if (interruption == null) {
          keepCalm(links);
        }
      } finally {
        rightward.stop();
        leftward.stop();
      }
      if (interruption == null) {
        interruption = awaitArrivals(flows);
      }
      return new FailoverReport(
          plan,
          rightward.balance().plus(leftward.balance()),
          sorted(pauses),
          toRight.falseSwitches() + toLeft.falseSwitches(),
          interruption);
    }
  }

  private static @Nullable String awaitArrivals(List<Flow> flows) throws InterruptedException {
    for (Flow flow : flows) {
      String wrong = flow.awaitArrivals(PATIENCE.toNanos());
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  /** Returns what kept it from going to its end, or null. */
  private @Nullable String killAgainAndAgain(
      KillableLinks links, List<PathWatch> watches, List<Flow> flows, List<Long> pauses)
      throws InterruptedException {
    for (PathWatch watch : watches) {
      if (!watch.awaitDirect(SWITCH_TIMEOUT)) {
        return "no direct link came up within " + SWITCH_TIMEOUT.toSeconds() + " s";
      }
    }
    flows.forEach(Flow::start);
    LockSupport.parkNanos(WARM_UP.toNanos());
    for (int i = 0; i < plan.kills(); i++) {
      LockSupport.parkNanos(SETTLING.toNanos() + random.nextLong(SETTLING.toNanos()));
      flows.forEach(Flow::takeLongestPause);
      watches.forEach(PathWatch::killing);
      Kill kill = kill();
      kill.kill(links, random);
      if (!awaitSwitches(watches)) {
        return "a killed path was not left within " + SWITCH_TIMEOUT.toSeconds() + " s";
      }
      LockSupport.parkNanos(SETTLING.toNanos());
      for (Flow flow : flows) {
        pauses.add(flow.takeLongestPause());
      }
      kill.restore(links);
      for (PathWatch watch : watches) {
        if (!watch.awaitDirect(SWITCH_TIMEOUT)) {
          return "the direct path did not come back within " + SWITCH_TIMEOUT.toSeconds() + " s";
        }
      }
      watches.forEach(PathWatch::restored);
    }
    return null;
  }

  private static boolean awaitSwitches(List<PathWatch> watches) throws InterruptedException {
    for (PathWatch watch : watches) {
      if (!watch.awaitLeft(SWITCH_TIMEOUT)) {
        return false;
      }
    }
    return true;
  }

  private Kill kill() {
    Kill chosen = plan.kill();
    return chosen != null ? chosen : ALL_KILLS.get(random.nextInt(ALL_KILLS.size()));
  }

  /** Leaves a lossy and slow path alone; that it is left all the same counts as false. */
  private void keepCalm(KillableLinks links) {
    Impairment lossy = Impairment.loss(CALM_LOSS, new Seed(plan.seed()));
    links.relay().impair(lossy.then(Impairment.delay(CALM_DELAY)));
    long until = System.nanoTime() + plan.calm().toNanos();
    while (System.nanoTime() - until < 0) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
    links.relay().impair(Impairment.NONE);
  }

  private static long[] sorted(List<Long> pauses) {
    long[] sorted = pauses.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
