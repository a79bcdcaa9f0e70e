package to.clasp.transport.pace;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.pace.ControlFrames.Kind;

/**
 * Keeps a transport to a router below the router's message rate, beyond which the router drops
 * messages (a CLASP router allows a session 1 000 messages in each second of its clock by default,
 * 30 with authentication).
 *
 * <p><b>Rate.</b> In no second do more frames leave than the limit; see {@link PaceOptions} for it.
 * A frame that may leave at once goes straight through on the caller's thread. Others are accepted
 * and wait, up to a bound; beyond it the answer is {@link SendResult#BUFFER_FULL}, and {@code
 * onWritable} follows. When the router answers 429 nevertheless, nothing leaves for one second, the
 * limit is lowered to the one that the router names, or by a quarter, and rises again slowly.
 *
 * <p><b>Lanes.</b> HELLO, SUBSCRIBE, UNSUBSCRIBE, SYNC, PING, PONG and signals (PUBLISH below
 * {@code /clasp/p2p/} and {@code /webrtc/signal/}, unless labelled {@link
 * to.clasp.core.message.QoS#COMMIT}, as envelopes of data are) overtake everything else. Within
 * each of the two lanes order is kept; this is where this transport departs from the order of the
 * {@link Transport} contract.
 *
 * <p><b>Sessions.</b> A router ends a connection whose first message is not HELLO, and what follows
 * must wait for its WELCOME. So when {@link PaceOptions#gated()}, each new connection begins held:
 *
 * <ul>
 *   <li>HELLO goes out at once, ahead of everything;
 *   <li>other control frames follow it, in order;
 *   <li>data waits until the owner, having got its WELCOME, calls {@link #release()}.
 * </ul>
 *
 * When the connection is lost, control frames that wait are dropped and counted, for they belong to
 * the session that is gone and its owner makes them anew. Data that was accepted is kept, and
 * leaves on the next connection after {@link #release()}, behind the control frames. The owner may
 * hold data back at any other time too.
 */
public final class PacedTransport implements Transport {

  private static final Logger LOG = LoggerFactory.getLogger(PacedTransport.class);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Transport inner;
  private final EventLoop loop;
  private final PaceOptions options;
  private final ReentrantLock lock = new ReentrantLock();

  // Below: guarded by the lock. Frames are handed on under it, which keeps their order.
  private final Lane control;
  private final Lane data;
  private final AdaptiveLimit limit;
  private final TokenBucket bucket;
  private boolean open;
  private boolean held;
  private boolean greeted;
  private boolean innerFull;
  private boolean closeAsked;
  private boolean closed;
  private EventLoop.@Nullable Timer drainTimer;
  private EventLoop.@Nullable Timer closeTimer;
  private long pausedUntil;
  private long framesAccepted;
  private long bytesAccepted;
  private long framesDropped;
  private long listenerFailures;
  private long refusals;
  private long dataAccepted;
  private long dataLeft;

  private volatile @Nullable TransportListener listener;

  /**
   * Wraps a transport that has not been started.
   *
   * @param inner the transport to a router; it is started and closed through this one
   * @param options how to pace
   * @param loop the event loop of the wrapped transport
   */
  public PacedTransport(Transport inner, PaceOptions options, EventLoop loop) {
    this.inner = Objects.requireNonNull(inner, "inner");
    this.options = Objects.requireNonNull(options, "options");
    this.loop = Objects.requireNonNull(loop, "loop");
    control = new Lane(options.maxQueuedFrames(), options.maxQueuedBytes());
    data = new Lane(options.maxQueuedFrames(), options.maxQueuedBytes());
    limit = new AdaptiveLimit(options.messagesPerSecond());
    long now = loop.nanoTime();
    bucket = new TokenBucket(options.messagesPerSecond(), now);
    pausedUntil = now;
    held = options.gated();
  }

  @Override
  public void start(TransportListener listener) {
    Objects.requireNonNull(listener, "listener");
    TransportListener before = this.listener;
    this.listener = before == null ? listener : before;
    inner.start(new Inbound(listener));
  }

  @Override
  public SendResult send(Frame frame) {
    if (frame.size() > inner.maxFrameSize()) {
      return SendResult.TOO_LARGE;
    }
    Kind kind = ControlFrames.kindOf(frame);
    lock.lock();
    try {
      if (closeAsked || closed) {
        return SendResult.CLOSED;
      }
      if (!open) {
        return SendResult.NOT_CONNECTED;
      }
      if (isNext(kind) && takeToken()) {
        SendResult result = inner.send(frame);
        if (result.isAccepted()) {
          sent(kind);
          accepted(kind, frame);
          left(kind);
          return result;
        }
        bucket.giveBack();
        if (result.status() != SendResult.Status.BUFFER_FULL) {
          return result;
        }
        innerFull = true;
      }
      return queue(kind, frame);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a new frame of this kind would leave before all that wait, and may. */
  private boolean isNext(Kind kind) {
    return switch (kind) {
      case HELLO -> !isHello(control.first());
      case CONTROL -> control.isEmpty() && (greeted || !held);
      case DATA -> control.isEmpty() && data.isEmpty() && !held;
    };
  }

  private SendResult queue(Kind kind, Frame frame) {
    if (kind == Kind.HELLO && !isHello(control.first())) {
      control.addFirst(frame);
    } else if (!(kind == Kind.DATA ? data : control).add(frame)) {
      return SendResult.BUFFER_FULL;
    }
    accepted(kind, frame);
    scheduleDrain();
    return SendResult.ROUTER;
  }

  private void left(Kind kind) {
    if (kind == Kind.DATA) {
      dataLeft++;
    }
  }

  private void accepted(Kind kind, Frame frame) {
    if (kind == Kind.DATA) {
      dataAccepted++;
    }
    framesAccepted++;
    bytesAccepted += frame.size();
  }

  private void sent(Kind kind) {
    if (kind == Kind.HELLO) {
      greeted = true;
    }
  }

  private static boolean isHello(@Nullable Frame frame) {
    return frame != null && ControlFrames.kindOf(frame) == Kind.HELLO;
  }

  private boolean takeToken() {
    long now = loop.nanoTime();
    bucket.limit(limit.at(now), now);
    return bucket.tryTake(now);
  }

  /** The lane whose first frame may leave next, or null when none may. */
  private @Nullable Lane nextLane() {
    if (!open) {
      return null;
    }
    Frame first = control.first();
    if (first != null && (greeted || !held || isHello(first))) {
      return control;
    }
    return held || data.isEmpty() ? null : data;
  }

  private void scheduleDrain() {
    // A full transport tells when it has room; held frames wait for the release.
    if (drainTimer == null && !innerFull && nextLane() != null) {
      long wait = bucket.nanosUntilToken(loop.nanoTime());
      drainTimer = loop.schedule(Duration.ofNanos(wait), this::drain);
    }
  }

  private void cancelDrain() {
    if (drainTimer != null) {
      drainTimer.cancel();
      drainTimer = null;
    }
  }

  /** On the loop: sends what may leave now. */
  private void drain() {
    boolean roomAgain = false;
    boolean drained;
    lock.lock();
    try {
      cancelDrain();
      Lane lane = nextLane();
      while (lane != null && !innerFull && takeToken()) {
        Frame frame = Objects.requireNonNull(lane.first());
        SendResult result = inner.send(frame);
        if (result.isAccepted()) {
          sent(ControlFrames.kindOf(frame));
          leftLane(lane);
          roomAgain |= lane.removeFirst();
        } else {
          bucket.giveBack();
          if (result.status() == SendResult.Status.TOO_LARGE) {
            framesDropped++;
            leftLane(lane);
            roomAgain |= lane.removeFirst();
          } else if (result.status() == SendResult.Status.BUFFER_FULL) {
            innerFull = true;
          } else {
            // The connection is gone; the listener will hear of it.
            break;
          }
        }
        lane = nextLane();
      }
      scheduleDrain();
      roomAgain &= open && !closeAsked;
      drained = closeAsked && nextLane() == null;
    } finally {
      lock.unlock();
    }
    if (roomAgain) {
      tellWritable();
    }
    if (drained) {
      inner.close();
    }
  }

  private void leftLane(Lane lane) {
    if (lane == data) {
      dataLeft++;
    }
  }

  private void tellWritable() {
    try {
      Objects.requireNonNull(listener).onWritable();
    } catch (RuntimeException | Error e) {
      lock.lock();
      try {
        listenerFailures++;
      } finally {
        lock.unlock();
      }
      LOG.error("a transport listener threw; the transport goes on", e);
    }
  }

  /**
   * Holds data back until {@link #release()}. Frames are still accepted as long as there is room.
   */
  public void hold() {
    lock.lock();
    try {
      held = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets data leave. The owner calls it on the loop once the session stands, after the control
   * frames that must precede data have been sent.
   */
  public void release() {
    lock.lock();
    try {
      held = false;
    } finally {
      lock.unlock();
    }
    loop.execute(this::drain);
  }

  /**
   * Returns the limit that is kept now: the configured one, or what the router's refusals made of
   * it.
   *
   * @return messages per second
   */
  public double messagesPerSecond() {
    lock.lock();
    try {
      return limit.at(loop.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns how many 429 errors the router has sent; each stands for a message that it dropped.
   *
   * @return the number
   */
  public long refusals() {
    lock.lock();
    try {
      return refusals;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns how many data frames have been accepted so far. Data keeps its order, so a frame after
   * whose {@link #send} this number was {@code n} has left once {@link #dataLeft()} is {@code n} or
   * more. Without that nobody could tell a frame that the router does not answer from one that is
   * still waiting here.
   *
   * @return the number, control frames not included
   */
  public long dataAccepted() {
    lock.lock();
    try {
      return dataAccepted;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns how many of the accepted data frames have been handed to the wrapped transport, or
   * given up.
   *
   * @return the number, at most {@link #dataAccepted()}
   */
  public long dataLeft() {
    lock.lock();
    try {
      return dataLeft;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isWritable() {
    lock.lock();
    try {
      return open && !closeAsked && !data.isFull();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public TransportState state() {
    TransportState state = inner.state();
    lock.lock();
    try {
      return closeAsked && state == TransportState.OPEN ? TransportState.CLOSING : state;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int maxFrameSize() {
    return inner.maxFrameSize();
  }

  @Override
  public void reconnect(String why) {
    inner.reconnect(why);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closeAsked) {
        return;
      }
      closeAsked = true;
      if (nextLane() != null) {
        // drain() closes the wrapped transport when nothing is left.
        closeTimer = loop.schedule(options.drainTimeout(), inner::close);
        return;
      }
    } finally {
      lock.unlock();
    }
    inner.close();
  }

  @Override
  public TransportStats stats() {
    TransportStats below = inner.stats();
    lock.lock();
    try {
      return new TransportStats(
          framesAccepted,
          bytesAccepted,
          below.framesReceived(),
          below.bytesReceived(),
          below.framesDropped() + framesDropped,
          below.listenerFailures() + listenerFailures,
          below.queuedBytes() + control.bytes() + data.bytes(),
          below.connects());
    } finally {
      lock.unlock();
    }
  }

  private void opened() {
    lock.lock();
    try {
      open = true;
      held = options.gated();
      // Without sessions there is no HELLO to wait for.
      greeted = !options.gated();
      innerFull = false;
      // A router counts by session, and a new connection is a new one.
      bucket.reset(loop.nanoTime());
      scheduleDrain();
    } finally {
      lock.unlock();
    }
  }

  private void lost() {
    boolean close;
    lock.lock();
    try {
      open = false;
      held = options.gated();
      framesDropped += control.clear();
      cancelDrain();
      close = closeAsked;
    } finally {
      lock.unlock();
    }
    if (close) {
      inner.close();
    }
  }

  private void ended() {
    lock.lock();
    try {
      open = false;
      closed = true;
      int unsent = data.clear();
      dataLeft += unsent;
      framesDropped += control.clear() + unsent;
      cancelDrain();
      if (closeTimer != null) {
        closeTimer.cancel();
      }
    } finally {
      lock.unlock();
    }
  }

  private void writable() {
    lock.lock();
    try {
      innerFull = false;
    } finally {
      lock.unlock();
    }
    drain();
  }

  private void refused(int namedLimit) {
    lock.lock();
    try {
      refusals++;
      long now = loop.nanoTime();
      // All refusals of one second have one cause.
      if (now - pausedUntil >= 0) {
        pausedUntil = now + SECOND;
        limit.refused(namedLimit, now, pausedUntil);
        bucket.pauseUntil(pausedUntil);
        LOG.warn(
            "the router refuses messages for their rate; pausing for a second, then at most {} a"
                + " second",
            Math.round(limit.at(now)));
      }
    } finally {
      lock.unlock();
    }
  }

  /** What the wrapped transport reports, on the loop. */
  private final class Inbound implements TransportListener {
    private final TransportListener target;

    Inbound(TransportListener target) {
      this.target = target;
    }

    @Override
    public void onOpen() {
      opened();
      target.onOpen();
    }

    @Override
    public void onFrame(Frame frame, FrameSource source) {
      OptionalInt refusal = AdaptiveLimit.refusal(frame);
      if (refusal.isPresent()) {
        refused(refusal.getAsInt());
      }
      target.onFrame(frame, source);
    }

    @Override
    public void onWritable() {
      writable();
    }

    @Override
    public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
      lost();
      target.onInterrupted(reason, attempt, delay);
    }

    @Override
    public void onClosed(CloseReason reason) {
      ended();
      target.onClosed(reason);
    }
  }
}
