package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.client.BackpressureException;
import to.clasp.client.Clasp;
import to.clasp.client.Delivery;
import to.clasp.client.Update;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.fault.Seed;
import to.clasp.testkit.fault.SubstitutedLinks;
import to.clasp.testkit.record.Recorder;
import to.clasp.testkit.relay.Impairment;
import to.clasp.testkit.relay.RelayedPeerTransportProvider;
import to.clasp.testkit.relay.UdpRelay;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.RtcConfig;

/** Values travel over WebRTC while a relay does to its packets what bad networks do. */
class ImpairedLinkTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int VALUES = 3_000;

  private final EmbeddedRouter router = EmbeddedRouter.builder().host("127.0.0.1").port(0).start();
  private final UdpRelay relay = UdpRelay.start();
  private final SubstitutedLinks links =
      SubstitutedLinks.by(webrtc -> new RelayedPeerTransportProvider(webrtc, relay));

  @AfterEach
  void close() {
    links.close();
    relay.close();
    router.close();
  }

  static Stream<Arguments> impairments() {
    Duration some = Duration.ofMillis(20);
    return Stream.of(
        impairment("loss", seed -> Impairment.loss(0.03, seed)),
        impairment("delay", seed -> Impairment.delay(some)),
        impairment("jitter", seed -> Impairment.jitter(some, seed)),
        impairment("duplication", seed -> Impairment.duplication(0.3, seed)),
        impairment("reordering", seed -> Impairment.reordering(0.1, some, seed)),
        impairment("rate", seed -> Impairment.rate(100_000, 20_000)),
        impairment(
            "all together",
            seed ->
                Impairment.rate(500_000, 50_000)
                    .then(Impairment.loss(0.01, seed))
                    .then(Impairment.duplication(0.05, seed))
                    .then(Impairment.reordering(0.05, some, seed))
                    .then(Impairment.jitter(Duration.ofMillis(5), seed))));
  }

  private static Arguments impairment(String name, Function<Seed, Impairment> made) {
    return Arguments.of(name, made);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("impairments")
  void everyValueArrivesOnceAndInOrder(String name, Function<Seed, Impairment> impairment) {
    Seed seed = Seed.fresh();
    seed.run(() -> sendBothWaysUnder(impairment.apply(seed)));
  }

  private void sendBothWaysUnder(Impairment impairment) throws Exception {
    Recorder<Update> atStage = new Recorder<>();
    Recorder<Update> atDesk = new Recorder<>();
    try (Clasp stage = connect("stage");
        Clasp desk = connect("desk")) {
      stage.on("/peer/stage/**", atStage::record);
      desk.on("/peer/desk/**", atDesk::record);
      desk.connectPeer("stage").get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      long untouched = relay.forwarded();
      relay.impair(impairment);
      for (int i = 0; i < VALUES; i++) {
        emit(desk, "/peer/stage/number", i);
        emit(stage, "/peer/desk/number", i);
        if (i % 10 == 0) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
      }
      assertAllOf(atStage);
      assertAllOf(atDesk);
      assertThat(relay.forwarded()).isGreaterThan(untouched);
    }
  }

  private static void assertAllOf(Recorder<Update> received) throws Exception {
    received.awaitThat("all values", TIMEOUT, all -> all.size() >= VALUES);
    List<Update> all = received.events();
    assertThat(all.stream().map(update -> update.value().asLong()))
        .containsExactlyElementsOf(LongStream.range(0, VALUES).boxed().toList());
    assertThat(all).as("values that took the link").anyMatch(update -> update.path() == Path.P2P);
  }

  /** Sends a value, again when there is no room for it now. */
  private static void emit(Clasp from, String address, long value) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      CompletableFuture<Delivery> outcome = from.emit(address, value);
      try {
        outcome.join();
        return;
      } catch (CompletionException e) {
        assertThat(e).hasCauseInstanceOf(BackpressureException.class);
        assertThat(System.nanoTime() - deadline).as("too late").isNegative();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }
  }

  private Clasp connect(String name) {
    return Clasp.builder(router.uri())
        .name(name)
        .withP2P(
            P2POptions.builder()
                .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
                .build())
        .connect();
  }
}
