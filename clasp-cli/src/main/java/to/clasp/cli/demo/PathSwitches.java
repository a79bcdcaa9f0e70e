package to.clasp.cli.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerEvent;

/** When the way to one peer changed, and why. */
final class PathSwitches implements Consumer<PeerEvent> {

  /** One change; the cause is null when a better path came up. */
  record Switch(Duration after, Path from, Path to, @Nullable String cause) {}

  private final String peerId;
  private final Instant start;
  private final Consumer<Switch> heard;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final List<Switch> switches = new ArrayList<>();

  PathSwitches(String peerId, Instant start, Consumer<Switch> heard) {
    this.peerId = peerId;
    this.start = start;
    this.heard = heard;
  }

  @Override
  public void accept(PeerEvent event) {
    if (!(event instanceof PeerEvent.PathChanged change)
        || !change.peerId().equals(peerId)
        || change.from() == null
        || change.to() == null) {
      return;
    }
    Switch made =
        new Switch(
            Duration.between(start, change.at()),
            change.from(),
            change.to(),
            change.cause() == null ? null : change.cause().message());
    heard.accept(made);
    lock.lock();
    try {
      switches.add(made);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until values take a path; false when that takes too long. */
  boolean await(Path path, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (current() != path) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Before the first switch everything goes through the router. */
  private Path current() {
    return switches.isEmpty() ? Path.ROUTER : switches.get(switches.size() - 1).to();
  }

  List<Switch> all() {
    lock.lock();
    try {
      return List.copyOf(switches);
    } finally {
      lock.unlock();
    }
  }
}
