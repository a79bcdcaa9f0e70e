package to.clasp.testkit.memory;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;

/**
 * Carries messages one way, from any thread to the receiver's event loop, bounded in bytes. The
 * receiver that falls behind makes the sender wait: that is the back-pressure.
 *
 * <p>Once full, a pipe takes nothing until it is half empty, and then tells the sender on its loop.
 */
final class Pipe {

  /** What became of a message. */
  enum Offer {
    /** It will be delivered, unless the pipe is broken before. */
    TAKEN,
    /** There is no room. */
    FULL,
    /** The pipe takes nothing any more. */
    FINISHED
  }

  /** How many messages one task of the loop delivers before others get their turn. */
  private static final int MESSAGES_PER_TASK = 64;

  /** Messages that a silent network swallows before the sender notices that nothing leaves. */
  private static final int IN_FLIGHT_BYTES = 64 * 1024;

  private final int capacity;
  private final boolean lossy;
  private final EventLoop senderLoop;
  private final EventLoop receiverLoop;
  private final Consumer<byte[]> receiver;
  private final Runnable whenWritable;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
  private long bytes;
  private long dropped;
  private boolean full;
  private boolean scheduled;
  private boolean paused;
  private boolean silent;
  private boolean finished;
  private boolean broken;
  private @Nullable Runnable whenFinished;

  /**
   * Makes a pipe.
   *
   * @param lossy true to drop the oldest message instead of being full
   */
  Pipe(
      int capacity,
      boolean lossy,
      EventLoop senderLoop,
      EventLoop receiverLoop,
      Consumer<byte[]> receiver,
      Runnable whenWritable) {
    this.capacity = capacity;
    this.lossy = lossy;
    this.senderLoop = senderLoop;
    this.receiverLoop = receiverLoop;
    this.receiver = receiver;
    this.whenWritable = whenWritable;
  }

  Offer offer(byte[] message) {
    lock.lock();
    try {
      if (finished || broken) {
        return Offer.FINISHED;
      }
      if (lossy) {
        if (silent) {
          dropped++;
          return Offer.TAKEN;
        }
        while (!messages.isEmpty() && bytes + message.length > capacity) {
          bytes -= messages.removeFirst().length;
          dropped++;
        }
      } else if (full) {
        return Offer.FULL;
      }
      messages.addLast(message);
      bytes += message.length;
      full = !lossy && buffered() >= capacity;
      schedule();
      return Offer.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes that have been taken and have not left the sender, as far as it can tell. */
  long bufferedBytes() {
    lock.lock();
    try {
      return buffered();
    } finally {
      lock.unlock();
    }
  }

  boolean isFull() {
    lock.lock();
    try {
      return full;
    } finally {
      lock.unlock();
    }
  }

  /** Messages given up so far. */
  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Stops delivery: the buffer does not drain. */
  void pause(boolean paused) {
    lock.lock();
    try {
      this.paused = paused;
      schedule();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops delivery as a network that swallows packets does: messages seem to leave until the
   * sender's window is used up. A lossy pipe drops them, the other delivers them later.
   */
  void silence(boolean silent) {
    boolean writable;
    lock.lock();
    try {
      this.silent = silent;
      if (silent && lossy) {
        dropped += messages.size();
        messages.clear();
        bytes = 0;
      }
      writable = checkRoom();
      schedule();
    } finally {
      lock.unlock();
    }
    if (writable) {
      senderLoop.execute(whenWritable);
    }
  }

  /** Takes nothing more; the task runs on the receiver's loop once all has been delivered. */
  void finish(Runnable whenFinished) {
    lock.lock();
    try {
      if (!finished && !broken) {
        finished = true;
        this.whenFinished = whenFinished;
        schedule();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Drops what is under way and takes nothing more. */
  void breakOff() {
    lock.lock();
    try {
      broken = true;
      dropped += messages.size();
      messages.clear();
      bytes = 0;
    } finally {
      lock.unlock();
    }
  }

  private long buffered() {
    return silent ? Math.max(0, bytes - IN_FLIGHT_BYTES) : bytes;
  }

  private boolean checkRoom() {
    if (full && buffered() <= capacity / 2) {
      full = false;
      return true;
    }
    return false;
  }

  private void schedule() {
    boolean work = !messages.isEmpty() || whenFinished != null;
    if (work && !scheduled && !paused && !silent && !broken) {
      scheduled = true;
      receiverLoop.execute(this::deliver);
    }
  }

  private void deliver() {
    for (int i = 0; i < MESSAGES_PER_TASK; i++) {
      byte[] message;
      boolean writable;
      Runnable atEnd = null;
      lock.lock();
      try {
        if (paused || silent || broken) {
          scheduled = false;
          return;
        }
        message = messages.pollFirst();
        if (message == null) {
          scheduled = false;
          atEnd = whenFinished;
          whenFinished = null;
          writable = false;
        } else {
          bytes -= message.length;
          writable = checkRoom();
        }
      } finally {
        lock.unlock();
      }
      if (writable) {
        senderLoop.execute(whenWritable);
      }
      if (message != null) {
        receiver.accept(message);
      } else {
        if (atEnd != null) {
          atEnd.run();
        }
        return;
      }
    }
    receiverLoop.execute(this::deliver);
  }
}
