package to.clasp.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import to.clasp.client.ClaspException.Code;
import to.clasp.core.codec.FrameTooLargeException;
import to.clasp.core.message.Feature;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Ranges;
import to.clasp.transport.Transport;
import to.clasp.transport.pace.PaceOptions;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerPattern;
import to.clasp.transport.spi.TransportContext;

/** Builds clients. Not safe for use by several threads at once. */
public final class ClaspBuilder {

  /** What CLASP's relay allows a session that shows a token. */
  private static final int MESSAGES_PER_SECOND_WITH_TOKEN = 30;

  private final URI uri;
  private @Nullable String name;
  private @Nullable String token;
  private Set<Feature> features = EnumSet.complementOf(EnumSet.of(Feature.FEDERATION));
  private ConnectionOptions connection = ConnectionOptions.DEFAULTS;
  private @Nullable Transport transport;
  private @Nullable Function<TransportContext, Transport> transportFactory;
  private @Nullable P2POptions p2p;
  private @Nullable PeerConnectingHandler onPeerConnecting;
  private boolean explicitPeers;
  private @Nullable Executor dispatcher;
  private int dispatcherThreads = 8;
  private Duration handshakeTimeout = Duration.ofSeconds(10);
  private Duration requestTimeout = Duration.ofSeconds(5);
  private Duration keepAliveInterval = Duration.ofSeconds(60);
  private Duration closeTimeout = Duration.ofSeconds(5);
  private @Nullable Integer messagesPerSecond;
  private int maxQueuedUpdates = 10_000;
  private Duration callbackPatience = Duration.ofSeconds(5);
  private int maxOutboxBytes = 1 << 20;
  private int maxCachedValues = 10_000;
  private int maxPendingRequests = 100_000;
  private ClientListener listener = new ClientListener() {};

  ClaspBuilder(String url) {
    try {
      this.uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "\"" + url + "\" is no router URL (" + e.getReason() + "); write ws://host:7330", e);
    }
    if (uri.getScheme() == null) {
      throw new IllegalArgumentException("\"" + url + "\" has no scheme; write ws://host:7330");
    }
  }

  /**
   * Sets the client's name, for logs and as the default peer id. Default a random one.
   *
   * @param name not empty
   * @return this
   * @throws IllegalArgumentException if empty
   */
  public ClaspBuilder name(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be empty");
    }
    this.name = name;
    return this;
  }

  /**
   * Sets the credential for the router. Default none.
   *
   * @param token the token; never logged
   * @return this
   */
  public ClaspBuilder token(String token) {
    this.token = Objects.requireNonNull(token, "token");
    return this;
  }

  /**
   * Sets what the client says that it can do. Default all but federation.
   *
   * @param features the features
   * @return this
   */
  public ClaspBuilder features(Set<Feature> features) {
    this.features = Set.copyOf(features);
    return this;
  }

  /**
   * Sets whether a lost connection is made again. Default true, without end.
   *
   * @param reconnect false to close for good at the first loss
   * @return this
   */
  public ClaspBuilder reconnect(boolean reconnect) {
    connection = connection.toBuilder().reconnect(reconnect).build();
    return this;
  }

  /**
   * Sets how to connect to the router: timeouts, back-off, TLS, proxy, headers.
   *
   * @param options the options
   * @return this
   */
  public ClaspBuilder connection(ConnectionOptions options) {
    connection = Objects.requireNonNull(options, "options");
    return this;
  }

  /**
   * Sets the transport itself, in place of the one that the URL's scheme chooses. It is used as it
   * is, so it should keep the router's rate by itself ({@link
   * to.clasp.transport.pace.PacedTransport} does). It must not have been started, may have an event
   * loop of its own, and is closed with the client. Direct links are then its own affair: {@code
   * withP2P} must not be used beside it.
   *
   * @param transport any transport
   * @return this
   */
  public ClaspBuilder transport(Transport transport) {
    this.transport = Objects.requireNonNull(transport, "transport");
    this.transportFactory = null;
    return this;
  }

  /**
   * Sets what makes the transport, in place of the one that the URL's scheme chooses. As {@link
   * #transport(Transport)}, but the transport shares the client's event loop, which saves each
   * frame a change of threads, and a builder can be used again.
   *
   * @param factory makes a transport that has not been started, for each client that is built
   * @return this
   */
  public ClaspBuilder transport(Function<TransportContext, Transport> factory) {
    this.transportFactory = Objects.requireNonNull(factory, "factory");
    this.transport = null;
    return this;
  }

  /**
   * Turns direct links to peers on. Default off.
   *
   * @param preferP2P whether frames to {@code /peer/<id>/**} go over a direct link when it is up
   * @param fallbackToRouter whether they go through the router when it is not
   * @return this
   */
  public ClaspBuilder withP2P(boolean preferP2P, boolean fallbackToRouter) {
    P2POptions base = p2p == null ? P2POptions.DEFAULTS : p2p;
    return withP2P(
        base.toBuilder().preferP2P(preferP2P).fallbackToRouter(fallbackToRouter).build());
  }

  /**
   * Turns direct links to peers on. Default off.
   *
   * @param options when and how
   * @return this
   */
  public ClaspBuilder withP2P(P2POptions options) {
    p2p = Objects.requireNonNull(options, "options");
    return this;
  }

  /**
   * Sets who decides which peers may link with this client. Default: all may, within {@link
   * P2POptions#maxOffersPerMinute()}, {@link P2POptions#maxOffersPerMinuteOverall()} and {@link
   * P2POptions#maxPendingOffers()}. Peers that this client links with on its own account are not
   * asked about.
   *
   * @param handler decides, on the dispatcher
   * @return this
   */
  public ClaspBuilder onPeerConnecting(PeerConnectingHandler handler) {
    onPeerConnecting = Objects.requireNonNull(handler, "handler");
    return this;
  }

  /** Peers are used explicitly from the start, so nothing that they send is dropped. */
  ClaspBuilder explicitPeers() {
    explicitPeers = true;
    return this;
  }

  /**
   * Sets who runs callbacks. Default a small pool of the client's own. Each subscription's callback
   * is run by one thread at a time whatever the executor; the executor is not shut down. While it
   * refuses tasks, callbacks are late.
   *
   * @param executor runs callbacks; must not run them on the calling thread
   * @return this
   */
  public ClaspBuilder dispatcher(Executor executor) {
    dispatcher = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /**
   * Sets how many threads the client's own pool may have; one more is started when all others have
   * something to do, and stays until the client is closed. As many callbacks less one may stall
   * without holding up the others. Default 8. Has no effect beside {@link #dispatcher}.
   *
   * @param threads 1 to 1 000
   * @return this
   * @throws IllegalArgumentException if out of range
   */
  public ClaspBuilder dispatcherThreads(int threads) {
    dispatcherThreads = Ranges.between("dispatcherThreads", threads, 1, 1_000);
    return this;
  }

  /**
   * Sets how long the router may take to answer HELLO. Default 10 s.
   *
   * @param timeout 1 ms to 10 min
   * @return this
   * @throws IllegalArgumentException if out of range
   */
  public ClaspBuilder handshakeTimeout(Duration timeout) {
    handshakeTimeout = Ranges.duration("handshakeTimeout", timeout, 1, 600_000);
    return this;
  }

  /**
   * Sets how long a request waits for its answer. Default 5 s. It counts from the call of a get or
   * query; for a set, bundle or announcement, which wait for a session if need be, from the moment
   * when the message leaves.
   *
   * @param timeout 1 ms to 10 min
   * @return this
   * @throws IllegalArgumentException if out of range
   */
  public ClaspBuilder requestTimeout(Duration timeout) {
    requestTimeout = Ranges.duration("requestTimeout", timeout, 1, 600_000);
    return this;
  }

  /**
   * Sets how often the session is kept alive and checked. A router forgets a session that has
   * received nothing for 300 s, and does not say so. Where the token permits nothing by which a
   * session could keep itself alive, one that has received nothing for four intervals, and at most
   * 240 s, is replaced by a new one. Default 60 s.
   *
   * @param interval 100 ms to 5 min
   * @return this
   * @throws IllegalArgumentException if out of range
   */
  public ClaspBuilder keepAliveInterval(Duration interval) {
    keepAliveInterval = Ranges.duration("keepAliveInterval", interval, 100, 300_000);
    return this;
  }

  /**
   * Sets how long {@link Clasp#close()} may take. Default 5 s.
   *
   * @param timeout 1 ms to 10 min
   * @return this
   * @throws IllegalArgumentException if out of range
   */
  public ClaspBuilder closeTimeout(Duration timeout) {
    closeTimeout = Ranges.duration("closeTimeout", timeout, 1, 600_000);
    return this;
  }

  /**
   * Sets the router's message rate, which is not exceeded; it is lowered by itself when the router
   * refuses. Default 1 000 without a token and 30 with one, as routers and relays have it.
   *
   * @param messages 1 to 1 000 000 a second
   * @return this
   * @throws IllegalArgumentException if out of range
   */
  public ClaspBuilder messagesPerSecond(int messages) {
    messagesPerSecond = Ranges.between("messagesPerSecond", messages, 1, 1_000_000);
    return this;
  }

  /**
   * Sets how many updates may wait for one subscription's callback. Beyond it the oldest stream
   * value, or older value of the same parameter, is dropped, or, if there is none, the update
   * itself. Default 10 000.
   *
   * @param updates 1 to 10 000 000
   * @return this
   * @throws IllegalArgumentException if out of range
   */
  public ClaspBuilder maxQueuedUpdates(int updates) {
    maxQueuedUpdates = Ranges.between("maxQueuedUpdates", updates, 1, 10_000_000);
    return this;
  }

  /**
   * Sets how long peers that send faster than a callback works are held back without the callback
   * doing anything. While half of {@link #maxQueuedUpdates} wait, what peers of the same kind send
   * reliably is not taken, so that they slow down to the pace of the callback and nothing is
   * dropped. A callback that stalls for so long holds nobody back any more: updates are dropped for
   * it instead. Default 5 s.
   *
   * @param patience 1 ms to 10 min
   * @return this
   * @throws IllegalArgumentException if out of range
   */
  public ClaspBuilder callbackPatience(Duration patience) {
    callbackPatience = Ranges.duration("callbackPatience", patience, 1, 600_000);
    return this;
  }

  /**
   * Sets how many bytes may wait to be sent while there is no session. Default 1 MiB.
   *
   * @param bytes 0 (nothing waits) to 1 GiB
   * @return this
   * @throws IllegalArgumentException if out of range
   */
  public ClaspBuilder maxOutboxBytes(int bytes) {
    maxOutboxBytes = Ranges.between("maxOutboxBytes", bytes, 0, 1 << 30);
    return this;
  }

  /**
   * Sets how many values are remembered for {@link Clasp#cached}; the least recently used one is
   * forgotten first. Default 10 000.
   *
   * @param values 1 to 10 000 000
   * @return this
   * @throws IllegalArgumentException if out of range
   */
  public ClaspBuilder maxCachedValues(int values) {
    maxCachedValues = Ranges.between("maxCachedValues", values, 1, 10_000_000);
    return this;
  }

  /**
   * Sets how many requests may wait for their answers, and how many bundles for their time; more
   * get a {@link BackpressureException}. Default 100 000.
   *
   * @param requests 1 to 10 000 000
   * @return this
   * @throws IllegalArgumentException if out of range
   */
  public ClaspBuilder maxPendingRequests(int requests) {
    maxPendingRequests = Ranges.between("maxPendingRequests", requests, 1, 10_000_000);
    return this;
  }

  /**
   * Sets who hears of the client itself. Default nobody.
   *
   * @param listener called on the dispatcher
   * @return this
   */
  public ClaspBuilder listener(ClientListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /**
   * Connects, and waits until the first session stands. Blocks.
   *
   * @return a connected client
   * @throws ClaspException if the router cannot be reached, refuses or does not answer, if nothing
   *     serves the URL's scheme, if direct links that the router must not replace cannot be had, or
   *     if the thread is interrupted; the code says which
   * @throws IllegalArgumentException if the URL, the peer id or their combination is unusable
   */
  public Clasp connect() {
    CompletableFuture<Clasp> attempt = connectAsync();
    try {
      return attempt.get();
    } catch (InterruptedException e) {
      if (!attempt.cancel(false) && !attempt.isCompletedExceptionally()) {
        var unused = attempt.join().closeAsync();
      }
      Thread.currentThread().interrupt();
      throw new ClaspException(Code.CLOSED, "interrupted while connecting to " + uri, e);
    } catch (ExecutionException e) {
      throw Failures.of(e.getCause() == null ? e : e.getCause());
    }
  }

  /**
   * Connects without waiting. The first failure to connect ends the attempt; later losses of the
   * connection do not.
   *
   * @return completes with a connected client, or with the {@link ClaspException} that {@link
   *     #connect()} throws; cancelling it, or a time limit on it, ends the attempt
   * @throws IllegalArgumentException if the URL, the peer id or their combination is unusable
   */
  public CompletableFuture<Clasp> connectAsync() {
    ClientOptions options = options();
    try {
      return Clasp.open(options);
    } catch (ClaspException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  ClientOptions options() {
    if ((transport != null || transportFactory != null) && p2p != null) {
      throw new IllegalArgumentException(
          "transport(…) and withP2P(…) exclude each other; give a hybrid transport to transport(…),"
              + " or leave the transport to withP2P(…)");
    }
    String chosenName =
        name != null ? name : "java-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    P2POptions chosenP2p = p2p;
    if (chosenP2p != null && chosenP2p.peerId() == null) {
      PeerPattern.requireValidPeerId(chosenName);
      chosenP2p = chosenP2p.toBuilder().peerId(chosenName).build();
    }
    int usualRate =
        token == null || token.isEmpty()
            ? PaceOptions.DEFAULT_MESSAGES_PER_SECOND
            : MESSAGES_PER_SECOND_WITH_TOKEN;
    ClientOptions options =
        new ClientOptions(
            uri,
            chosenName,
            token,
            features,
            connection,
            transport,
            transportFactory,
            chosenP2p != null && chosenP2p.enabled() ? chosenP2p : null,
            onPeerConnecting,
            explicitPeers,
            dispatcher,
            dispatcherThreads,
            handshakeTimeout,
            requestTimeout,
            keepAliveInterval,
            closeTimeout,
            Objects.requireNonNullElse(messagesPerSecond, usualRate),
            maxQueuedUpdates,
            callbackPatience,
            maxOutboxBytes,
            maxCachedValues,
            maxPendingRequests,
            listener);
    checkHello(options);
    return options;
  }

  private static void checkHello(ClientOptions options) {
    try {
      var unused = Session.hello(options);
    } catch (FrameTooLargeException e) {
      throw new IllegalArgumentException(
          "name and token do not fit into one frame; shorten them", e);
    }
  }
}
