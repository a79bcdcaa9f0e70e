package to.clasp.cli.demo.web;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.Clasp;
import to.clasp.client.Delivery;
import to.clasp.core.value.Value;
import to.clasp.transport.Path;

/** What one page has sent, and what it is sent. Guarded by the lock of the stage. */
final class Seat {

  private static final Logger LOG = LoggerFactory.getLogger(Seat.class);

  private static final int FADERS = 16;

  /** The page plays those before; the stage plays the others, unless the page takes hold of one. */
  private static final int FIRST_PLAYED = 8;

  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration HOLD = Duration.ofSeconds(3);
  private static final int TICKS_PER_REPORT = 8;

  private final Clasp clasp;
  private final String page;
  private final String life;
  private final long[] heldSince = new long[FADERS];
  private final long began = System.nanoTime();
  private long greetedAt = began;
  private int ticks;

  /** The number of the next point of the curve; it moves on when the client has taken the point. */
  private long point;

  private CompletableFuture<Delivery> lastPoint = CompletableFuture.completedFuture(null);

  private long expected;
  private long received;
  private long lost;
  private long repeated;
  private long direct;

  Seat(Clasp clasp, String page, String life) {
    this.clasp = clasp;
    this.page = page;
    this.life = life;
    Arrays.fill(heldSince, began - HOLD.toNanos());
  }

  String page() {
    return page;
  }

  boolean isOf(String other) {
    return life.equals(other);
  }

  void greeted() {
    greetedAt = System.nanoTime();
  }

  boolean isSilent() {
    return System.nanoTime() - greetedAt > PATIENCE.toNanos();
  }

  // ---- What the page sends

  void counted(long number, Path by) {
    if (number < expected) {
      repeated++;
      return;
    }
    lost += number - expected;
    expected = number + 1;
    received++;
    if (by == Path.P2P) {
      direct++;
    }
  }

  void pinged(Value number) {
    var unused = emit("pong", number);
  }

  void moved(int fader, Value value, Path by) {
    if (fader >= FIRST_PLAYED) {
      heldSince[fader] = System.nanoTime();
    }
    set("heard/" + fader, List.of(value.asDouble(), by.name().toLowerCase(Locale.ROOT)));
  }

  void tellCut(boolean cut) {
    set("cut", cut);
  }

  // ---- What it is sent

  void play() {
    double time = (System.nanoTime() - began) / 1e9;
    drawPoint(time);
    long now = System.nanoTime();
    for (int fader = FIRST_PLAYED; fader < FADERS; fader++) {
      if (now - heldSince[fader] >= HOLD.toNanos()) {
        set("fader/" + fader, 0.5 + 0.42 * Math.sin(1.1 * time - 0.7 * fader));
      }
    }
    if (++ticks % TICKS_PER_REPORT == 0) {
      var unused =
          emit(
              "report",
              Map.of("received", received, "lost", lost, "repeated", repeated, "direct", direct));
    }
  }

  private void drawPoint(double time) {
    if (!lastPoint.isDone()) {
      return;
    }
    if (!lastPoint.isCompletedExceptionally()) {
      point++;
    }
    double height = 0.5 + 0.28 * Math.sin(1.7 * time) + 0.14 * Math.sin(4.3 * time + 1);
    lastPoint = emit("wave", List.of(point, height, life));
  }

  private CompletableFuture<Delivery> emit(String what, Object value) {
    return noted(clasp.emit(address(what), value));
  }

  private void set(String what, Object value) {
    var unused = noted(clasp.set(address(what), value));
  }

  private String address(String what) {
    return "/peer/" + page + "/" + what;
  }

  /** A page that has gone takes nothing; that it is gone shows by its silence. */
  private CompletableFuture<Delivery> noted(CompletableFuture<Delivery> sent) {
    return sent.whenComplete(
        (delivery, failure) -> {
          if (failure != null) {
            LOG.debug("a value for page {} was not taken", page, failure);
          }
        });
  }
}
