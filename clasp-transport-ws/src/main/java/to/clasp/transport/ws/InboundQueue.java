package to.clasp.transport.ws;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands received messages from OkHttp's reader thread to the event loop, bounded in bytes. When it
 * is full the reader waits, for that is the only way in which OkHttp lets TCP push back on the
 * sender.
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

  /** Takes the oldest message, or null when there is none. */
  byte @Nullable [] poll() {
    lock.lock();
    try {
      byte[] message = messages.poll();
      if (message != null) {
        bytes -= message.length;
        room.signalAll();
      }
      return message;
    } finally {
      lock.unlock();
    }
  }

  /** Lets a waiting reader go and takes nothing more; what is queued can still be polled. */
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
