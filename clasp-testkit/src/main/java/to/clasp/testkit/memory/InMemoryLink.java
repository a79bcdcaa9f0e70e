package to.clasp.testkit.memory;

import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.loop.EventLoop;

/**
 * One connection between two ends: a pipe each way. It opens when both ends are attached, and ends
 * for both, once: in order, when an end closes and what both had accepted has been delivered; or at
 * once, when it is broken off.
 */
final class InMemoryLink {

  /** Hears of its end of the link, on its loop. {@link #onEnded} comes once and last. */
  interface Owner {
    void onOpened(End end);

    void onMessage(End end, byte[] message);

    void onWritable(End end);

    /** The other side closes: nothing more can be sent. */
    void onRemoteClosing(End end);

    /**
     * The link has ended.
     *
     * @param reason why, or null for an orderly end
     */
    void onEnded(End end, @Nullable CloseReason reason);
  }

  private enum Phase {
    WAITING,
    OPEN,
    ENDED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final End left;
  private final End right;

  // Guarded by the lock.
  private Phase phase = Phase.WAITING;

  InMemoryLink(EventLoop leftLoop, int leftBufferBytes, EventLoop rightLoop, int rightBufferBytes) {
    left = new End(leftLoop);
    right = new End(rightLoop);
    left.connectTo(right, leftBufferBytes);
    right.connectTo(left, rightBufferBytes);
  }

  End left() {
    return left;
  }

  End right() {
    return right;
  }

  private void end(@Nullable CloseReason forLeft, @Nullable CloseReason forRight) {
    lock.lock();
    try {
      if (phase == Phase.ENDED) {
        return;
      }
      phase = Phase.ENDED;
      left.endedFor = forLeft;
      right.endedFor = forRight;
    } finally {
      lock.unlock();
    }
    left.out().breakOff();
    right.out().breakOff();
    left.tellEnded(forLeft);
    right.tellEnded(forRight);
  }

  /** One end. Methods may be called by any thread. */
  final class End {
    private final EventLoop loop;
    private volatile @Nullable Owner owner;
    private @Nullable Pipe out;
    private @Nullable End other;

    // Guarded by the lock of the link.
    private boolean closing;
    private boolean remoteClosed;
    private @Nullable CloseReason endedFor;

    private End(EventLoop loop) {
      this.loop = loop;
    }

    private void connectTo(End other, int bufferBytes) {
      this.other = other;
      out =
          new Pipe(
              bufferBytes, false, loop, other.loop, other::received, () -> told(this::writable));
    }

    /** Gives the end its owner; the link opens when both have one. */
    void attach(Owner owner) {
      this.owner = owner;
      lock.lock();
      try {
        if (phase == Phase.WAITING && other().owner != null) {
          phase = Phase.OPEN;
          // Both hear of it before any message, for a loop keeps the order.
          loop.execute(() -> told(heard -> heard.onOpened(this)));
          other().loop.execute(() -> other().told(heard -> heard.onOpened(other())));
        } else if (phase == Phase.ENDED) {
          tellEnded(
              endedFor != null
                  ? endedFor
                  : CloseReason.of(
                      CloseReason.Code.CONNECTION_LOST, "the other side gave up before"));
        }
      } finally {
        lock.unlock();
      }
    }

    Pipe out() {
      return Objects.requireNonNull(out);
    }

    /** What comes in. */
    Pipe in() {
      return other().out();
    }

    private End other() {
      return Objects.requireNonNull(other);
    }

    /** Delivers what was accepted, in both directions, and ends the link. */
    void close() {
      lock.lock();
      try {
        if (closing) {
          return;
        }
        closing = true;
      } finally {
        lock.unlock();
      }
      out().finish(other()::remoteFinished);
    }

    /** On this end's loop, after the last message. */
    private void remoteFinished() {
      boolean over;
      lock.lock();
      try {
        remoteClosed = true;
        over = other().remoteClosed;
      } finally {
        lock.unlock();
      }
      if (over) {
        end(null, null);
      } else {
        told(heard -> heard.onRemoteClosing(this));
        close();
      }
    }

    /** Ends the link at once; what is under way is lost. */
    void breakOff(CloseReason forThis, CloseReason forOther) {
      if (this == left) {
        end(forThis, forOther);
      } else {
        end(forOther, forThis);
      }
    }

    private void received(byte[] message) {
      told(heard -> heard.onMessage(this, message));
    }

    private void writable(Owner heard) {
      heard.onWritable(this);
    }

    private void tellEnded(@Nullable CloseReason reason) {
      loop.execute(() -> told(heard -> heard.onEnded(this, reason)));
    }

    private void told(java.util.function.Consumer<Owner> event) {
      Owner heard = owner;
      if (heard != null) {
        event.accept(heard);
      }
    }
  }
}
