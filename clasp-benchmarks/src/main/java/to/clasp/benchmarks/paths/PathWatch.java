package to.clasp.benchmarks.failover;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerEvent;

/** Follows the path to one peer, and counts when it is left although nothing was killed. */
final class PathWatch implements Consumer<PeerEvent> {

  private final String peerId;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private @Nullable Path path;
  private boolean killed;
  private boolean left;
  private long falseSwitches;

  PathWatch(String peerId) {
    this.peerId = peerId;
  }

  @Override
  public void accept(PeerEvent event) {
    if (event instanceof PeerEvent.PathChanged change && change.peerId().equals(peerId)) {
      lock.lock();
      try {
        if (path == Path.P2P && change.to() != Path.P2P) {
          left = true;
          falseSwitches += killed ? 0 : 1;
        }
        path = change.to();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** From now on leaving the direct path is right. */
  void killing() {
    lock.lock();
    try {
      killed = true;
      left = false;
    } finally {
      lock.unlock();
    }
  }

  /** From now on it is wrong. */
  void restored() {
    lock.lock();
    try {
      killed = false;
    } finally {
      lock.unlock();
    }
  }

  boolean awaitDirect(Duration time) throws InterruptedException {
    long left = time.toNanos();
    lock.lock();
    try {
      while (path != Path.P2P && left > 0) {
        left = changed.awaitNanos(left);
      }
      return path == Path.P2P;
    } finally {
      lock.unlock();
    }
  }

  boolean awaitLeft(Duration time) throws InterruptedException {
    long until = System.nanoTime() + time.toNanos();
    lock.lock();
    try {
      while (!left && System.nanoTime() - until < 0) {
        boolean unused = changed.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
      return left;
    } finally {
      lock.unlock();
    }
  }

  long falseSwitches() {
    lock.lock();
    try {
      return falseSwitches;
    } finally {
      lock.unlock();
    }
  }
}
