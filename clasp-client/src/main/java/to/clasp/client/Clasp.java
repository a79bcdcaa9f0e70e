package to.clasp.client;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.Requests.Repeat;
import to.clasp.core.address.Address;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameTooLargeException;
import to.clasp.core.message.AnnounceMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QueryMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalDefinition;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerAwareTransport;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProviders;

/**
 * A CLASP client.
 *
 * <p><b>Threads.</b> All methods may be called by any thread, and none blocks but {@link #close()}.
 * Callbacks run on the client's dispatcher; one that stalls or throws harms its own subscription
 * only. Futures complete on the client's event loop, so what you attach to them must not block
 * there: use the {@code …Async} methods of the future for that. Waiting for a future inside a
 * callback is fine.
 *
 * <p><b>Order.</b> Sends are made in the order in which one thread asks for them. What is sent
 * while the session is interrupted waits for the next one, up to a bound, in order.
 *
 * <p><b>Results.</b> Arguments that can never be right throw at once: an address that does not
 * follow the grammar ({@link Address#requireValid}), a value that has no CLASP form ({@link
 * Value#of(Object)}). Everything else that goes wrong fails the future with a {@link
 * ClaspException}, whose code says what; a future that succeeds tells the path taken. What needs no
 * answer and is accepted at once has a result that many sends share, so that sending costs no
 * object; use such a future like any other, but do not synchronise on it.
 *
 * <p><b>Values</b> are natural Java objects on their way in, or typed {@link Value}s; on their way
 * out they are {@code Value}s, which turn into Java objects with {@link Value#toJava()}.
 */
public final class Clasp implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Clasp.class);

  /** Once the transport has closed, the loop has nothing left to do but to end. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(1);

  /** Any address of so many characters fits into a frame together with a number. */
  private static final int SHORT_ADDRESS = 16_384;

  private final ClientOptions options;
  private final ThreadEventLoop loop;
  private final Transport transport;
  private final @Nullable PeerAwareTransport peers;
  private final @Nullable String p2pUnavailable;
  private final @Nullable P2P p2p;
  private final Dispatcher dispatcher;
  private final ClientCore core;
  private final ScheduledBundles bundles;

  private Clasp(ClientOptions options) {
    this.options = options;
    this.loop = ThreadEventLoop.start("clasp-loop-" + options.name());
    try {
      RandomGenerator random =
          RandomGeneratorFactory.of("L64X128MixRandom")
              .create(ThreadLocalRandom.current().nextLong());
      Wiring wiring =
          Wiring.create(options, TransportProviders.shared(), new TransportContext(loop, random));
      this.transport = wiring.transport();
      this.peers = wiring.peers();
      this.p2pUnavailable = wiring.p2pUnavailable();
      this.dispatcher =
          new Dispatcher(
              options.name(),
              options.dispatcher(),
              options.dispatcherThreads(),
              options.listener());
      this.core = new ClientCore(options, wiring, loop, random, dispatcher);
      this.p2p = peers == null ? null : p2p(options, wiring, peers, loop, core, dispatcher);
      this.bundles = new ScheduledBundles(loop, core, options.maxPendingRequests());
    } catch (RuntimeException | Error e) {
      loop.close();
      throw e;
    }
  }

  private static P2P p2p(
      ClientOptions options,
      Wiring wiring,
      PeerAwareTransport peers,
      EventLoop loop,
      ClientCore core,
      Dispatcher dispatcher) {
    PeerConnectingHandler handler = options.onPeerConnecting();
    if (handler != null) {
      peers.admission(new DispatchedAdmission(dispatcher, handler));
    }
    P2POptions p2pOptions = Objects.requireNonNullElse(options.p2p(), P2POptions.DEFAULTS);
    P2P made =
        new P2P(
            new P2P.Parts(
                peers,
                loop,
                dispatcher,
                PeerLimits.of(options, p2pOptions.maxKnownPeers()),
                core.brake(),
                address -> wiring.peerOf(address) != null,
                p2pOptions.preferP2P()));
    return options.explicitPeers() ? made.use() : made;
  }

  /**
   * Starts to build a client.
   *
   * @param url the router, such as {@code ws://host:7330}
   * @return a builder
   * @throws IllegalArgumentException if it is no URL
   */
  public static ClaspBuilder builder(String url) {
    return new ClaspBuilder(url);
  }

  /**
   * Starts to build a client.
   *
   * @param uri the router, such as {@code ws://host:7330}
   * @return a builder
   * @throws IllegalArgumentException if it has no scheme
   */
  public static ClaspBuilder builder(URI uri) {
    return new ClaspBuilder(uri.toString());
  }

  static CompletableFuture<Clasp> open(ClientOptions options) {
    Clasp clasp = new Clasp(options);
    CompletableFuture<Clasp> opened = new CompletableFuture<>();
    var unusedRelease = clasp.core.closed().thenRun(clasp::release);
    var unusedFirst =
        clasp
            .core
            .session()
            .first()
            .whenComplete(
                (session, failure) -> {
                  if (failure == null) {
                    opened.complete(clasp);
                  } else {
                    opened.completeExceptionally(Failures.of(failure));
                  }
                });
    // Whoever gives the attempt up, by cancelling it or with a time limit, never gets the client,
    // and so cannot close it.
    var unusedGivenUp =
        opened.whenComplete(
            (given, gaveUp) -> {
              if (gaveUp != null) {
                clasp.core.close();
              }
            });
    String reason = clasp.p2pUnavailable;
    if (reason != null) {
      clasp.dispatcher.event(listener -> listener.onP2PUnavailable(reason));
    }
    clasp.core.start();
    return opened;
  }

  // ---- Sending

  /**
   * Sets a parameter.
   *
   * @param address where
   * @param value what
   * @return completes with path and revision when the router has acknowledged, or a peer's link has
   *     taken it
   */
  public CompletableFuture<Delivery> set(String address, @Nullable Object value) {
    return set(address, value, SetOptions.DEFAULTS);
  }

  /**
   * Sets a parameter to a floating point number.
   *
   * @param address where
   * @param value what
   * @return as {@link #set(String, Object)}
   */
  public CompletableFuture<Delivery> set(String address, double value) {
    return isLong(address)
        ? set(address, Value.of(value))
        : sent(Frame.set(Address.requireValid(address), value), address);
  }

  /**
   * Sets a parameter to an integer.
   *
   * @param address where
   * @param value what
   * @return as {@link #set(String, Object)}
   */
  public CompletableFuture<Delivery> set(String address, long value) {
    return isLong(address)
        ? set(address, Value.of(value))
        : sent(Frame.set(Address.requireValid(address), value), address);
  }

  /**
   * Sets a parameter to a boolean.
   *
   * @param address where
   * @param value what
   * @return as {@link #set(String, Object)}
   */
  public CompletableFuture<Delivery> set(String address, boolean value) {
    return isLong(address)
        ? set(address, Value.of(value))
        : sent(Frame.set(Address.requireValid(address), value), address);
  }

  /** Whether a frame may be too small for an address, which must be told the long way. */
  private static boolean isLong(String address) {
    return address.length() > SHORT_ADDRESS;
  }

  private CompletableFuture<Delivery> sent(Frame plainSet, String address) {
    return core.sendForAck(plainSet, address, Repeat.IF_NEWEST);
  }

  /**
   * Sets a parameter.
   *
   * @param address where
   * @param value what
   * @param how lifetime, lock, expected revision
   * @return completes with path and revision when the router has acknowledged, or a peer's link has
   *     taken it
   */
  public CompletableFuture<Delivery> set(String address, @Nullable Object value, SetOptions how) {
    SetMessage set = how.message(address, value);
    boolean conditional = how.lock() || how.unlock() || how.expectedRevision() != null;
    return encoded(
        set,
        frame -> core.sendForAck(frame, address, conditional ? Repeat.NEVER : Repeat.IF_NEWEST));
  }

  /**
   * Sends an event.
   *
   * @param address where
   * @param value what
   * @return completes with the path when it has been accepted
   */
  public CompletableFuture<Delivery> emit(String address, @Nullable Object value) {
    return publish(address, SignalType.EVENT, value);
  }

  /**
   * Sends an event with a floating point number.
   *
   * @param address where
   * @param value what
   * @return as {@link #emit(String, Object)}
   */
  public CompletableFuture<Delivery> emit(String address, double value) {
    return isLong(address)
        ? emit(address, Value.of(value))
        : core.send(Frame.publish(Address.requireValid(address), SignalType.EVENT, value));
  }

  /**
   * Sends an event with an integer.
   *
   * @param address where
   * @param value what
   * @return as {@link #emit(String, Object)}
   */
  public CompletableFuture<Delivery> emit(String address, long value) {
    return isLong(address)
        ? emit(address, Value.of(value))
        : core.send(Frame.publish(Address.requireValid(address), SignalType.EVENT, value));
  }

  /**
   * Sends an event with a boolean.
   *
   * @param address where
   * @param value what
   * @return as {@link #emit(String, Object)}
   */
  public CompletableFuture<Delivery> emit(String address, boolean value) {
    return isLong(address)
        ? emit(address, Value.of(value))
        : core.send(Frame.publish(Address.requireValid(address), SignalType.EVENT, value));
  }

  /**
   * Sends a value of a stream. Streams are lossy: the newest counts.
   *
   * @param address where
   * @param value what
   * @return completes with the path when it has been accepted
   */
  public CompletableFuture<Delivery> stream(String address, @Nullable Object value) {
    return publish(address, SignalType.STREAM, value);
  }

  /**
   * Sends a value of a stream: a floating point number.
   *
   * @param address where
   * @param value what
   * @return as {@link #stream(String, Object)}
   */
  public CompletableFuture<Delivery> stream(String address, double value) {
    return isLong(address)
        ? stream(address, Value.of(value))
        : core.send(Frame.publish(Address.requireValid(address), SignalType.STREAM, value));
  }

  /**
   * Sends a value of a stream: an integer.
   *
   * @param address where
   * @param value what
   * @return as {@link #stream(String, Object)}
   */
  public CompletableFuture<Delivery> stream(String address, long value) {
    return isLong(address)
        ? stream(address, Value.of(value))
        : core.send(Frame.publish(Address.requireValid(address), SignalType.STREAM, value));
  }

  /**
   * Sends a value of a stream: a boolean.
   *
   * @param address where
   * @param value what
   * @return as {@link #stream(String, Object)}
   */
  public CompletableFuture<Delivery> stream(String address, boolean value) {
    return isLong(address)
        ? stream(address, Value.of(value))
        : core.send(Frame.publish(Address.requireValid(address), SignalType.STREAM, value));
  }

  /**
   * Sends a phase of a gesture. A router holds moves back while they come faster than every 16 ms.
   *
   * @param address where
   * @param id tells gestures at one address apart
   * @param phase start, move, end or cancel
   * @param value what
   * @return completes with the path when it has been accepted
   */
  public CompletableFuture<Delivery> gesture(
      String address, int id, GesturePhase phase, @Nullable Object value) {
    return encoded(
        new PublishMessage(
            Address.requireValid(address),
            SignalType.GESTURE,
            Value.of(value),
            null,
            phase,
            null,
            id,
            null),
        core::send);
  }

  /**
   * Sends a timeline; its keyframes travel in the value.
   *
   * @param address where
   * @param timeline the keyframes
   * @return completes with the path when it has been accepted
   */
  public CompletableFuture<Delivery> timeline(String address, Timeline timeline) {
    return publish(address, SignalType.TIMELINE, timeline.toValue());
  }

  private CompletableFuture<Delivery> publish(
      String address, SignalType signal, @Nullable Object value) {
    return encoded(
        PublishMessage.of(Address.requireValid(address), signal, Value.of(value)), core::send);
  }

  /**
   * Sends a bundle, through the router in any case.
   *
   * @param bundle the messages; a copy is taken
   * @return completes when the router has acknowledged; the revision is that of the last set. The
   *     router acknowledges also when it has left out a set for its lock or revision
   */
  public CompletableFuture<Delivery> bundle(Bundle bundle) {
    return encoded(
        new BundleMessage(null, bundle.messages()),
        frame -> core.sendForAck(frame, null, Repeat.NEVER));
  }

  /**
   * Sends a bundle at a time of the router's clock. Routers ignore the time in a bundle, so the
   * client waits for it. When the client closes before, the bundle is not sent.
   *
   * @param bundle the messages; a copy is taken
   * @param at when, on the clock of {@link #time()}; in the past means now
   * @return completes when the router has acknowledged; cancelling it before the time keeps the
   *     bundle from being sent
   */
  public CompletableFuture<Delivery> bundle(Bundle bundle, Instant at) {
    Duration delay = core.session().until(at);
    return encoded(
        new BundleMessage(null, bundle.messages()), frame -> bundles.schedule(frame, delay));
  }

  private interface Send<T> {
    CompletableFuture<T> send(Frame frame);
  }

  private static <T> CompletableFuture<T> encoded(Message message, Send<T> send) {
    Frame frame;
    try {
      frame = Frame.of(message);
    } catch (FrameTooLargeException e) {
      return CompletableFuture.failedFuture(new ClaspException(Code.TOO_LARGE, e.getMessage(), e));
    }
    return send.send(frame);
  }

  /**
   * Tells whether something would be sent now without waiting for a session or for room. When it is
   * false, {@link ClientListener#onWritable()} or {@link ClientListener#onConnected} follows.
   *
   * @return true if so
   */
  public boolean isWritable() {
    return core.sender().isWritable();
  }

  // ---- Asking

  /**
   * Asks for a parameter: the router, or the peer for a peer address that is linked directly.
   *
   * @param address where
   * @return completes with the value, or fails with {@link ClaspException.Code#TIMEOUT}: a router
   *     does not answer for what it does not have
   */
  public CompletableFuture<Value> get(String address) {
    return encoded(
        new GetMessage(Address.requireValid(address)), frame -> core.get(frame, address));
  }

  /**
   * Returns the newest value that this client has heard of.
   *
   * @param address where
   * @return the value, or empty when none is known
   */
  public Optional<Value> cached(String address) {
    return Optional.ofNullable(core.cached(address));
  }

  /**
   * Asks for the definitions of announced signals.
   *
   * @param pattern which
   * @return completes with the definitions, possibly none
   * @throws to.clasp.core.address.InvalidAddressException if the pattern is none
   */
  public CompletableFuture<List<SignalDefinition>> query(String pattern) {
    String text = AddressPattern.parse(pattern).text();
    return encoded(new QueryMessage(text), frame -> core.query(frame, text));
  }

  /**
   * Tells the router which signals this client offers, for {@link #query}.
   *
   * @param namespace common prefix
   * @param signals the definitions
   * @return completes when the router has acknowledged
   */
  public CompletableFuture<Delivery> announce(String namespace, List<SignalDefinition> signals) {
    return encoded(
        new AnnounceMessage(Address.requireValid(namespace), signals),
        frame -> core.sendForAck(frame, namespace, Repeat.IF_NEWEST));
  }

  // ---- Listening

  /**
   * Subscribes to everything that matches a pattern. What the same thread sends after that goes
   * behind the subscription, so that no answer to it is missed.
   *
   * @param pattern {@code *} stands for one segment, {@code **} for any number
   * @param handler called on the dispatcher
   * @return ends the subscription when closed
   * @throws to.clasp.core.address.InvalidAddressException if the pattern is none
   * @throws ClaspException if the client is closed, or the pattern does not fit into a frame
   */
  public Subscription on(String pattern, UpdateHandler handler) {
    return subscribe(pattern, SubscribeOptions.DEFAULTS, handler);
  }

  /**
   * Subscribes. What the same thread sends after that goes behind the subscription, so that no
   * answer to it is missed.
   *
   * @param pattern {@code *} stands for one segment, {@code **} for any number
   * @param wanted types and thinning
   * @param handler called on the dispatcher
   * @return ends the subscription when closed
   * @throws to.clasp.core.address.InvalidAddressException if the pattern is none
   * @throws ClaspException if the client is closed, or the pattern does not fit into a frame
   */
  public Subscription subscribe(String pattern, SubscribeOptions wanted, UpdateHandler handler) {
    return core.subscribe(
        AddressPattern.parse(pattern),
        Objects.requireNonNull(wanted, "wanted"),
        Objects.requireNonNull(handler, "handler"));
  }

  // ---- State

  /**
   * Returns the time on the router's clock, as well as it is known.
   *
   * @return the time
   */
  public Instant time() {
    return core.session().routerTime();
  }

  /**
   * Returns the session.
   *
   * @return the session that stands now, or empty while there is none
   */
  public Optional<SessionInfo> session() {
    return Optional.ofNullable(core.session().current());
  }

  /**
   * Returns the state.
   *
   * @return the state now
   */
  public ClientState state() {
    TransportState state = transport.state();
    if (core.sender().isClosing() && state != TransportState.CLOSED) {
      return ClientState.CLOSING;
    }
    return switch (state) {
      case NEW, CONNECTING -> ClientState.CONNECTING;
      case OPEN -> core.session().isReady() ? ClientState.CONNECTED : ClientState.CONNECTING;
      case INTERRUPTED -> ClientState.INTERRUPTED;
      case CLOSING -> ClientState.CLOSING;
      case CLOSED -> ClientState.CLOSED;
    };
  }

  /**
   * Returns the counters of the transport. Frames that the client itself gave up, for they made no
   * sense or were stream values that gave way, count as dropped too.
   *
   * @return a snapshot
   */
  public TransportStats stats() {
    TransportStats below = transport.stats();
    return new TransportStats(
        below.framesSent(),
        below.bytesSent(),
        below.framesReceived(),
        below.bytesReceived(),
        below.framesDropped() + core.framesDropped(),
        below.listenerFailures(),
        below.queuedBytes(),
        below.connects());
  }

  // ---- Peers

  /**
   * Returns the id under which peers reach this client.
   *
   * @return the id, or empty when direct links are off or cannot be had
   */
  public Optional<String> peerId() {
    return Optional.ofNullable(peers).map(PeerAwareTransport::peerId);
  }

  /**
   * Returns why direct links cannot be had although they were asked for.
   *
   * @return the reason and what to add, or empty
   */
  public Optional<String> p2pUnavailable() {
    return Optional.ofNullable(p2pUnavailable);
  }

  /**
   * Returns what is known of all peers.
   *
   * @return a snapshot for each
   */
  public List<PeerSnapshot> peers() {
    return peers == null ? List.of() : peers.peers();
  }

  /**
   * Returns what is known of one peer.
   *
   * @param peerId the peer
   * @return a snapshot, or empty when it is not known
   */
  public Optional<PeerSnapshot> peer(String peerId) {
    return peers == null ? Optional.empty() : peers.peer(peerId);
  }

  /**
   * Returns what protects the direct link to a peer: fingerprints, proven keys, and a code to
   * compare by voice. Without identities, code and fingerprints are those of one link, and others
   * for the next.
   *
   * @param peerId the peer
   * @return fingerprints and keys, or empty when there is no link to it
   */
  public Optional<LinkSecurity> linkSecurity(String peerId) {
    return peers == null ? Optional.empty() : peers.linkSecurity(peerId);
  }

  /**
   * Returns what uses direct links explicitly, beside the client's addresses of peers. What peers
   * send to addresses of their own is dropped until this is called for the first time.
   *
   * @return the same object each time
   * @throws ClaspException if direct links are off or cannot be had
   */
  public P2P p2p() {
    P2P explicit = p2p;
    if (explicit == null) {
      throw noP2P();
    }
    return explicit.use();
  }

  private ClaspException noP2P() {
    return new ClaspException(
        Code.P2P_UNAVAILABLE,
        p2pUnavailable == null
            ? "direct links are off; build the client with withP2P(true, true)"
            : p2pUnavailable,
        null);
  }

  /**
   * Makes a direct link to a peer, if there is none; also when the options say that frames prefer
   * the router.
   *
   * @param peerId the peer
   * @return completes when the link is up, or fails; one of the two within twice {@code
   *     connectTimeout}
   * @throws IllegalArgumentException if it is no peer id, or our own
   */
  public CompletableFuture<PeerSnapshot> connectPeer(String peerId) {
    PeerAwareTransport aware = peers;
    if (aware == null) {
      return CompletableFuture.failedFuture(noP2P());
    }
    return P2P.link(aware, peerId);
  }

  /**
   * Closes the direct link to a peer, if there is one. It is made again when it is used again.
   *
   * @param peerId the peer
   */
  public void disconnectPeer(String peerId) {
    if (peers != null) {
      peers.disconnectPeer(peerId);
    }
  }

  /**
   * Hears of peers: linked, path changed, failed, closed.
   *
   * @param listener called on the dispatcher, one event at a time, in order
   */
  public void onPeerEvent(Consumer<PeerEvent> listener) {
    if (peers != null) {
      peers.addPeerListener(event -> dispatcher.event(ignored -> listener.accept(event)));
    }
  }

  // ---- The end

  /**
   * Closes: nothing more is taken, what was accepted is sent, callbacks of what has arrived run;
   * all within the close timeout. Returns when everything that the client started has ended, or the
   * timeout is over; what has not ended by then still ends by itself. Calling it again waits again.
   * Called by a callback it does not wait.
   */
  @Override
  public void close() {
    CompletableFuture<Void> ended = closeAsync();
    if (loop.inLoop() || dispatcher.isInCallback()) {
      return;
    }
    long deadline = System.nanoTime() + options.closeTimeout().toNanos();
    try {
      ended.get(options.closeTimeout().toMillis(), TimeUnit.MILLISECONDS);
      Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
      if (!dispatcher.awaitEnd(left)) {
        LOG.warn("a callback still runs after the close timeout; it is interrupted");
        dispatcher.abandon();
      }
      loop.awaitStopped(AFTERWARDS);
    } catch (TimeoutException e) {
      LOG.warn(
          "the transport did not close within {} ms; it goes on closing by itself",
          options.closeTimeout().toMillis());
      var unused = core.closed().thenRun(dispatcher::abandon);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("closing failed", e.getCause());
    }
  }

  /**
   * Closes without waiting.
   *
   * @return completes when the transport has closed
   */
  public CompletableFuture<Void> closeAsync() {
    core.close();
    return core.closed().thenApply(reason -> null);
  }

  private void release() {
    dispatcher.shutDown();
    loop.close();
  }
}
