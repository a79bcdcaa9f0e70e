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
import to.clasp.core.address.Address;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameTooLargeException;
import to.clasp.core.message.AnnounceMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QueryMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalDefinition;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportException;
import to.clasp.transport.TransportStats;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.pace.PaceOptions;
import to.clasp.transport.pace.PacedTransport;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerAwareTransport;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProviders;

/**
 * A CLASP client.
 *
 * <p>All methods may be called by any thread, and none blocks but {@link #close()}. Sends are
 * ordered as one thread makes them. What is sent while the session is interrupted waits for the
 * next one, up to a bound. Addresses must follow the grammar ({@link Address#requireValid}); values
 * are natural Java objects ({@link Value#of(Object)}) or typed {@link Value}s.
 *
 * <p>A future that a method returns completes with the path taken, or with a {@link
 * ClaspException}. Futures complete on the client's threads: do not block in what you attach to
 * them.
 */
public final class Clasp implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Clasp.class);

  private final ClientOptions options;
  private final ThreadEventLoop loop;
  private final Transport transport;
  private final @Nullable PeerAwareTransport peers;
  private final @Nullable String p2pUnavailable;
  private final Dispatcher dispatcher;
  private final ClientCore core;

  private Clasp(ClientOptions options) {
    this.options = options;
    this.loop = ThreadEventLoop.start("clasp-loop-" + options.name());
    try {
      RandomGenerator random =
          RandomGeneratorFactory.of("L64X128MixRandom")
              .create(ThreadLocalRandom.current().nextLong());
      TransportContext context = new TransportContext(loop, random);
      PacedTransport paced = options.transport() == null ? paced(options, context) : null;
      Wiring wiring = wire(options, paced, context);
      this.transport = wiring.transport;
      this.peers = wiring.transport instanceof PeerAwareTransport aware ? aware : null;
      this.p2pUnavailable = wiring.p2pUnavailable;
      this.dispatcher = new Dispatcher(options.name(), options.dispatcher(), options.listener());
      this.core = new ClientCore(options, transport, paced, peers, loop, random, dispatcher);
    } catch (RuntimeException | Error e) {
      loop.close();
      throw e;
    }
  }

  private record Wiring(Transport transport, @Nullable String p2pUnavailable) {}

  private static PacedTransport paced(ClientOptions options, TransportContext context) {
    URI uri = options.uri();
    Transport router =
        TransportProviders.shared().forUri(uri).create(uri, options.connection(), context);
    return new PacedTransport(
        router,
        PaceOptions.builder().messagesPerSecond(options.messagesPerSecond()).gated(true).build(),
        context.loop());
  }

  private static Wiring wire(
      ClientOptions options, @Nullable PacedTransport paced, TransportContext context) {
    if (paced == null) {
      return new Wiring(Objects.requireNonNull(options.transport()), null);
    }
    P2POptions p2p = options.p2p();
    if (p2p == null) {
      return new Wiring(paced, null);
    }
    try {
      TransportProviders providers = TransportProviders.shared();
      return new Wiring(providers.hybrid().create(paced, providers.peer(), p2p, context), null);
    } catch (TransportException e) {
      if (!p2p.fallbackToRouter()) {
        throw new ClaspException(Code.P2P_UNAVAILABLE, e.getMessage(), e);
      }
      LOG.warn("no direct links, everything goes through the router: {}", e.getMessage());
      return new Wiring(paced, e.getMessage());
    }
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
   * Sets a parameter.
   *
   * @param address where
   * @param value what
   * @param how lifetime, lock, expected revision
   * @return completes with path and revision when the router has acknowledged, or a peer's link has
   *     taken it
   */
  public CompletableFuture<Delivery> set(String address, @Nullable Object value, SetOptions how) {
    SetMessage set =
        new SetMessage(
            Address.requireValid(address),
            Value.of(value),
            how.expectedRevision(),
            how.lock(),
            how.unlock(),
            how.ttl());
    return encoded(set, frame -> core.sendForAck(frame, address));
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
   * Sends a bundle.
   *
   * @param bundle the messages
   * @return completes when the router has acknowledged; the revision is that of the last set
   */
  public CompletableFuture<Delivery> bundle(Bundle bundle) {
    return encoded(
        new BundleMessage(null, bundle.messages()), frame -> core.sendForAck(frame, null));
  }

  /**
   * Sends a bundle at a time of the router's clock. Routers ignore the time in a bundle, so the
   * client waits for it.
   *
   * @param bundle the messages; a copy is taken
   * @param at when, on the clock of {@link #time()}; in the past means now
   * @return completes when the router has acknowledged
   */
  public CompletableFuture<Delivery> bundle(Bundle bundle, Instant at) {
    List<Message> messages = bundle.messages();
    Duration delay = core.session().until(at);
    CompletableFuture<Delivery> delivered = new CompletableFuture<>();
    var unused = core.closed().thenRun(() -> delivered.completeExceptionally(Failures.closed()));
    loop.schedule(
        delay,
        () -> {
          var unusedSent =
              encoded(new BundleMessage(null, messages), frame -> core.sendForAck(frame, null))
                  .whenComplete(
                      (delivery, failure) -> {
                        if (failure == null) {
                          delivered.complete(delivery);
                        } else {
                          delivered.completeExceptionally(failure);
                        }
                      });
        });
    return delivered;
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
    return core.get(Address.requireValid(address));
  }

  /**
   * Returns the newest value that this client has heard of.
   *
   * @param address where
   * @return the value, or empty when none is known
   */
  public Optional<Value> cached(String address) {
    return Optional.ofNullable(core.cache().get(address));
  }

  /**
   * Asks for the definitions of announced signals.
   *
   * @param pattern which
   * @return completes with the definitions, possibly none
   * @throws to.clasp.core.address.InvalidAddressException if the pattern is none
   */
  public CompletableFuture<List<SignalDefinition>> query(String pattern) {
    return encoded(new QueryMessage(AddressPattern.parse(pattern).text()), core::query);
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
        frame -> core.sendForAck(frame, namespace));
  }

  // ---- Listening

  /**
   * Subscribes to everything that matches a pattern.
   *
   * @param pattern {@code *} stands for one segment, {@code **} for any number
   * @param handler called on the dispatcher
   * @return ends the subscription when closed
   * @throws to.clasp.core.address.InvalidAddressException if the pattern is none
   */
  public Subscription on(String pattern, UpdateHandler handler) {
    return subscribe(pattern, SubscribeOptions.DEFAULTS, handler);
  }

  /**
   * Subscribes.
   *
   * @param pattern {@code *} stands for one segment, {@code **} for any number
   * @param wanted types and thinning
   * @param handler called on the dispatcher
   * @return ends the subscription when closed
   * @throws to.clasp.core.address.InvalidAddressException if the pattern is none
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
    return switch (transport.state()) {
      case NEW, CONNECTING -> ClientState.CONNECTING;
      case OPEN -> core.session().isReady() ? ClientState.CONNECTED : ClientState.CONNECTING;
      case INTERRUPTED -> ClientState.INTERRUPTED;
      case CLOSING -> ClientState.CLOSING;
      case CLOSED -> ClientState.CLOSED;
    };
  }

  /**
   * Returns the counters of the transport.
   *
   * @return a snapshot
   */
  public TransportStats stats() {
    return transport.stats();
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
   * Makes a direct link to a peer, if there is none.
   *
   * @param peerId the peer
   * @return completes when the link is up
   */
  public CompletableFuture<PeerSnapshot> connectPeer(String peerId) {
    PeerAwareTransport aware = peers;
    if (aware == null) {
      return CompletableFuture.failedFuture(
          new ClaspException(
              Code.P2P_UNAVAILABLE,
              p2pUnavailable == null
                  ? "direct links are off; build the client with withP2P(true, true)"
                  : p2pUnavailable,
              null));
    }
    CompletableFuture<PeerSnapshot> linked = new CompletableFuture<>();
    var unused =
        aware
            .connectPeer(peerId)
            .whenComplete(
                (snapshot, failure) -> {
                  if (failure == null) {
                    linked.complete(snapshot);
                  } else {
                    Throwable cause = failure.getCause();
                    linked.completeExceptionally(
                        Failures.of(
                            failure instanceof java.util.concurrent.CompletionException
                                    && cause != null
                                ? cause
                                : failure));
                  }
                });
    return linked;
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
   * timeout is over. Calling it again does nothing. Called by a callback it does not wait.
   */
  @Override
  public void close() {
    CompletableFuture<Void> ended = closeAsync();
    if (loop.inLoop()) {
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
      loop.awaitStopped(Duration.ofSeconds(1));
    } catch (TimeoutException e) {
      LOG.warn("the transport did not close within {} ms", options.closeTimeout().toMillis());
      release();
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
    core.sender().close();
    transport.close();
    return core.closed().thenApply(reason -> null);
  }

  private void release() {
    dispatcher.shutDown();
    loop.close();
  }
}
