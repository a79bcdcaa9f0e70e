package to.clasp.cli.demo;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import to.clasp.cli.demo.PathSwitches.Switch;
import to.clasp.cli.output.Output;
import to.clasp.client.Clasp;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.options.BadManner;
import to.clasp.transport.Path;
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

  private static final int VALUES_PER_SECOND = 1_000;
  private static final int VALUES_OVER_LINK = 3 * VALUES_PER_SECOND;
  private static final int VALUES_OVER_ROUTER = 2 * VALUES_PER_SECOND;

  /** More than is sent, so that the router's limit plays no part. */
  private static final int MESSAGES_PER_SECOND = 10 * VALUES_PER_SECOND;

  private static final Duration SWITCH_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SEND_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ARRIVAL_TIMEOUT = Duration.ofSeconds(5);

  private final Output output;
  private final Instant start = Instant.now();
  private final Ledger ledger = new Ledger();
  private final PathSwitches switches = new PathSwitches(RECEIVER, start, this::tellSwitch);

  private Demo(Output output) {
    this.output = output;
  }

  /**
   * Runs the demo; takes some ten seconds.
   *
   * @param output hears of each step
   * @return what came of it
   * @throws InterruptedException if interrupted; everything has ended then
   * @throws to.clasp.transport.TransportException if this machine has no direct links; the message
   *     says why
   */
  public static DemoReport run(Output output) throws InterruptedException {
    return new Demo(output).run();
  }

  private DemoReport run() throws InterruptedException {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "clasp-demo"));
    try (DirectPath path = new DirectPath();
        EmbeddedRouter router = startRouter();
        Clasp stage = connect(router, RECEIVER);
        Clasp desk = connect(router, SENDER)) {
      var unused =
          stage.on(VALUES, update -> ledger.received(update.value().asLong(), update.path()));
      desk.onPeerEvent(switches);
      tell(
          "router at " + router.uri() + ", clients " + SENDER + " and " + RECEIVER,
          event("started"));
      RoundTrips roundTrips = new RoundTrips(desk, SENDER, stage, RECEIVER, timer);
      NumberedValues values = new NumberedValues(desk, VALUES, VALUES_PER_SECOND, ledger, timer);
      tell(
          SENDER + " sends " + VALUES_PER_SECOND + " values a second to " + VALUES,
          event("sending"));
      String interruption = play(path, values);
      values.stop();
      roundTrips.stop();
      tell("no more values are sent", event("sent"));
      if (!ledger.awaitArrivals(ARRIVAL_TIMEOUT)) {
        tell("not everything has arrived", event("incomplete"));
      }
      return new DemoReport(
          ledger.balance(),
          switches.all(),
          roundTrips.median(Path.P2P),
          roundTrips.median(Path.ROUTER),
          interruption);
    } finally {
      timer.shutdownNow();
    }
  }

  private static EmbeddedRouter startRouter() {
    return EmbeddedRouter.builder()
        .port(0)
        .rateLimit(MESSAGES_PER_SECOND)
        .queueCapacity(MESSAGES_PER_SECOND)
        .without(BadManner.DROPS_FOR_SLOW_CLIENTS)
        .start();
  }

  private static Clasp connect(EmbeddedRouter router, String name) {
    return Clasp.builder(router.uri())
        .name(name)
        .messagesPerSecond(MESSAGES_PER_SECOND)
        .withP2P(
            P2POptions.builder()
                .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
                .build())
        .connect();
  }

  /** Returns what kept it from going to its end, or null. */
  private @Nullable String play(DirectPath path, NumberedValues values)
      throws InterruptedException {
    if (!switches.await(Path.P2P, SWITCH_TIMEOUT)) {
      return "no direct link came up within " + SWITCH_TIMEOUT.toSeconds() + " s";
    }
    if (!sendMore(VALUES_OVER_LINK)) {
      return stalled(values);
    }
    ledger.cutting();
    path.cut();
    tell("the direct path is cut: every packet is dropped", event("cut"));
    if (!switches.await(Path.ROUTER, SWITCH_TIMEOUT)) {
      return "the cut was not noticed within " + SWITCH_TIMEOUT.toSeconds() + " s";
    }
    if (!sendMore(VALUES_OVER_ROUTER)) {
      return stalled(values);
    }
    path.restore();
    tell("the direct path is whole again", event("restored"));
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
    return failure == null ? "values were sent too slowly" : failure;
  }

  private void tellSwitch(Switch made) {
    JsonObject json = new JsonObject();
    json.addProperty("event", "switched");
    json.addProperty("from", made.from().name());
    json.addProperty("to", made.to().name());
    json.addProperty("cause", made.cause());
    tell(
        made.after(),
        "values take the "
            + DemoReport.name(made.to())
            + (made.cause() == null ? "" : ": " + made.cause()),
        json);
  }

  private static JsonObject event(String name) {
    JsonObject json = new JsonObject();
    json.addProperty("event", name);
    return json;
  }

  private void tell(String text, JsonObject json) {
    tell(Duration.between(start, Instant.now()), text, json);
  }

  private void tell(Duration after, String text, JsonObject json) {
    double seconds = after.toMillis() / 1_000.0;
    json.addProperty("seconds", seconds);
    output.event(String.format(Locale.ROOT, "%6.2f s  %s", seconds, text), json);
  }
}
