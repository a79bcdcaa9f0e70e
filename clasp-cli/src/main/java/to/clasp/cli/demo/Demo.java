package to.clasp.cli.demo;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import to.clasp.cli.demo.PathSwitches.Switch;
import to.clasp.cli.output.Output;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspException;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.options.BadManner;
import to.clasp.transport.Path;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.RtcConfig;

/**
 * A router and two clients in this process. One sends numbered values to the other; half-way the
 * direct path between them is cut without a word, and later restored. Nothing leaves the loopback
 * interface.
 */
public final class Demo {

  private static final String SENDER = "desk";
  private static final String RECEIVER = "stage";
  private static final String VALUES = "/peer/" + RECEIVER + "/demo/value";
  private static final String READY = "/peer/" + RECEIVER + "/demo/ready";

  private static final int VALUES_PER_SECOND = 1_000;
  private static final int VALUES_OVER_LINK = 2_500;
  private static final int VALUES_OVER_ROUTER = 1_500;

  /** More than is sent, even when a busy machine catches up, so that no limit plays a part. */
  private static final int MESSAGES_PER_SECOND = 20 * VALUES_PER_SECOND;

  private static final Duration SWITCH_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration SEND_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration ARRIVAL_TIMEOUT = Duration.ofSeconds(10);

  private final Output output;
  private final @Nullable URI given;
  private final Ledger ledger = new Ledger();

  private Demo(Output output, @Nullable URI router) {
    this.output = output;
    this.given = router;
  }

  /**
   * Runs the demo; takes some ten seconds. Everything that it starts has ended when it returns.
   *
   * @param output hears of each step
   * @param router a router that serves, or null to start one
   * @return what came of it
   * @throws InterruptedException if interrupted
   */
  public static DemoReport run(Output output, @Nullable URI router) throws InterruptedException {
    return new Demo(output, router).run();
  }

  private DemoReport run() throws InterruptedException {
    output.forPeople("Two clients link up directly, the direct path is cut, and comes back.");
    output.forPeople(
        given == null
            ? "All in this process, on the loopback interface only.\n"
            : "The router is " + given + "; the rest is in this process.\n");
    Performance performance;
    try {
      performance = perform();
    } catch (TransportException | ClaspException | UncheckedIOException e) {
      return DemoReport.notStarted(String.valueOf(e.getMessage()));
    }
    // Read when the clients have ended, so that nothing can arrive any more.
    return new DemoReport(
        ledger.balance(),
        performance.switches(),
        performance.directRoundTrip(),
        performance.routerRoundTrip(),
        performance.interruption());
  }

  /** What was seen beside the values; the interruption is what kept it from going to its end. */
  private record Performance(
      List<Switch> switches,
      @Nullable Duration directRoundTrip,
      @Nullable Duration routerRoundTrip,
      @Nullable String interruption) {}

  private Performance perform() throws InterruptedException {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "clasp-demo"));
    try (DirectPath path = new DirectPath();
        EmbeddedRouter own = given == null ? startRouter() : null;
        Clasp stage = connect(uri(own), RECEIVER);
        Clasp desk = connect(uri(own), SENDER)) {
      Story story = new Story(output);
      PathSwitches switches = new PathSwitches(RECEIVER, story);
      desk.onPeerEvent(switches);
      RoundTrips roundTrips = new RoundTrips(desk, SENDER, stage, RECEIVER);
      NumberedValues values = new NumberedValues(desk, VALUES, ledger);
      story.tell(
          "started", "clients " + SENDER + " and " + RECEIVER + " are connected to " + uri(own));
      String interruption = "the router did not make the subscription in time";
      if (listen(stage)) {
        values.start(timer, VALUES_PER_SECOND);
        roundTrips.start(timer);
        story.tell(
            "sending", SENDER + " sends " + VALUES_PER_SECOND + " values a second to " + VALUES);
        interruption = play(story, path, switches, values);
      }
      switches.end();
      timer.shutdown();
      if (!timer.awaitTermination(ARRIVAL_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
          && interruption == null) {
        interruption = "a value is still waiting to be sent";
      }
      boolean complete = ledger.awaitArrivals(ARRIVAL_TIMEOUT);
      story.tell("sent", complete ? "all is sent" : "all is sent, but not everything arrived");
      return new Performance(
          switches.all(),
          roundTrips.median(Path.P2P),
          roundTrips.median(Path.ROUTER),
          interruption);
    } finally {
      timer.shutdownNow();
    }
  }

  /**
   * Subscribes, and waits until that has taken effect: a subscription begins with the parameters
   * that the router keeps. False when that takes too long.
   */
  private boolean listen(Clasp stage) throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(1);
    var unusedSet = stage.set(READY, true);
    var unused =
        stage.on(
            "/peer/" + RECEIVER + "/demo/*",
            update -> {
              if (update.address().equals(READY)) {
                ready.countDown();
              } else {
                ledger.received(update.value().asLong(), update.path());
              }
            });
    return ready.await(ARRIVAL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  private static EmbeddedRouter startRouter() {
    return EmbeddedRouter.builder()
        .port(0)
        .rateLimit(0)
        .queueCapacity(MESSAGES_PER_SECOND)
        .without(BadManner.DROPS_FOR_SLOW_CLIENTS)
        .start();
  }

  private URI uri(@Nullable EmbeddedRouter own) {
    return own == null ? Objects.requireNonNull(given) : own.uri();
  }

  private static Clasp connect(URI router, String name) {
    return Clasp.builder(router)
        .name(name)
        .messagesPerSecond(MESSAGES_PER_SECOND)
        .withP2P(
            P2POptions.builder()
                .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
                .build())
        .connect();
  }

  /** Returns what kept it from going to its end, or null. */
  private @Nullable String play(
      Story story, DirectPath path, PathSwitches switches, NumberedValues values)
      throws InterruptedException {
    if (!switches.await(Path.P2P, SWITCH_TIMEOUT)) {
      return "no direct link came up within " + SWITCH_TIMEOUT.toSeconds() + " s";
    }
    if (!sendMore(VALUES_OVER_LINK)) {
      return stalled(values);
    }
    path.cut();
    story.tell("cut", "the direct path is cut: every packet is dropped from now on");
    if (!switches.await(Path.ROUTER, SWITCH_TIMEOUT)) {
      return "the cut was not noticed within " + SWITCH_TIMEOUT.toSeconds() + " s";
    }
    if (!sendMore(VALUES_OVER_ROUTER)) {
      return stalled(values);
    }
    path.restore();
    story.tell("restored", "the direct path is whole again");
    if (!switches.await(Path.P2P, SWITCH_TIMEOUT)) {
      return "the direct path did not come back within " + SWITCH_TIMEOUT.toSeconds() + " s";
    }
    return sendMore(VALUES_OVER_LINK) ? null : stalled(values);
  }

  private boolean sendMore(int count) throws InterruptedException {
    return ledger.awaitSent(ledger.sent() + count, SEND_TIMEOUT);
  }

  private static String stalled(NumberedValues values) {
    String failure = values.failure();
    return failure == null ? "the values were sent too slowly" : failure;
  }
}
