package to.clasp.client;

import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import to.clasp.core.codec.Frame;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;

/**
 * Hands frames to the transport in the order in which they come, and keeps those that have to wait
 * for a session. Safe for use by any thread.
 */
final class Sender {

  private final Transport transport;
  private final Predicate<Frame> goesWithoutSession;
  private final ReentrantLock lock;
  private final Outbox outbox;
  private boolean ready;
  private boolean closing;

  /**
   * Makes a sender that waits for a session.
   *
   * @param goesWithoutSession tells frames that have a way beside the router now
   * @param lock guards the order of sending; the owner books requests under it
   */
  Sender(
      Transport transport,
      Predicate<Frame> goesWithoutSession,
      ReentrantLock lock,
      int maxOutboxBytes) {
    this.transport = transport;
    this.goesWithoutSession = goesWithoutSession;
    this.lock = lock;
    this.outbox = new Outbox(maxOutboxBytes);
  }

  void send(Frame frame, SendOutcome outcome) {
    lock.lock();
    try {
      if (closing) {
        outcome.failed(Failures.closed());
      } else if (frame.size() > transport.maxFrameSize()) {
        outcome.failed(Failures.tooLarge(frame.size(), transport.maxFrameSize()));
      } else if ((ready && outbox.isEmpty()) || goesWithoutSession.test(frame)) {
        settle(frame, transport.send(frame), outcome);
      } else {
        keep(frame, outcome);
      }
    } finally {
      lock.unlock();
    }
  }

  private void settle(Frame frame, SendResult result, SendOutcome outcome) {
    switch (result.status()) {
      case ACCEPTED -> outcome.accepted(Objects.requireNonNull(result.path()));
      case DEFERRED ->
          Objects.requireNonNull(result.outcome())
              .whenComplete(
                  (path, failure) -> {
                    if (failure == null) {
                      outcome.accepted(path);
                    } else {
                      outcome.failed(Failures.of(unwrap(failure)));
                    }
                  });
      case BUFFER_FULL ->
          outcome.failed(
              new BackpressureException(
                  "the send buffer is full; wait until the client is writable"));
      case TOO_LARGE -> outcome.failed(Failures.tooLarge(frame.size(), transport.maxFrameSize()));
      case NOT_CONNECTED -> keep(frame, outcome);
      case CLOSED -> outcome.failed(Failures.closed());
    }
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private void keep(Frame frame, SendOutcome outcome) {
    if (!outbox.add(frame, outcome)) {
      outcome.failed(
          new BackpressureException(
              "there is no session, and no more frames can wait for one; wait until the client is"
                  + " connected"));
    }
  }

  /** Whether a frame would be taken without waiting for a session. */
  boolean isWritable() {
    lock.lock();
    try {
      return ready && !closing && outbox.isEmpty() && transport.isWritable();
    } finally {
      lock.unlock();
    }
  }

  /** A session stands, or not. */
  void ready(boolean ready) {
    lock.lock();
    try {
      this.ready = ready;
      if (ready) {
        flush();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends what waits, as far as the transport takes it; returns whether nothing waits any more. */
  boolean flush() {
    lock.lock();
    try {
      Outbox.Entry entry = outbox.first();
      while (ready && entry != null) {
        SendResult result = transport.send(entry.frame());
        if (result.status() == SendResult.Status.BUFFER_FULL
            || result.status() == SendResult.Status.NOT_CONNECTED) {
          return false;
        }
        outbox.removeFirst();
        settle(entry.frame(), result, entry.outcome());
        entry = outbox.first();
      }
      return outbox.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more; what waits for a session that does not stand is failed. */
  void close() {
    lock.lock();
    try {
      closing = true;
      flush();
      for (Outbox.Entry entry = outbox.first(); entry != null; entry = outbox.first()) {
        outbox.removeFirst();
        entry.outcome().failed(Failures.closed());
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many stream values gave way to newer ones. */
  long droppedStreams() {
    lock.lock();
    try {
      return outbox.droppedStreams();
    } finally {
      lock.unlock();
    }
  }
}
