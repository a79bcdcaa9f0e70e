package to.clasp.client;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.ClaspException.Code;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SyncMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.time.ClockOffset;
import to.clasp.core.value.Value;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.loop.EventLoop;

/**
 * The session on the router: handshake, keep-alive, clock, and what happens when it is lost.
 * Confined to the loop, but for what is volatile.
 */
final class Session implements TransportListener {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final Duration SYNC_INTERVAL = Duration.ofSeconds(30);
  private static final int PROTOCOL_VERSION = 1;

  /** What the rest of the client hears of the session, on the loop. */
  interface Owner {
    /** A session stands. Called before anything waiting is sent. */
    void onSession(SessionInfo session);

    void onInterrupted(CloseReason reason, int attempt, Duration delay);

    /** A session after the first one could not be made; another attempt follows. */
    void onHandshakeFailed(ClaspException why);

    /** There may be room again. */
    void onWritable();

    /** A message that is not about the session itself. */
    void onMessage(Message message, FrameSource source);

    void onClosed(CloseReason reason);
  }

  /** The states; transitions are made in {@link #moveTo} only. */
  enum State {
    CONNECTING,
    HANDSHAKE,
    READY,
    INTERRUPTED,
    CLOSED
  }

  private static final Map<State, Set<State>> TRANSITIONS =
      new EnumMap<>(
          Map.of(
              State.CONNECTING, EnumSet.of(State.HANDSHAKE, State.INTERRUPTED, State.CLOSED),
              State.HANDSHAKE, EnumSet.of(State.READY, State.INTERRUPTED, State.CLOSED),
              State.READY, EnumSet.of(State.INTERRUPTED, State.CLOSED),
              State.INTERRUPTED, EnumSet.of(State.HANDSHAKE, State.INTERRUPTED, State.CLOSED),
              State.CLOSED, EnumSet.noneOf(State.class)));

  private final Transport transport;
  private final ClientOptions options;
  private final EventLoop loop;
  private final RandomGenerator random;
  private final Owner owner;
  private final Heartbeat heartbeat;
  private final CompletableFuture<SessionInfo> first = new CompletableFuture<>();

  private volatile State state = State.CONNECTING;
  private volatile @Nullable SessionInfo current;
  private volatile ClockOffset clock = ClockOffset.UNKNOWN;
  private final LongAdder malformed = new LongAdder();

  private EventLoop.@Nullable Timer handshakeTimer;
  private EventLoop.@Nullable Timer syncTimer;
  private int refusedHandshakes;
  private @Nullable ClaspException failure;

  Session(
      Transport transport,
      ClientOptions options,
      EventLoop loop,
      RandomGenerator random,
      int heartbeatSubscription,
      Owner owner) {
    this.transport = transport;
    this.options = options;
    this.loop = loop;
    this.random = random;
    this.owner = owner;
    this.heartbeat =
        new Heartbeat(
            loop,
            options.keepAliveInterval(),
            options.requestTimeout(),
            heartbeatSubscription,
            this::send,
            this::startAfresh);
  }

  /** Completes with the first session, or with why there is none. */
  CompletableFuture<SessionInfo> first() {
    return first;
  }

  /** Any thread. */
  @Nullable SessionInfo current() {
    return current;
  }

  /** Any thread: whether a session stands. */
  boolean isReady() {
    return state == State.READY;
  }

  /** Any thread. */
  Instant routerTime() {
    long micros = routerMicros();
    return Instant.EPOCH
        .plusNanos(Math.multiplyExact(micros % 1_000_000, 1_000L))
        .plusSeconds(micros / 1_000_000);
  }

  /** Any thread: microseconds since 1970 on the router's clock. */
  long routerMicros() {
    return clock.toRouterTime(micros(loop.now()));
  }

  /** Any thread: how long from now until a time of the router's clock. */
  Duration until(Instant routerTime) {
    return Duration.between(routerTime(), routerTime);
  }

  /** Any thread. */
  State state() {
    return state;
  }

  /** Any thread: received frames that made no sense. */
  long malformed() {
    return malformed.sum();
  }

  @Override
  public void onOpen() {
    moveTo(State.HANDSHAKE);
    handshakeTimer = loop.schedule(options.handshakeTimeout(), this::handshakeTimedOut);
    sendQuietly(hello(options));
  }

  /**
   * The first message of a session.
   *
   * @throws to.clasp.core.codec.FrameTooLargeException if name and token are too long for a frame
   */
  static Frame hello(ClientOptions options) {
    return Frame.of(
        new HelloMessage(PROTOCOL_VERSION, options.features(), options.name(), options.token()));
  }

  private void handshakeTimedOut() {
    handshakeFailed(
        new ClaspException(
            Code.HANDSHAKE_TIMEOUT,
            options.uri()
                + " did not answer HELLO within "
                + options.handshakeTimeout().toMillis()
                + " ms; the router may be full, or the server is no CLASP router",
            null));
  }

  private void handshakeFailed(ClaspException why) {
    stopTimers();
    if (!first.isDone()) {
      failure = why;
      transport.close();
      return;
    }
    // The router was good before and may be again; it neither closes nor answers, so we start
    // afresh.
    refusedHandshakes++;
    owner.onHandshakeFailed(why);
    int most = options.connection().maxReconnectAttempts();
    if (most > 0 && refusedHandshakes > most) {
      LOG.warn("{}; that was the last attempt", why.getMessage());
      transport.close();
      return;
    }
    Duration delay = options.connection().backoff().delay(refusedHandshakes, random);
    LOG.warn("{}; trying again in {} ms", why.getMessage(), delay.toMillis());
    handshakeTimer = loop.schedule(delay, () -> startAfresh("the handshake failed"));
  }

  private void startAfresh(String why) {
    if (options.connection().reconnect()) {
      transport.reconnect(why);
    } else {
      LOG.warn("closing, for {}, and reconnecting is off", why);
      transport.close();
    }
  }

  @Override
  public void onFrame(Frame frame, FrameSource source) {
    Message message;
    try {
      message = frame.message();
    } catch (MalformedFrameException e) {
      malformed.increment();
      LOG.debug("dropped a malformed message from {}", source, e);
      return;
    }
    if (source.peerId() == null) {
      fromRouter(message);
    } else {
      owner.onMessage(message, source);
    }
  }

  private void fromRouter(Message message) {
    if (message instanceof WelcomeMessage welcome) {
      welcomed(welcome);
    } else if (message instanceof SyncMessage sync) {
      synced(sync);
    } else if (message instanceof PingMessage) {
      sendQuietly(Frame.of(new PongMessage()));
    } else if (message instanceof ErrorMessage error && state == State.HANDSHAKE) {
      handshakeFailed(Failures.of(error));
    } else if (message instanceof ErrorMessage error && heartbeat.refused(error)) {
      LOG.debug("the router refuses a keep-alive: {}", error);
    } else {
      if (message instanceof SetMessage || message instanceof PublishMessage) {
        heartbeat.delivered();
      }
      owner.onMessage(message, FrameSource.ROUTER);
    }
  }

  /** Takes an update if it is the echo of a keep-alive; true if so. */
  boolean isKeepAliveEcho(String address, Value value) {
    return heartbeat.echo(address, value);
  }

  /** The router has dropped messages, and does not say which. */
  void rateLimited() {
    heartbeat.rateLimited();
  }

  private void welcomed(WelcomeMessage welcome) {
    if (failure != null) {
      // Too late: the client has been told that there is no session.
      return;
    }
    if (state != State.HANDSHAKE) {
      LOG.warn("the router sent a WELCOME that nobody asked for; it is ignored");
      return;
    }
    stopTimers();
    refusedHandshakes = 0;
    clock = ClockOffset.UNKNOWN.withWelcome(welcome.time(), micros(loop.now()));
    SessionInfo session = new SessionInfo(welcome.session(), welcome.name(), welcome.features());
    current = session;
    moveTo(State.READY);
    heartbeat.start(session.id());
    synchronise();
    owner.onSession(session);
    first.complete(session);
  }

  private void synchronise() {
    sendQuietly(Frame.of(new SyncMessage(micros(loop.now()), null, null)));
    syncTimer = loop.schedule(SYNC_INTERVAL, this::synchronise);
  }

  private void synced(SyncMessage sync) {
    Long t2 = sync.t2();
    Long t3 = sync.t3();
    if (t2 != null && t3 != null) {
      clock = clock.withSync(sync.t1(), t2, t3, micros(loop.now()));
    }
  }

  @Override
  public void onWritable() {
    owner.onWritable();
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    stopTimers();
    heartbeat.stop();
    current = null;
    moveTo(State.INTERRUPTED);
    if (!first.isDone()) {
      // The first connection fails fast: an address that was never good is a mistake to be told.
      failure = Failures.of(reason.toException());
      transport.close();
      return;
    }
    owner.onInterrupted(reason, attempt, delay);
  }

  @Override
  public void onClosed(CloseReason reason) {
    stopTimers();
    heartbeat.stop();
    current = null;
    moveTo(State.CLOSED);
    ClaspException why = failure;
    first.completeExceptionally(why != null ? why : reason.toException());
    owner.onClosed(reason);
  }

  private void sendQuietly(Frame frame) {
    if (!send(frame)) {
      // The connection is gone or choked; the transport reports it, and what was sent is made anew.
      LOG.debug("{} was not sent", frame);
    }
  }

  private boolean send(Frame frame) {
    return transport.send(frame).isAccepted();
  }

  private void stopTimers() {
    if (handshakeTimer != null) {
      handshakeTimer.cancel();
      handshakeTimer = null;
    }
    if (syncTimer != null) {
      syncTimer.cancel();
      syncTimer = null;
    }
  }

  private void moveTo(State next) {
    if (!Objects.requireNonNull(TRANSITIONS.get(state)).contains(next)) {
      throw new IllegalStateException("no way from " + state + " to " + next);
    }
    state = next;
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }
}
