package to.clasp.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;

/**
 * Hands frames to the transport in the order in which they come, and keeps those that have to wait
 * for a session. Safe for use by any thread.
 *
 * <p>Outcomes are told after the lock has been left, because futures complete by them, and code
 * that the application attached to those runs at once.
 */
final class Sender {

  /** The ways beside the router. */
  interface Links {
    /** The peer that a frame is for, or null. */
    @Nullable String peerOf(Frame frame);

    /** Whether a peer is linked directly now. */
    boolean isUp(String peer);

    /** No frame is for a peer. */
    Links NONE =
        new Links() {
          @Override
          public @Nullable String peerOf(Frame frame) {
            return null;
          }

          @Override
          public boolean isUp(String peer) {
            return false;
          }
        };
  }

  private final Transport transport;
  private final Links links;
  private final ReentrantLock lock;

  // Guarded by the lock.
  private final Outbox outbox;
  private boolean ready;

  /** For how many things what goes to the router has to wait that are about to go before it. */
  private int holds;

  private boolean closing;

  /**
   * Makes a sender that waits for a session.
   *
   * @param lock guards the order of sending, and whatever {@link SendOutcome}s keep in that order
   */
  Sender(Transport transport, Links links, ReentrantLock lock, int maxOutboxBytes) {
    this.transport = transport;
    this.links = links;
    this.lock = lock;
    this.outbox = new Outbox(maxOutboxBytes);
  }

  void send(Frame frame, SendOutcome outcome) {
    List<Runnable> told = new ArrayList<>(1);
    lock.lock();
    try {
      send(frame, outcome, told);
    } finally {
      lock.unlock();
    }
    told.forEach(Runnable::run);
  }

  /**
   * Sends a frame now, if it need not wait. That is the way of nearly all frames, so nothing is
   * made for it.
   *
   * @return what became of it, if the transport has taken it; null if nothing has happened, and
   *     {@link #send} is to find out why and what to do
   */
  @Nullable SendResult sendAtOnce(Frame frame) {
    lock.lock();
    try {
      if (!isFree() || closing || frame.size() > transport.maxFrameSize()) {
        return null;
      }
      SendResult result = transport.send(frame);
      return result.isAccepted() ? result : null;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a frame need not wait here. */
  private boolean isFree() {
    return ready && holds == 0 && outbox.isEmpty();
  }

  private void send(Frame frame, SendOutcome outcome, List<Runnable> told) {
    if (closing) {
      told.add(() -> outcome.failed(Failures.closed()));
      return;
    }
    if (frame.size() > transport.maxFrameSize()) {
      told.add(() -> outcome.failed(Failures.tooLarge(frame.size(), transport.maxFrameSize())));
      return;
    }
    ClaspException refusal = outcome.sending();
    if (refusal != null) {
      told.add(() -> outcome.failed(refusal));
      return;
    }
    if (isFree()) {
      handOver(new Outbox.Entry(frame, null, outcome), told);
      return;
    }
    Outbox.Entry entry = new Outbox.Entry(frame, links.peerOf(frame), outcome);
    String peer = entry.peer();
    if (peer != null && links.isUp(peer) && flushTo(peer, told)) {
      handOver(entry, told);
    } else {
      keep(entry, told);
    }
  }

  private void handOver(Outbox.Entry entry, List<Runnable> told) {
    SendResult result = transport.send(entry.frame());
    if (result.status() == SendResult.Status.NOT_CONNECTED) {
      keep(entry, told);
    } else {
      settle(entry, result, told);
    }
  }

  /** Tells what became of a frame that need not be kept. */
  private void settle(Outbox.Entry entry, SendResult result, List<Runnable> told) {
    Frame frame = entry.frame();
    SendOutcome outcome = entry.outcome();
    switch (result.status()) {
      case ACCEPTED -> {
        Path path = Objects.requireNonNull(result.path());
        boolean forPeer = result.isForPeer();
        outcome.handedOver(forPeer);
        told.add(() -> outcome.accepted(path, forPeer));
      }
      case DEFERRED -> {
        // What waits for a link goes over it, or nowhere.
        outcome.handedOver(true);
        told.add(() -> await(result, outcome));
      }
      case BUFFER_FULL ->
          told.add(
              () ->
                  outcome.failed(
                      new BackpressureException(
                          "the send buffer is full; wait until the client is writable")));
      case TOO_LARGE ->
          told.add(() -> outcome.failed(Failures.tooLarge(frame.size(), transport.maxFrameSize())));
      case NOT_CONNECTED, CLOSED -> told.add(() -> outcome.failed(Failures.closed()));
    }
  }

  /** Lets an outcome hear what becomes of a frame that waits for a link. */
  void await(SendResult deferred, SendOutcome outcome) {
    var unused =
        Objects.requireNonNull(deferred.outcome())
            .whenComplete(
                (path, failure) -> {
                  if (failure != null) {
                    outcome.failed(Failures.of(unwrap(failure)));
                    return;
                  }
                  lock.lock();
                  try {
                    outcome.handedOver(path == Path.P2P);
                  } finally {
                    lock.unlock();
                  }
                  outcome.accepted(path, path == Path.P2P);
                });
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private void keep(Outbox.Entry entry, List<Runnable> told) {
    boolean kept = outbox.add(entry, gone -> told.add(() -> gaveWay(gone)));
    if (!kept) {
      told.add(
          () ->
              entry
                  .outcome()
                  .failed(
                      new BackpressureException(
                          "no more frames can wait here; wait until the client is connected and"
                              + " writable")));
    }
  }

  private static void gaveWay(Outbox.Entry entry) {
    entry
        .outcome()
        .failed(new BackpressureException("this frame had to wait, and gave way to newer ones"));
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
    } finally {
      lock.unlock();
    }
    if (ready) {
      flush();
    }
  }

  /**
   * What is sent from now on has to wait, for something has to go before it that only the loop can
   * send. A frame to a linked peer need not.
   */
  void hold() {
    lock.lock();
    try {
      holds++;
    } finally {
      lock.unlock();
    }
  }

  /** That has gone; returns whether frames waited here, and all have left. */
  boolean letGo() {
    boolean waited;
    lock.lock();
    try {
      holds--;
      waited = !outbox.isEmpty();
    } finally {
      lock.unlock();
    }
    return waited && flush();
  }

  /** Sends what waits, as far as the transport takes it; returns whether nothing waits any more. */
  boolean flush() {
    List<Runnable> told = new ArrayList<>();
    boolean flushed;
    lock.lock();
    try {
      Outbox.Entry entry = outbox.first();
      while (ready && holds == 0 && entry != null && pass(entry, told)) {
        outbox.removeFirst();
        entry = outbox.first();
      }
      flushed = outbox.isEmpty();
    } finally {
      lock.unlock();
    }
    told.forEach(Runnable::run);
    return flushed;
  }

  /** Sends what waits for a linked peer; returns whether nothing waits for it any more. */
  private boolean flushTo(String peer, List<Runnable> told) {
    outbox.drainTo(peer, entry -> pass(entry, told));
    return !outbox.holdsFor(peer);
  }

  /** Sends an entry of the outbox; false when it has to stay there. */
  private boolean pass(Outbox.Entry entry, List<Runnable> told) {
    SendOutcome outcome = entry.outcome();
    if (outcome.isWithdrawn()) {
      told.add(() -> outcome.failed(Failures.withdrawn()));
      return true;
    }
    SendResult result = transport.send(entry.frame());
    if (result.status() == SendResult.Status.BUFFER_FULL
        || result.status() == SendResult.Status.NOT_CONNECTED) {
      return false;
    }
    settle(entry, result, told);
    return true;
  }

  /** Takes nothing more; returns whether nothing waits. */
  boolean stopAccepting() {
    lock.lock();
    try {
      closing = true;
      return outbox.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more, and fails what waits. */
  void close() {
    List<Runnable> told = new ArrayList<>();
    lock.lock();
    try {
      closing = true;
      for (Outbox.Entry entry = outbox.first(); entry != null; entry = outbox.first()) {
        SendOutcome outcome = entry.outcome();
        outbox.removeFirst();
        told.add(() -> outcome.failed(Failures.closed()));
      }
    } finally {
      lock.unlock();
    }
    told.forEach(Runnable::run);
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
