package to.clasp.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import to.clasp.benchmarks.measure.Report;
import to.clasp.client.Clasp;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerEvent;

/** Clients that are linked each with each. */
final class Mesh implements AutoCloseable {

  private static final double SECONDS = 1e-9;
  private static final double MEGA = 1e6;
  private static final int TIMEOUT_SECONDS = 120;

  /** So many links are made at once: more would only wait for each other. */
  private static final int AT_ONCE = 8;

  private final Place place;
  private final List<Clasp> clients = new ArrayList<>();

  /** Who has left a link for the router, although nothing was done to it, and why. */
  private final Queue<String> departures = new ConcurrentLinkedQueue<>();

  private Mesh(int peers) {
    place = new Place(peers);
    for (int i = 0; i < peers; i++) {
      String name = "m" + i;
      Clasp client = place.connect(name);
      clients.add(client);
      client.onPeerEvent(event -> noteDeparture(name, event));
    }
  }

  private void noteDeparture(String client, PeerEvent event) {
    if (event instanceof PeerEvent.PathChanged change && change.from() == Path.P2P) {
      CloseReason cause = change.cause();
      departures.add(
          client
              + " left the link to "
              + change.peerId()
              + (cause == null ? "" : ": " + cause.message()));
    }
  }

  static Report measure(int peers, int idleSeconds) throws InterruptedException {
    // Makes the native library and its factory, which come once.
    try (Mesh two = new Mesh(2)) {
      String failure = two.link();
      if (failure != null) {
        return new Report("mesh").failure(failure);
      }
    }
    try (Mesh mesh = new Mesh(peers)) {
      Usage before = Usage.now();
      long began = System.nanoTime();
      String unlinked = mesh.link();
      if (unlinked != null) {
        return new Report("mesh").figure("peers", "clients", "", peers).failure(unlinked);
      }
      double took = (System.nanoTime() - began) * SECONDS;
      Usage linked = Usage.now();
      long idleBegan = System.nanoTime();
      long cpu = Usage.cpuNanos();
      pause(idleSeconds);
      double idle = (double) (Usage.cpuNanos() - cpu) / (System.nanoTime() - idleBegan);
      int links = peers * (peers - 1) / 2;
      int ends = 2 * links;
      Report report =
          new Report("mesh")
              .figure("peers", "clients", "", peers)
              .figure("links", "links", "", links)
              .figure("setupSeconds", "all links made", "s", took)
              .figure("setupMillis", "for each link", "ms", took * 1_000 / links)
              .figure("idleCpuPercent", "CPU while idle, of one core", "%", idle * 100)
              .figure(
                  "idleCpuMicros", "for each end of a link, in a second", "µs", idle * MEGA / ends)
              .figure("threads", "threads", "", linked.threads())
              .figure(
                  "threadsForLinks",
                  "of which came with links",
                  "",
                  linked.threads() - before.threads())
              .figure(
                  "residentKilobytes",
                  "resident memory for each end of a link",
                  "kB",
                  (linked.residentBytes() - before.residentBytes()) / 1e3 / ends)
              .figure(
                  "heapKilobytes",
                  "Java heap for each end of a link",
                  "kB",
                  (linked.heapBytes() - before.heapBytes()) / 1e3 / ends);
      String failure = mesh.check();
      report.figure("departures", "links left for the router", "", mesh.departures.size());
      return failure == null ? report : report.failure(failure);
    }
  }

  /** Links each with each; returns what went wrong, or null. */
  private @Nullable String link() throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    Semaphore room = new Semaphore(AT_ONCE);
    List<CompletableFuture<?>> links = new ArrayList<>();
    for (int i = 0; i < clients.size(); i++) {
      for (int j = i + 1; j < clients.size(); j++) {
        if (!room.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          return notInTime(links);
        }
        links.add(
            clients
                .get(i)
                .connectPeer("m" + j)
                .toCompletableFuture()
                .whenComplete((linked, failure) -> room.release()));
      }
    }
    try {
      CompletableFuture.allOf(links.toArray(CompletableFuture[]::new))
          .get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      return null;
    } catch (TimeoutException e) {
      return notInTime(links);
    } catch (ExecutionException e) {
      return "a link did not come up: " + e.getCause();
    }
  }

  private static String notInTime(List<CompletableFuture<?>> links) {
    return links.stream().filter(CompletableFuture::isDone).count()
        + " links had come up or failed within "
        + TIMEOUT_SECONDS
        + " s, and not all";
  }

  /** Each client sends numbers to each other one; returns what went wrong, or null. */
  private @Nullable String check() throws InterruptedException {
    int count = clients.size();
    BlockingQueue<String> arrivals = new LinkedBlockingQueue<>();
    for (int i = 0; i < count; i++) {
      clients
          .get(i)
          .on(
              "/peer/m" + i + "/check",
              update -> arrivals.add(update.path() + " " + update.value().asLong()));
    }
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        if (i != j) {
          clients.get(i).set("/peer/m" + j + "/check", (long) i * count + j).join();
        }
      }
    }
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        if (i != j) {
          missing.add(Path.P2P + " " + ((long) i * count + j));
        }
      }
    }
    while (!missing.isEmpty()) {
      String arrival = arrivals.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (arrival == null) {
        return missing.size() + " values did not arrive";
      }
      if (!missing.remove(arrival)) {
        return "a value was repeated, or did not come by the link: "
            + arrival
            + (departures.isEmpty() ? "" : "; the first to leave one: " + departures.peek());
      }
    }
    return null;
  }

  private static void pause(int seconds) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() - until < 0) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  @Override
  public void close() {
    clients.forEach(Clasp::close);
    place.close();
  }
}
