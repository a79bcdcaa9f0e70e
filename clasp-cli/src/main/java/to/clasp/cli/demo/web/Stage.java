package to.clasp.cli.demo.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.cli.demo.DirectPath;
import to.clasp.client.Clasp;
import to.clasp.client.Update;
import to.clasp.core.value.Value;
import to.clasp.transport.peer.PeerPattern;

/**
 * The peer that pages play with: it plays half of the faders, draws a curve, counts what a page
 * sends, and cuts the path when a page says so. Pages say hello now and then; one that has fallen
 * silent is forgotten.
 */
final class Stage implements AutoCloseable {

  static final String ID = "stage";

  private static final Logger LOG = LoggerFactory.getLogger(Stage.class);

  /** A page's messages come to {@code /peer/stage/page/<its id>/<what>}. */
  private static final String PAGES = "/peer/" + ID + "/page/";

  private static final Duration TICK = Duration.ofMillis(33);
  private static final int MAX_PAGES = 8;

  private final Clasp clasp;
  private final DirectPath path;
  private final ReentrantLock lock = new ReentrantLock();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "clasp-demo-stage"));

  // Guarded by the lock.
  private final Map<String, Seat> seats = new HashMap<>();
  private boolean cut;

  Stage(Clasp clasp, DirectPath path) {
    this.clasp = clasp;
    this.path = path;
    var unused = clasp.on(PAGES + "**", this::heard);
    var unusedTimer =
        timer.scheduleAtFixedRate(this::tick, 0, TICK.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void heard(Update update) {
    String[] rest = update.address().substring(PAGES.length()).split("/", 3);
    if (rest.length < 2) {
      return;
    }
    lock.lock();
    try {
      if (rest[1].equals("hello")) {
        if (update.value() instanceof Value.Text life) {
          greeted(rest[0], life.value());
        }
        return;
      }
      Seat seat = seats.get(rest[0]);
      if (seat == null) {
        return;
      }
      switch (rest[1]) {
        case "count" -> counted(seat, update);
        case "ping" -> seat.pinged(update.value());
        case "fader" -> seat.moved(Integer.parseInt(rest[2]), update.value(), update.path());
        case "path" -> cut(update.value().equals(Value.of("cut")));
        default -> LOG.debug("a page said {}", update.address());
      }
    } catch (IllegalStateException | NumberFormatException | IndexOutOfBoundsException e) {
      LOG.debug("a page said what makes no sense: {}", update, e);
    } finally {
      lock.unlock();
    }
  }

  /** What was on its way from a page before a reload has numbers of its own. */
  private static void counted(Seat seat, Update update) {
    if (update.value() instanceof Value.Array numbered
        && numbered.items().get(1) instanceof Value.Text life
        && seat.isOf(life.value())) {
      seat.counted(numbered.items().get(0).asLong(), update.path());
    }
  }

  private void greeted(String page, String life) {
    PeerPattern.requireValidPeerId(page);
    Seat seat = seats.get(page);
    if (seat == null || !seat.isOf(life)) {
      if (seat == null && seats.size() >= MAX_PAGES) {
        return;
      }
      seat = new Seat(clasp, page, life);
      seats.put(page, seat);
      seat.tellCut(cut);
    }
    seat.greeted();
  }

  private void cut(boolean now) {
    if (now) {
      path.cut();
    } else {
      path.restore();
    }
    cut = now;
    seats.values().forEach(seat -> seat.tellCut(now));
  }

  private void tick() {
    List<Seat> silent = new ArrayList<>();
    lock.lock();
    try {
      for (Seat seat : seats.values()) {
        if (seat.isSilent()) {
          silent.add(seat);
        } else {
          seat.play();
        }
      }
      silent.forEach(seat -> seats.remove(seat.page()));
    } catch (RuntimeException e) {
      // A timer that throws would never tick again.
      LOG.error("the demo missed a beat", e);
    } finally {
      lock.unlock();
    }
    silent.forEach(seat -> clasp.disconnectPeer(seat.page()));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
