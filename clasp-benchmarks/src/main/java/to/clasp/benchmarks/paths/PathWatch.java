package to.clasp.benchmarks.paths;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerEvent;

/** Follows the path to one peer, and counts when it is left although nothing was killed. */
public final class PathWatch implements Consumer<PeerEvent> {

  private final String peerId;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private @Nullable Path path;
  private boolean killed;
  private boolean left;
  private long falseSwitches;

  /**
   * Makes one.
   *
   * @param peerId the peer
   */
  public PathWatch(String peerId) {
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
  public void killing() {
    lock.lock();
    try {
      killed = true;
      left = false;
    } finally {
      lock.unlock();
    }
  }

  /** From now on it is wrong. */
  public void restored() {
    lock.lock();
    try {
      killed = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until frames take the direct path.
   *
   * @param time how long at most
   * @return whether they do
   * @throws InterruptedException if interrupted
   */
  public boolean awaitDirect(Duration time) throws InterruptedException {
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

  /**
   * Waits until the direct path has been left since {@link #killing}.
   *
   * @param time how long at most
   * @return whether it has
   * @throws InterruptedException if interrupted
   */
  public boolean awaitLeft(Duration time) throws InterruptedException {
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

  /**
   * Returns how often the direct path was left although nothing was killed.
   *
   * @return the count
   */
  public long falseSwitches() {
    lock.lock();
    try {
      return falseSwitches;
    } finally {
      lock.unlock();
    }
  }
}
