package to.clasp.benchmarks.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import to.clasp.benchmarks.paths.KillableLinks;
import to.clasp.benchmarks.paths.PathWatch;
import to.clasp.benchmarks.paths.PeerClients;
import to.clasp.benchmarks.paths.PeerNews;
import to.clasp.benchmarks.paths.RestartableRouter;
import to.clasp.benchmarks.traffic.Flow;
import to.clasp.client.Clasp;

/**
 * Two clients exchange numbered values in both directions while their path is killed, their router
 * restarted, their links are renewed and their callbacks are slow. Nothing leaves the loopback
 * interface.
 */
final class Soak {

  /**
   * What is done.
   *
   * @param duration how long values are sent
   * @param rate values per second in each direction
   * @param every the mean time between two disturbances
   * @param renewAfter how many messages a native factory may receive before links leave it
   * @param routerProgram starts the router, or null for the embedded one
   * @param seed decides what is left to chance
   */
  record Plan(
      Duration duration,
      int rate,
      Duration every,
      int renewAfter,
      @Nullable Path routerProgram,
      long seed) {}

  private static final String LEFT = "left";
  private static final String RIGHT = "right";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LINK_TIMEOUT = Duration.ofSeconds(20);

  /** In a run that is longer, and sends so much, links have to be renewed. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);

  private static final int FAST_ENOUGH = 1_000;
  private static final int LOW_ENOUGH = 20_000;

  private final Plan plan;
  private final SplittableRandom random;
  private final Steadiness steadiness;
  private final PeerNews news = new PeerNews();
  private final List<String> violations = new ArrayList<>();

  private Soak(Plan plan) {
    this.plan = plan;
    this.random = new SplittableRandom(plan.seed());
    this.steadiness = new Steadiness(plan.duration());
  }

  /**
   * Runs the plan; everything that it starts has ended when it returns.
   *
   * @param plan what to do
   * @return what came of it
   * @throws InterruptedException if interrupted
   */
  static SoakReport run(Plan plan) throws InterruptedException {
    return new Soak(plan).run();
  }

  private SoakReport run() throws InterruptedException {
    try (KillableLinks links = new KillableLinks(LEFT);
        RestartableRouter router = RestartableRouter.start(plan.routerProgram());
        Clasp left = PeerClients.connect(router.uri(), LEFT, plan.renewAfter());
        Clasp right = PeerClients.connect(router.uri(), RIGHT, plan.renewAfter())) {
      PathWatch path = new PathWatch(RIGHT);
      left.onPeerEvent(path);
      left.onPeerEvent(news);
      right.onPeerEvent(news);
      List<Flow> flows =
          List.of(
              new Flow(left, right, RIGHT, plan.rate(), digestion()),
              new Flow(right, left, LEFT, plan.rate(), digestion()));
      Disturbances disturbances = new Disturbances(links, router, plan.every(), random.split());
      try {
        // What is sent before the two know each other travels plainly, and is not covered.
        var unused = left.connectPeer(RIGHT);
        if (path.awaitDirect(LINK_TIMEOUT)) {
          flows.forEach(Flow::start);
          disturb(disturbances);
        } else {
          violations.add("no direct link within " + LINK_TIMEOUT.toSeconds() + " s");
        }
      } finally {
        disturbances.end();
        for (Flow flow : flows) {
          flow.stop();
        }
      }
      return conclude(flows, disturbances);
    }
  }

  private SlowDigestion digestion() {
    return new SlowDigestion(plan.rate(), random.split());
  }

  private void disturb(Disturbances disturbances) {
    long began = System.nanoTime();
    long now = 0;
    while (now < plan.duration().toNanos()) {
      disturbances.act(now);
      steadiness.look(now);
      long next = Math.min(disturbances.next(), steadiness.next());
      long wait = Math.min(next, plan.duration().toNanos()) - now;
      LockSupport.parkNanos(Math.min(Math.max(wait, 1), TimeUnit.SECONDS.toNanos(1)));
      now = System.nanoTime() - began;
    }
  }

  private SoakReport conclude(List<Flow> flows, Disturbances disturbances)
      throws InterruptedException {
    for (Flow flow : flows) {
      String wrong = flow.awaitArrivals(PATIENCE.toNanos());
      if (wrong != null) {
        violations.add(wrong);
      }
    }
    steadiness.end();
    violations.addAll(steadiness.violations());
    boolean mustRenew =
        plan.duration().compareTo(LONG_ENOUGH) >= 0
            && plan.rate() >= FAST_ENOUGH
            && plan.renewAfter() > 0
            && plan.renewAfter() <= LOW_ENOUGH;
    if (mustRenew && news.renewals() == 0) {
      violations.add("no link was renewed");
    }
    return new SoakReport(
        plan,
        flows.get(0).balance().plus(flows.get(1).balance()),
        disturbances.kills(),
        disturbances.routerRestarts(),
        news,
        steadiness,
        violations);
  }
}
