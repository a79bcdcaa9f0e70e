package to.clasp.testkit.record;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.record.TransportEvent.Closed;
import to.clasp.testkit.record.TransportEvent.Interrupted;
import to.clasp.testkit.record.TransportEvent.Opened;
import to.clasp.testkit.record.TransportEvent.Received;
import to.clasp.testkit.record.TransportEvent.Writable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.TransportListener;
import to.clasp.transport.loop.EventLoop;

/**
 * Records all calls of a listener, and checks the listener's contract as they come: {@code
 * (onInterrupted* onOpen (onFrame | onWritable)*)* onInterrupted? onClosed}, never two calls at
 * once, and, when the loop is known, all of them on it. {@link #assertContract()} tells of
 * violations.
 */
public final class RecordingListener extends Recorder<TransportEvent> implements TransportListener {

  private enum Phase {
    NOT_OPEN,
    OPEN,
    CLOSED
  }

  private final @Nullable EventLoop loop;
  private final AtomicReference<@Nullable Thread> caller = new AtomicReference<>();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final List<String> violations = new ArrayList<>();
  private Phase phase = Phase.NOT_OPEN;

  /** Makes a listener that does not care on which thread it is called. */
  public RecordingListener() {
    this(null);
  }

  /**
   * Makes a listener.
   *
   * @param loop where all calls must come, or null to accept any thread
   */
  public RecordingListener(@Nullable EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public void onOpen() {
    record("onOpen", new Opened(), Phase.NOT_OPEN, Phase.OPEN);
  }

  @Override
  public void onFrame(Frame frame, FrameSource source) {
    // Links to peers outlive the connection to the router.
    Phase expected = source.peerId() == null ? Phase.OPEN : null;
    record("onFrame", new Received(frame, source), expected, null);
  }

  @Override
  public void onWritable() {
    record("onWritable", new Writable(), Phase.OPEN, Phase.OPEN);
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    if (attempt < 1 || delay.isNegative()) {
      violation("onInterrupted with attempt " + attempt + " and delay " + delay);
    }
    record("onInterrupted", new Interrupted(reason, attempt, delay), null, Phase.NOT_OPEN);
  }

  @Override
  public void onClosed(CloseReason reason) {
    record("onClosed", new Closed(reason), null, Phase.CLOSED);
  }

  private void record(
      String call, TransportEvent event, @Nullable Phase expected, @Nullable Phase next) {
    Thread before = caller.getAndSet(Thread.currentThread());
    if (before != null) {
      violation(call + " while another call was under way on " + before.getName());
    }
    if (loop != null && !loop.inLoop()) {
      violation(call + " outside the loop, on " + Thread.currentThread().getName());
    }
    Phase current;
    lock.lock();
    try {
      current = phase;
      phase = current == Phase.CLOSED || next == null ? current : next;
    } finally {
      lock.unlock();
    }
    if (current == Phase.CLOSED) {
      violation(call + " after onClosed");
    } else if (expected != null && current != expected) {
      violation(call + " while " + (current == Phase.OPEN ? "open" : "not open"));
    }
    record(event);
    caller.set(null);
  }

  private void violation(String what) {
    lock.lock();
    try {
      violations.add(what);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Checks that the contract was kept so far.
   *
   * @throws AssertionError if it was not; it lists each violation
   */
  public void assertContract() {
    lock.lock();
    try {
      if (!violations.isEmpty()) {
        throw new AssertionError("the contract of TransportListener was broken: " + violations);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for {@code onOpen}.
   *
   * @param timeout how long to wait at most
   */
  public void awaitOpen(Duration timeout) {
    await(Opened.class, timeout);
  }

  /**
   * Waits for a connection after earlier ones.
   *
   * @param count how many {@code onOpen} there must have been in all
   * @param timeout how long to wait at most
   */
  public void awaitOpens(int count, Duration timeout) {
    await(Opened.class, count, timeout);
  }

  /**
   * Waits for {@code onInterrupted}.
   *
   * @param timeout how long to wait at most
   * @return the first one
   */
  public Interrupted awaitInterrupted(Duration timeout) {
    return await(Interrupted.class, timeout);
  }

  /**
   * Waits for {@code onClosed}.
   *
   * @param timeout how long to wait at most
   * @return the reason given
   */
  public CloseReason awaitClosed(Duration timeout) {
    return await(Closed.class, timeout).reason();
  }

  /**
   * Waits for frames.
   *
   * @param count how many there must have been in all
   * @param timeout how long to wait at most
   * @return all received frames, in order
   */
  public List<Frame> awaitFrames(int count, Duration timeout) {
    await(Received.class, count, timeout);
    return frames();
  }

  /**
   * Returns the received frames.
   *
   * @return a copy, in order
   */
  public List<Frame> frames() {
    return events(Received.class).stream().map(Received::frame).toList();
  }
}
