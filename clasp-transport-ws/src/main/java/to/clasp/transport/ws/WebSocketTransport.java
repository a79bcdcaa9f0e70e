package to.clasp.transport.ws;

import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
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
 * A transport over WebSocket that connects again by itself.
 *
 * <p>State lives on the event loop; {@link #send} reads the current connection from a volatile
 * field. A failure that no retry can mend (401, TLS, another protocol) ends the transport only
 * while it has never been open: afterwards the configuration is known to be good, and the server
 * may come back.
 */
final class WebSocketTransport implements Transport {

  private static final Logger LOG = LoggerFactory.getLogger(WebSocketTransport.class);

  /**
   * OkHttp does not tell when it has written something, so a full or closing queue is looked at.
   */
  private static final Duration QUEUE_POLL = Duration.ofMillis(2);

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

  private final URI uri;
  private final ConnectionOptions options;
  private final TransportContext context;
  private final EventLoop loop;
  private final QuickAckSocketFactory sockets = new QuickAckSocketFactory();
  private final OkHttpClient client;
  private final Request request;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closeAsked = new AtomicBoolean();
  private final AtomicBoolean watchingQueue = new AtomicBoolean();

  private final LongAdder framesSent = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder framesReceived = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();
  private final LongAdder framesDropped = new LongAdder();
  private final LongAdder listenerFailures = new LongAdder();
  private final LongAdder connects = new LongAdder();

  private volatile TransportState state = TransportState.NEW;

  /** The open connection, for senders; null unless open and not closing. */
  private volatile @Nullable Connection open;

  // Below: the loop only.
  private @Nullable TransportListener listener;
  private @Nullable Connection connection;
  private EventLoop.@Nullable Timer timer;
  private @Nullable CloseReason pendingReason;
  private int failedAttempts;
  private boolean everOpen;

  WebSocketTransport(URI uri, ConnectionOptions options, TransportContext context) {
    this.uri = uri;
    this.options = options;
    this.context = context;
    this.loop = context.loop();
    this.client = HttpClients.create(options, sockets);
    Request.Builder upgrade =
        new Request.Builder()
            .url(uri.toString())
            .header("Sec-WebSocket-Protocol", FrameFormat.SUBPROTOCOL);
    options.headers().forEach(upgrade::header);
    this.request = upgrade.build();
  }

  @Override
  public void start(TransportListener listener) {
    Objects.requireNonNull(listener, "listener");
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("the transport has been started before; create a new one");
    }
    loop.execute(
        () -> {
          this.listener = listener;
          if (closeAsked.get()) {
            finish(CloseReason.of(Code.LOCAL_CLOSE, "closed before it was started"));
          } else {
            connect();
          }
        });
  }

  @Override
  public SendResult send(Frame frame) {
    if (frame.size() > FrameFormat.MAX_FRAME_BYTES) {
      return SendResult.TOO_LARGE;
    }
    Connection current = open;
    if (current == null) {
      return isClosing() ? SendResult.CLOSED : SendResult.NOT_CONNECTED;
    }
    if (current.queuedBytes() >= options.sendBufferBytes()) {
      watchQueue();
      return SendResult.BUFFER_FULL;
    }
    if (!current.send(frame)) {
      return isClosing() ? SendResult.CLOSED : SendResult.NOT_CONNECTED;
    }
    framesSent.increment();
    bytesSent.add(frame.size());
    return SendResult.ROUTER;
  }

  @Override
  public boolean isWritable() {
    Connection current = open;
    // Once full, it counts as full until the queue is down to the half that onWritable waits for.
    if (current == null || watchingQueue.get()) {
      return false;
    }
    if (current.queuedBytes() >= options.sendBufferBytes()) {
      watchQueue();
      return false;
    }
    return true;
  }

  private boolean isClosing() {
    return closeAsked.get() || state == TransportState.CLOSING || state == TransportState.CLOSED;
  }

  @Override
  public TransportState state() {
    return state;
  }

  @Override
  public int maxFrameSize() {
    return FrameFormat.MAX_FRAME_BYTES;
  }

  @Override
  public void reconnect(String why) {
    loop.execute(
        () -> {
          Connection current = connection;
          if (state == TransportState.OPEN && current != null) {
            interrupt(CloseReason.of(Code.RECONNECT_REQUESTED, why), Duration.ZERO);
            current.cancel();
          }
        });
  }

  @Override
  public void close() {
    if (!closeAsked.compareAndSet(false, true)) {
      return;
    }
    open = null;
    if (started.get()) {
      loop.execute(this::beginClosing);
    } else {
      loop.execute(
          () -> {
            // A start that comes later reports the end by itself.
            if (!started.get()) {
              HttpClients.shutDown(client);
            }
          });
    }
  }

  private void beginClosing() {
    CloseReason reason = CloseReason.of(Code.LOCAL_CLOSE, "closed by this side");
    Connection current = connection;
    if (state == TransportState.OPEN && current != null) {
      moveTo(TransportState.CLOSING);
      cancelTimer();
      timer = loop.schedule(options.drainTimeout(), current::cancel);
      current.close();
    } else if (state == TransportState.CONNECTING || state == TransportState.INTERRUPTED) {
      connection = null;
      if (current != null) {
        current.cancel();
      }
      finish(reason);
    }
  }

  @Override
  public TransportStats stats() {
    Connection current = open;
    return new TransportStats(
        framesSent.sum(),
        bytesSent.sum(),
        framesReceived.sum(),
        bytesReceived.sum(),
        framesDropped.sum(),
        listenerFailures.sum(),
        current == null ? 0 : current.queuedBytes(),
        connects.sum());
  }

  private void connect() {
    moveTo(TransportState.CONNECTING);
    Connection attempt =
        new Connection(
            client, sockets, request, options.receiveBufferBytes(), loop, new ConnectionEvents());
    connection = attempt;
    timer =
        loop.schedule(
            options.connectTimeout(),
            () -> {
              pendingReason = Failures.timeout(uri, null);
              attempt.cancel();
            });
  }

  private void opened(Connection attempt, @Nullable String subprotocol) {
    cancelTimer();
    pendingReason = null;
    if (!FrameFormat.SUBPROTOCOL.equals(subprotocol)) {
      pendingReason = Failures.wrongSubprotocol(uri, subprotocol);
      attempt.cancel();
      return;
    }
    everOpen = true;
    failedAttempts = 0;
    connects.increment();
    moveTo(TransportState.OPEN);
    if (!closeAsked.get()) {
      open = attempt;
    }
    tell(TransportListener::onOpen);
  }

  private void received(byte[] message) {
    Frame frame;
    try {
      frame = Frame.wrap(message);
    } catch (MalformedFrameException e) {
      framesDropped.increment();
      LOG.debug("dropped a malformed frame from {}", uri, e);
      return;
    }
    framesReceived.increment();
    bytesReceived.add(frame.size());
    tell(heard -> heard.onFrame(frame, FrameSource.ROUTER));
  }

  private void ended(Connection.Ending ending) {
    CloseReason reason = reasonOf(ending);
    connection = null;
    open = null;
    cancelTimer();
    if (closeAsked.get()) {
      finish(CloseReason.of(Code.LOCAL_CLOSE, "closed by this side"));
      return;
    }
    boolean hopeless = !everOpen && !reason.code().retryable();
    boolean exhausted =
        options.maxReconnectAttempts() > 0 && failedAttempts >= options.maxReconnectAttempts();
    if (hopeless || !options.reconnect() || exhausted) {
      finish(reason);
      return;
    }
    interrupt(reason, options.backoff().delay(failedAttempts + 1, context.random()));
  }

  private CloseReason reasonOf(Connection.Ending ending) {
    CloseReason pending = pendingReason;
    pendingReason = null;
    if (pending != null) {
      return pending;
    }
    if (ending.reason() != null) {
      return ending.reason();
    }
    Throwable failure = Objects.requireNonNull(ending.failure());
    return state == TransportState.CONNECTING
        ? Failures.connecting(uri, failure, ending.response())
        : Failures.established(uri, failure);
  }

  private void interrupt(CloseReason reason, Duration delay) {
    connection = null;
    open = null;
    cancelTimer();
    failedAttempts++;
    moveTo(TransportState.INTERRUPTED);
    int attempt = failedAttempts;
    timer = loop.schedule(delay, this::connect);
    LOG.info("{}; attempt {} follows in {} ms", reason, attempt, delay.toMillis());
    tell(heard -> heard.onInterrupted(reason, attempt, delay));
  }

  private void finish(CloseReason reason) {
    cancelTimer();
    open = null;
    moveTo(TransportState.CLOSED);
    HttpClients.shutDown(client);
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

  /** Looks at the queue until it has room, then tells the listener; one look at a time. */
  private void watchQueue() {
    if (watchingQueue.compareAndSet(false, true)) {
      loop.schedule(QUEUE_POLL, this::checkQueue);
    }
  }

  private void checkQueue() {
    Connection current = open;
    if (current == null) {
      // onOpen or onClosed tells the listener.
      watchingQueue.set(false);
    } else if (current.queuedBytes() > options.sendBufferBytes() / 2) {
      loop.schedule(QUEUE_POLL, this::checkQueue);
    } else {
      watchingQueue.set(false);
      tell(TransportListener::onWritable);
    }
  }

  private void tell(java.util.function.Consumer<TransportListener> event) {
    try {
      event.accept(Objects.requireNonNull(listener));
    } catch (RuntimeException | Error e) {
      listenerFailures.increment();
      LOG.error("a transport listener threw; the transport goes on", e);
    }
  }

  /** Ignores what an earlier connection still has to say. */
  private final class ConnectionEvents implements Connection.Owner {

    @Override
    public void onReady(Connection source, @Nullable String subprotocol) {
      if (source == connection && state == TransportState.CONNECTING) {
        opened(source, subprotocol);
      }
    }

    @Override
    public void onMessage(Connection source, byte[] message) {
      if (source == connection
          && (state == TransportState.OPEN || state == TransportState.CLOSING)) {
        received(message);
      }
    }

    @Override
    public void onTextMessage(Connection source) {
      framesDropped.increment();
      LOG.debug("dropped a text message from {}", uri);
    }

    @Override
    public void onEnded(Connection source, Connection.Ending ending) {
      if (source == connection) {
        ended(ending);
      }
    }
  }
}
