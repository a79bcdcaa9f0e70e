package to.clasp.cli.demo;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerEvent;

/** When the way to one peer changed, and why. Safe for use by any thread. */
final class PathSwitches implements Consumer<PeerEvent> {

  /** One change; the cause is null when a better path came up. */
  record Switch(Duration after, Path from, Path to, @Nullable String cause) {}

  private final String peerId;
  private final Story story;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final List<Switch> switches = new ArrayList<>();
  private boolean ended;

  PathSwitches(String peerId, Story story) {
    this.peerId = peerId;
    this.story = story;
  }

  @Override
  public void accept(PeerEvent event) {
    if (event instanceof PeerEvent.PathChanged change && change.peerId().equals(peerId)) {
      Path from = change.from();
      Path to = change.to();
      if (from != null && to != null) {
        CloseReason cause = change.cause();
        note(
            new Switch(
                story.sinceBegin(change.at()), from, to, cause == null ? null : cause.message()));
      }
    }
  }

  private void note(Switch made) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      tell(made);
      switches.add(made);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void tell(Switch made) {
    JsonObject details = new JsonObject();
    details.addProperty("from", name(made.from()));
    details.addProperty("to", name(made.to()));
    details.addProperty("cause", made.cause());
    String cause = made.cause() == null ? "a direct link is up" : made.cause();
    String way = made.to() == Path.P2P ? "peer to peer" : "through the router";
    story.tell(made.after(), "switched", "the values travel " + way + ": " + cause, details);
  }

  static String name(Path path) {
    return path == Path.P2P ? "p2p" : "router";
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

  /** What happens from now on, such as the end of the clients, is none of ours. */
  void end() {
    lock.lock();
    try {
      ended = true;
    } finally {
      lock.unlock();
    }
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
