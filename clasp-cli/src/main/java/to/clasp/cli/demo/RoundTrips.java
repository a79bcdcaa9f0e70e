package to.clasp.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import to.clasp.client.Clasp;
import to.clasp.client.Update;
import to.clasp.transport.Path;

/**
 * Measures the round trip of each path: events that the far side sends back at once. One goes to a
 * peer address and counts if it travelled directly both ways; one goes to an ordinary address,
 * which is always the router's.
 */
final class RoundTrips {

  private static final Duration INTERVAL = Duration.ofMillis(20);

  private record Probe(Path way, long sentAt) {}

  private final Clasp near;
  private final Clasp far;
  private final String toFar;
  private final Map<Long, Probe> underWay = new ConcurrentHashMap<>();
  private final Queue<Long> direct = new ConcurrentLinkedQueue<>();
  private final Queue<Long> byRouter = new ConcurrentLinkedQueue<>();
  private long count;

  RoundTrips(Clasp near, String nearId, Clasp far, String farId) {
    this.near = near;
    this.far = far;
    this.toFar = "/" + farId + "/echo";
    String toNear = "/" + nearId + "/echo";
    for (String prefix : List.of("/peer", "/router")) {
      var unusedFar = far.on(prefix + toFar, update -> sendBack(prefix + toNear, update));
      var unusedNear = near.on(prefix + toNear, this::returned);
    }
  }

  /** Measures until the timer is shut down. */
  void start(ScheduledExecutorService timer) {
    var unused =
        timer.scheduleAtFixedRate(this::probe, 0, INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void probe() {
    probe("/peer" + toFar, Path.P2P);
    probe("/router" + toFar, Path.ROUTER);
  }

  private void probe(String address, Path way) {
    long number = count++;
    underWay.put(number, new Probe(way, System.nanoTime()));
    var unused =
        near.emit(address, number)
            .whenComplete(
                (delivery, failure) -> {
                  if (failure != null || delivery.path() != way) {
                    underWay.remove(number);
                  }
                });
  }

  private void sendBack(String address, Update update) {
    var unused = far.emit(address, update.value());
  }

  private void returned(Update update) {
    long now = System.nanoTime();
    Probe probe = underWay.remove(update.value().asLong());
    if (probe != null && update.path() == probe.way()) {
      measured(probe.way()).add(now - probe.sentAt());
    }
  }

  private Queue<Long> measured(Path path) {
    return path == Path.P2P ? direct : byRouter;
  }

  /** The median of a path, or null when nothing was measured. */
  @Nullable Duration median(Path path) {
    long[] sorted = measured(path).stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted.length == 0 ? null : Duration.ofNanos(sorted[sorted.length / 2]);
  }
}
