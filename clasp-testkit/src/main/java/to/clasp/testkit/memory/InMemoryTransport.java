package to.clasp.testkit.memory;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.spi.TransportContext;

/**
 * A transport within one JVM. It keeps the whole contract of {@link Transport}, so it is the
 * reference for authors of others: state changes on the event loop only, in one method; {@link
 * #send} reads one volatile field; the bytes of a frame are copied, as a network does.
 *
 * <p>Made by {@link InMemoryNetwork}, or two at once by {@link #pair}. On command it loses its
 * connection ({@link #loseConnection}) or stops reading ({@link #pauseReading}).
 *
 * <p>Of the {@link ConnectionOptions} it heeds connect timeout, drain timeout, everything about
 * reconnecting, and the send buffer, which holds what the other side has not taken yet.
 */
public final class InMemoryTransport implements Transport {

  private static final Logger LOG = LoggerFactory.getLogger(InMemoryTransport.class);

  private static final Map<TransportState, Set<TransportState>> TRANSITIONS =
      new EnumMap<>(
          Map.of(
              TransportState.NEW,
              EnumSet.of(TransportState.CONNECTING, TransportState.CLOSED),
              TransportState.CONNECTING,
              EnumSet.of(TransportState.OPEN, TransportState.INTERRUPTED, TransportState.CLOSED),
              TransportState.OPEN,
              EnumSet.of(TransportState.INTERRUPTED, TransportState.CLOSING, TransportState.CLOSED),
              TransportState.INTERRUPTED,
              EnumSet.of(TransportState.CONNECTING, TransportState.CLOSED),
              TransportState.CLOSING,
              EnumSet.of(TransportState.CLOSED),
              TransportState.CLOSED,
              EnumSet.noneOf(TransportState.class)));

  /** Makes connections for a transport. */
  interface Connector {

    /**
     * Looks for the other side. Called on the loop.
     *
     * @return the end of a link to attach to, or the reason why there is none
     */
    Dialled dial();

    /** Whether it can be asked again after a connection was lost. */
    boolean canDialAgain();

    /** The transport ends without having dialled. */
    void abandon();
  }

  /** What dialling gave: one of the two. */
  record Dialled(InMemoryLink.@Nullable End end, @Nullable CloseReason failure) {}

  private final String name;
  private final Connector connector;
  private final ConnectionOptions options;
  private final TransportContext context;
  private final int maxFrameSize;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closeAsked = new AtomicBoolean();

  private final LongAdder framesSent = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder framesReceived = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();
  private final LongAdder framesDropped = new LongAdder();
  private final LongAdder listenerFailures = new LongAdder();
  private final LongAdder connects = new LongAdder();

  private volatile TransportState state = TransportState.NEW;

  /** The open connection, for senders; null unless open and not closing. */
  private volatile InMemoryLink.@Nullable End open;

  private volatile boolean readingPaused;

  // Below: the loop only.
  private @Nullable TransportListener listener;
  private InMemoryLink.@Nullable End current;
  private EventLoop.@Nullable Timer timer;
  private int failedAttempts;
  private boolean everOpen;

  InMemoryTransport(
      String name,
      Connector connector,
      ConnectionOptions options,
      int maxFrameSize,
      TransportContext context) {
    this.name = name;
    this.connector = connector;
    this.options = options;
    this.maxFrameSize = maxFrameSize;
    this.context = context;
  }

  /**
   * Two transports that are connected to each other once both are started. They serve one
   * connection only.
   *
   * @param left one of them
   * @param right the other
   */
  public record Pair(InMemoryTransport left, InMemoryTransport right) {}

  /**
   * Makes a pair.
   *
   * @param left loop and randomness of one side
   * @param right loop and randomness of the other, perhaps the same
   * @param options of both
   * @return two transports that have not been started
   */
  public static Pair pair(
      TransportContext left, TransportContext right, ConnectionOptions options) {
    return InMemoryNetwork.pair(left, right, options);
  }

  @Override
  public void start(TransportListener listener) {
    Objects.requireNonNull(listener, "listener");
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("the transport has been started before; create a new one");
    }
    context
        .loop()
        .execute(
            () -> {
              this.listener = listener;
              if (closeAsked.get()) {
                connector.abandon();
                finish(CloseReason.of(Code.LOCAL_CLOSE, "closed before it was started"));
              } else {
                connect();
              }
            });
  }

  @Override
  public SendResult send(Frame frame) {
    if (frame.size() > maxFrameSize) {
      return SendResult.TOO_LARGE;
    }
    InMemoryLink.End end = open;
    if (end == null) {
      return notConnected();
    }
    return switch (end.out().offer(frame.toByteArray())) {
      case TAKEN -> {
        framesSent.increment();
        bytesSent.add(frame.size());
        yield SendResult.ROUTER;
      }
      case FULL -> SendResult.BUFFER_FULL;
      case FINISHED -> notConnected();
    };
  }

  private SendResult notConnected() {
    return closeAsked.get() || state == TransportState.CLOSED
        ? SendResult.CLOSED
        : SendResult.NOT_CONNECTED;
  }

  @Override
  public boolean isWritable() {
    InMemoryLink.End end = open;
    return end != null && !end.out().isFull();
  }

  @Override
  public TransportState state() {
    return state;
  }

  @Override
  public int maxFrameSize() {
    return maxFrameSize;
  }

  @Override
  public void reconnect(String why) {
    context
        .loop()
        .execute(
            () -> {
              if (state == TransportState.OPEN) {
                lose(
                    CloseReason.of(Code.RECONNECT_REQUESTED, why),
                    CloseReason.of(Code.CONNECTION_LOST, "the other side connects afresh"),
                    Duration.ZERO);
              }
            });
  }

  /**
   * Loses the connection abruptly, as if the network had failed. Both sides hear {@link
   * Code#CONNECTION_LOST}, and what was under way is lost. Does nothing while not open.
   */
  public void loseConnection() {
    context
        .loop()
        .execute(
            () -> {
              InMemoryLink.End end = current;
              if (end != null) {
                CloseReason lost = CloseReason.of(Code.CONNECTION_LOST, "lost on command");
                end.breakOff(lost, lost);
              }
            });
  }

  /** Stops taking frames: they gather on the other side until its buffer is full. */
  public void pauseReading() {
    pauseReading(true);
  }

  /** Takes frames again. */
  public void resumeReading() {
    pauseReading(false);
  }

  private void pauseReading(boolean pause) {
    readingPaused = pause;
    InMemoryLink.End end = open;
    if (end != null) {
      end.in().pause(pause);
    }
  }

  @Override
  public void close() {
    if (!closeAsked.compareAndSet(false, true)) {
      return;
    }
    open = null;
    context.loop().execute(started.get() ? this::beginClosing : this::abandonUnlessStarted);
  }

  private void abandonUnlessStarted() {
    // A start that comes later reports the end by itself.
    if (!started.get()) {
      connector.abandon();
    }
  }

  private void beginClosing() {
    CloseReason reason = CloseReason.of(Code.LOCAL_CLOSE, "closed by this side");
    InMemoryLink.End end = current;
    if (state == TransportState.OPEN && end != null) {
      moveTo(TransportState.CLOSING);
      timer =
          context
              .loop()
              .schedule(
                  options.drainTimeout(),
                  () ->
                      end.breakOff(
                          reason,
                          CloseReason.of(Code.REMOTE_CLOSE, "the other side did not wait longer")));
      end.close();
    } else if (state == TransportState.CONNECTING || state == TransportState.INTERRUPTED) {
      if (end != null) {
        current = null;
        end.breakOff(
            reason, CloseReason.of(Code.REMOTE_CLOSE, "the other side closed while connecting"));
      }
      finish(reason);
    }
  }

  @Override
  public TransportStats stats() {
    InMemoryLink.End end = open;
    return new TransportStats(
        framesSent.sum(),
        bytesSent.sum(),
        framesReceived.sum(),
        bytesReceived.sum(),
        framesDropped.sum(),
        listenerFailures.sum(),
        end == null ? 0 : end.out().bufferedBytes(),
        connects.sum());
  }

  @Override
  public String toString() {
    return "InMemoryTransport[" + name + ", " + state + "]";
  }

  private void connect() {
    moveTo(TransportState.CONNECTING);
    timer = context.loop().schedule(options.connectTimeout(), this::timedOut);
    Dialled dialled = connector.dial();
    InMemoryLink.End end = dialled.end();
    if (end == null) {
      interruptOrFinish(Objects.requireNonNull(dialled.failure()));
      return;
    }
    current = end;
    end.attach(new LinkEvents());
  }

  private void timedOut() {
    lose(
        CloseReason.of(
            Code.CONNECT_TIMEOUT, name + " did not answer within " + options.connectTimeout()),
        CloseReason.of(Code.CONNECTION_LOST, "the other side gave up"),
        null);
  }

  /** Gives the connection up; the next attempt follows after the delay, or by the back-off. */
  private void lose(CloseReason forThis, CloseReason forOther, @Nullable Duration delay) {
    InMemoryLink.End end = current;
    if (end != null) {
      current = null;
      end.breakOff(forThis, forOther);
    }
    if (delay != null && connector.canDialAgain()) {
      interrupt(forThis, delay);
    } else {
      interruptOrFinish(forThis);
    }
  }

  private void opened(InMemoryLink.End end) {
    cancelTimer();
    everOpen = true;
    failedAttempts = 0;
    connects.increment();
    moveTo(TransportState.OPEN);
    end.in().pause(readingPaused);
    if (!closeAsked.get()) {
      open = end;
    }
    tell(TransportListener::onOpen);
  }

  private void received(byte[] message) {
    Frame frame;
    try {
      frame = Frame.wrap(message);
    } catch (MalformedFrameException e) {
      framesDropped.increment();
      LOG.debug("dropped a malformed frame", e);
      return;
    }
    framesReceived.increment();
    bytesReceived.add(frame.size());
    tell(heard -> heard.onFrame(frame, FrameSource.ROUTER));
  }

  private void ended(InMemoryLink.End end, @Nullable CloseReason reason) {
    framesDropped.add(end.out().dropped());
    current = null;
    open = null;
    if (closeAsked.get()) {
      finish(CloseReason.of(Code.LOCAL_CLOSE, "closed by this side"));
    } else {
      interruptOrFinish(
          reason == null ? CloseReason.of(Code.REMOTE_CLOSE, "the other side closed") : reason);
    }
  }

  private void interruptOrFinish(CloseReason reason) {
    boolean hopeless = !everOpen && !reason.code().retryable();
    boolean exhausted =
        options.maxReconnectAttempts() > 0 && failedAttempts >= options.maxReconnectAttempts();
    if (hopeless || exhausted || !options.reconnect() || !connector.canDialAgain()) {
      finish(reason);
    } else {
      interrupt(reason, options.backoff().delay(failedAttempts + 1, context.random()));
    }
  }

  private void interrupt(CloseReason reason, Duration delay) {
    open = null;
    cancelTimer();
    failedAttempts++;
    moveTo(TransportState.INTERRUPTED);
    int attempt = failedAttempts;
    timer = context.loop().schedule(delay, this::connect);
    tell(heard -> heard.onInterrupted(reason, attempt, delay));
  }

  private void finish(CloseReason reason) {
    cancelTimer();
    open = null;
    moveTo(TransportState.CLOSED);
    tell(heard -> heard.onClosed(reason));
  }

  private void moveTo(TransportState next) {
    if (!Objects.requireNonNull(TRANSITIONS.get(state)).contains(next)) {
      throw new IllegalStateException("no way from " + state + " to " + next);
    }
    state = next;
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void tell(Consumer<TransportListener> event) {
    try {
      event.accept(Objects.requireNonNull(listener));
    } catch (RuntimeException | Error e) {
      listenerFailures.increment();
      LOG.error("a transport listener threw; the transport goes on", e);
    }
  }

  /** Ignores what an earlier connection still has to say. */
  private final class LinkEvents implements InMemoryLink.Owner {

    @Override
    public void onOpened(InMemoryLink.End end) {
      if (end == current && state == TransportState.CONNECTING) {
        opened(end);
      }
    }

    @Override
    public void onMessage(InMemoryLink.End end, byte[] message) {
      if (end == current) {
        received(message);
      }
    }

    @Override
    public void onWritable(InMemoryLink.End end) {
      if (end == open) {
        tell(TransportListener::onWritable);
      }
    }

    @Override
    public void onRemoteClosing(InMemoryLink.End end) {
      if (end == current) {
        open = null;
      }
    }

    @Override
    public void onEnded(InMemoryLink.End end, @Nullable CloseReason reason) {
      if (end == current) {
        ended(end, reason);
      }
    }
  }
}
