package to.clasp.client;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import to.clasp.client.Requests.Repeat;
import to.clasp.core.codec.Frame;
import to.clasp.transport.loop.EventLoop;

/** Bundles that wait for their time, bounded in number. Safe for use by any thread. */
final class ScheduledBundles {

  /** One bundle. */
  private static final class Scheduled {
    final Frame frame;
    final CompletableFuture<Delivery> delivered = new CompletableFuture<>();

    Scheduled(Frame frame) {
      this.frame = frame;
    }
  }

  private final EventLoop loop;
  private final ClientCore core;
  private final int max;
  private final Set<Scheduled> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicInteger size = new AtomicInteger();

  ScheduledBundles(EventLoop loop, ClientCore core, int max) {
    this.loop = loop;
    this.core = core;
    this.max = max;
    var unused = core.closed().thenRun(this::failAll);
  }

  CompletableFuture<Delivery> schedule(Frame bundle, Duration delay) {
    if (size.incrementAndGet() > max) {
      size.decrementAndGet();
      return CompletableFuture.failedFuture(
          new BackpressureException(max + " bundles wait for their time; no more fit"));
    }
    Scheduled scheduled = new Scheduled(bundle);
    waiting.add(scheduled);
    EventLoop.Timer timer = loop.schedule(delay, () -> send(scheduled));
    var unused =
        scheduled.delivered.whenComplete(
            (delivery, failure) -> {
              timer.cancel();
              forget(scheduled);
            });
    if (core.sender().isClosing()) {
      failAll();
    }
    return scheduled.delivered;
  }

  private void send(Scheduled scheduled) {
    forget(scheduled);
    var unused =
        core.sendForAck(scheduled.frame, null, Repeat.NEVER)
            .whenComplete(
                (delivery, failure) -> {
                  if (failure == null) {
                    scheduled.delivered.complete(delivery);
                  } else {
                    scheduled.delivered.completeExceptionally(failure);
                  }
                });
  }

  private void forget(Scheduled scheduled) {
    if (waiting.remove(scheduled)) {
      size.decrementAndGet();
    }
  }

  private void failAll() {
    waiting.forEach(scheduled -> scheduled.delivered.completeExceptionally(Failures.closed()));
  }
}
