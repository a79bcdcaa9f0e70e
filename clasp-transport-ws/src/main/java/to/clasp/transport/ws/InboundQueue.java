package to.clasp.transport.ws;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands received messages from OkHttp's reader thread to the event loop, bounded in bytes. When it
 * is full the reader waits, for that is the only way in which OkHttp lets TCP push back on the
 * sender. The loop takes messages by the batch, so that the two threads meet seldom.
 */
final class InboundQueue {

  private final int maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  InboundQueue(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Adds a message, waiting for room.
   *
   * @return true if the queue was empty, so that the loop has to be told
   */
  boolean put(byte[] message) {
    lock.lock();
    try {
      // One message may always enter an empty queue, whatever its size.
      while (!closed && bytes > 0 && bytes + message.length > maxBytes) {
        room.awaitUninterruptibly();
      }
      if (closed) {
        return false;
      }
      messages.add(message);
      bytes += message.length;
      return messages.size() == 1;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the oldest messages. They count until they are {@link #handled}.
   *
   * @param into where they go, behind what is there
   * @param most how many at most
   */
  void take(Deque<byte[]> into, int most) {
    lock.lock();
    try {
      for (int i = 0; i < most && !messages.isEmpty(); i++) {
        into.add(messages.remove());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes room again for messages that were taken.
   *
   * @param size their size in bytes
   * @return true if other messages wait
   */
  boolean handled(long size) {
    lock.lock();
    try {
      bytes -= size;
      room.signalAll();
      return !messages.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Lets a waiting reader go and takes nothing more; what is queued can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
