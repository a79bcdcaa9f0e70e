package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;

/**
 * Drives two links through random schedules of everything that may happen to their paths, and
 * checks after each that every frame that was accepted has arrived once and in order, at both
 * sides. {@code -Dlink.schedules} sets how many, {@code -Dlink.seed} repeats one that failed.
 */
class LinkSchedulesTest {

  private static final int SCHEDULES = Integer.getInteger("link.schedules", 100_000);
  private static final int STEPS = 24;
  private static final Duration HEALING = Duration.ofSeconds(5);

  @Test
  @Timeout(600)
  void everyScheduleDeliversEachFrameOnceAndInOrder() {
    Long only = Long.getLong("link.seed");
    if (only != null) {
      new Schedule(only).run();
      return;
    }
    RandomGenerator seeds = new SplittableRandom(new Random().nextLong());
    for (int i = 0; i < SCHEDULES; i++) {
      new Schedule(seeds.nextLong()).run();
    }
  }

  private static final class Schedule {
    private final long seed;
    private final Random random;
    private final LinkPair pair;
    private final List<String> steps = new ArrayList<>();

    Schedule(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      PeerLinkOptions link =
          PeerLinkOptions.builder()
              .windowFrames(16 + random.nextInt(200))
              .relayedInFlight(1 + random.nextInt(4))
              .batchBytes(1_024)
              .build();
      this.pair =
          new LinkPair(
              random,
              P2POptions.builder()
                  .preferP2P(random.nextInt(5) != 0)
                  .disconnectGrace(Duration.ofMillis(500))
                  .link(link)
                  .build());
      pair.a.maxCopies = random.nextInt(20);
      pair.b.maxCopies = random.nextInt(20);
      pair.delays(Duration.ofMillis(random.nextInt(40)), Duration.ofMillis(random.nextInt(60)));
    }

    void run() {
      try {
        begin();
        for (int i = 0; i < STEPS; i++) {
          step();
        }
        heal();
        check(pair.a, pair.b);
        check(pair.b, pair.a);
        pair.loop.assertNoFailures();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + " after " + steps + "\n" + pair.a.link + "\n" + pair.b.link, e);
      }
    }

    private void begin() {
      // The plain frames of a router that is lost are lost with it, so links begin with none.
      pair.meet();
      pair.advance(Duration.ofMillis(500));
      assertThat(pair.a.link.isEstablished() && pair.b.link.isEstablished()).isTrue();
      if (random.nextBoolean()) {
        pair.connect();
      }
    }

    private LinkPair.Side side() {
      return random.nextBoolean() ? pair.a : pair.b;
    }

    private Duration upTo(int millis) {
      return Duration.ofMillis(random.nextInt(millis));
    }

    private void did(String step) {
      steps.add(step);
    }

    private void step() {
      LinkPair.Wire wire = pair.wire();
      LinkPair.Side side = side();
      switch (random.nextInt(18)) {
        case 0, 1, 2 -> {
          int count = 1 + random.nextInt(30);
          did(side.name + " sends " + count);
          side.send(count);
        }
        case 3 -> {
          Duration time = upTo(5);
          did(time.toMillis() + " ms");
          pair.advance(time);
        }
        case 4 -> {
          Duration time = upTo(100);
          did(time.toMillis() + " ms");
          pair.advance(time);
        }
        case 5 -> {
          Duration time = upTo(2_000);
          did(time.toMillis() + " ms");
          pair.advance(time);
        }
        case 6 -> {
          did("connect");
          connect();
        }
        case 7 -> {
          if (wire != null && !wire.closed) {
            did("close");
            wire.close(upTo(50), upTo(50));
          }
        }
        case 8 -> {
          if (wire != null) {
            did("silence");
            wire.silence(random.nextBoolean(), random.nextBoolean());
          }
        }
        case 9 -> {
          if (wire != null) {
            did("heal");
            wire.heal();
          }
        }
        case 10 -> {
          did("router leaves " + side.name);
          side.routerGoes();
        }
        case 11 -> {
          did("router serves " + side.name);
          side.routerComes();
        }
        case 12 -> {
          side.loseEnvelopes = random.nextInt(4);
          did("lose " + side.loseEnvelopes + " of " + side.name);
        }
        case 13 -> {
          side.duplicateEnvelopes = random.nextInt(4);
          did("repeat " + side.duplicateEnvelopes + " of " + side.name);
        }
        case 14 -> {
          side.reordering = random.nextBoolean();
          did("router " + (side.reordering ? "reorders " : "keeps the order of ") + side.name);
        }
        case 15 -> {
          did(side.name + " holds");
          side.link.hold();
        }
        case 16 -> {
          did(side.name + " releases");
          side.link.release();
        }
        default -> {
          if (wire != null) {
            boolean connected = random.nextBoolean();
            did(side.name + (connected ? " connected" : " disconnected"));
            side.link.connectivity(wire.endOf(side), connected);
          }
        }
      }
    }

    /** As a relation does: a link that replaces another leaves that until it is trusted. */
    private void connect() {
      LinkPair.Wire before = pair.wire();
      if (before != null && !before.closed && random.nextBoolean()) {
        before.close(Duration.ZERO, Duration.ZERO);
        pair.loop.runPending();
      }
      pair.connect();
    }

    private void heal() {
      did("all heals");
      LinkPair.Wire wire = pair.wire();
      for (LinkPair.Side side : List.of(pair.a, pair.b)) {
        side.loseEnvelopes = 0;
        side.reordering = false;
        side.link.release();
        side.routerComes();
        if (wire != null) {
          side.link.connectivity(wire.endOf(side), true);
        }
      }
      if (wire != null) {
        wire.heal();
      }
      pair.advance(HEALING);
      if (random.nextBoolean()) {
        pair.connect();
      }
      for (int i = 0; i < 20 && !isDrained(); i++) {
        pair.advance(HEALING);
      }
      // One more each: the paths work.
      pair.a.send();
      pair.b.send();
      pair.advance(HEALING);
      assertThat(isDrained()).as("all is acknowledged").isTrue();
    }

    private boolean isDrained() {
      return pair.a.link.isDrained() && pair.b.link.isDrained();
    }

    private static void check(LinkPair.Side from, LinkPair.Side to) {
      List<Integer> received = to.received;
      for (int i = 0; i < received.size(); i++) {
        if (received.get(i) != i) {
          throw new AssertionError("number " + i + " of " + from.name + " arrived as " + received);
        }
      }
      assertThat(received).as("frames of " + from.name).hasSize(from.sent);
      assertThat(to.missing).isZero();
      assertThat(from.undelivered).isZero();
      assertThat(from.restarts).isZero();
    }
  }
}
