package to.clasp.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.Requests.Pending;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.ResultMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalDefinition;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.value.Value;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.pace.PacedTransport;
import to.clasp.transport.peer.PeerAwareTransport;
import to.clasp.transport.peer.PeerPattern;
import to.clasp.transport.peer.PeerSnapshot;

/**
 * What a client does with the messages of its session: requests and their answers, subscriptions
 * and their updates. Messages are handled on the loop; sending is for any thread.
 */
final class ClientCore implements Session.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(ClientCore.class);

  /** Answers without an address belong to the oldest request of their kind. */
  private static final String NO_ADDRESS = "";

  /** After a 429 the router counts afresh with the next second. */
  private static final Duration NEXT_SECOND = Duration.ofMillis(1_100);

  private final ClientOptions options;
  private final Transport transport;
  private final @Nullable PacedTransport paced;
  private final @Nullable PeerAwareTransport peers;
  private final PeerPattern peerPattern;
  private final EventLoop loop;
  private final Dispatcher dispatcher;
  private final Subscriptions subscriptions = new Subscriptions();
  private final ValueCache cache;
  private final Session session;
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();

  /** Guards the order of sending and the books of requests. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Sender sender;
  private final Requests<Delivery> acks = new Requests<>();
  private final Requests<Value> gets = new Requests<>();
  private final Requests<List<SignalDefinition>> queries = new Requests<>();
  private boolean sweeping;
  private boolean resending;

  ClientCore(
      ClientOptions options,
      Transport transport,
      @Nullable PacedTransport paced,
      @Nullable PeerAwareTransport peers,
      EventLoop loop,
      RandomGenerator random,
      Dispatcher dispatcher) {
    this.options = options;
    this.transport = transport;
    this.paced = paced;
    this.peers = peers;
    this.loop = loop;
    this.dispatcher = dispatcher;
    this.peerPattern =
        options.p2p() == null
            ? PeerPattern.parse(to.clasp.transport.peer.P2POptions.DEFAULT_PEER_PATTERN)
            : options.p2p().peerPattern();
    this.cache = new ValueCache(options.maxCachedValues());
    this.sender = new Sender(transport, this::goesDirectly, lock, options.maxOutboxBytes());
    this.session = new Session(transport, options, loop, random, subscriptions.nextId(), this);
  }

  Session session() {
    return session;
  }

  ValueCache cache() {
    return cache;
  }

  Sender sender() {
    return sender;
  }

  CompletableFuture<CloseReason> closed() {
    return closed;
  }

  void start() {
    transport.start(session);
  }

  // ---- Sending: any thread.

  /** Sends something that is not answered. */
  CompletableFuture<Delivery> send(Frame frame) {
    CompletableFuture<Delivery> future = new CompletableFuture<>();
    sender.send(
        frame,
        new SendOutcome() {
          @Override
          public void accepted(Path path) {
            future.complete(new Delivery(path, null));
          }

          @Override
          public void failed(ClaspException failure) {
            future.completeExceptionally(failure);
          }
        });
    return future;
  }

  /** Sends something that the router acknowledges, and a peer does not. */
  CompletableFuture<Delivery> sendForAck(Frame frame, @Nullable String address) {
    return request(
        acks,
        new Pending<>(address == null ? NO_ADDRESS : address, frame),
        path -> new Delivery(path, null));
  }

  CompletableFuture<Value> get(String address) {
    String peer = peerPattern.peerIdOf(address);
    Value known = peers != null && peers.peerId().equals(peer) ? cache.get(address) : null;
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    return request(gets, new Pending<>(address, Frame.of(new GetMessage(address))), path -> null);
  }

  CompletableFuture<List<SignalDefinition>> query(Frame frame) {
    return request(queries, new Pending<>(NO_ADDRESS, frame), path -> null);
  }

  /** What a request is answered with when a peer has taken it; null to wait for the answer. */
  private interface ByPeer<T> {
    @Nullable T answer(Path path);
  }

  private <T> CompletableFuture<T> request(Requests<T> book, Pending<T> pending, ByPeer<T> byPeer) {
    lock.lock();
    try {
      if (book.size() >= options.maxPendingRequests()) {
        return CompletableFuture.failedFuture(
            new BackpressureException(
                book.size() + " requests wait for their answers; wait for some of them"));
      }
      book.add(pending, loop.nanoTime(), options.requestTimeout().toNanos());
      startSweeping();
      sender.send(
          pending.frame(),
          new SendOutcome() {
            @Override
            public void accepted(Path path) {
              if (path == Path.P2P) {
                takenByPeer(book, pending, byPeer.answer(path));
              }
            }

            @Override
            public void failed(ClaspException failure) {
              forget(book, pending);
              pending.answer().completeExceptionally(failure);
            }
          });
    } finally {
      lock.unlock();
    }
    return pending.answer();
  }

  private <T> void takenByPeer(Requests<T> book, Pending<T> pending, @Nullable T answer) {
    if (answer != null) {
      forget(book, pending);
      pending.answer().complete(answer);
      return;
    }
    lock.lock();
    try {
      String address = pending.frame().address();
      pending.askPeer(address == null ? null : peerPattern.peerIdOf(address));
    } finally {
      lock.unlock();
    }
  }

  private <T> void forget(Requests<T> book, Pending<T> pending) {
    lock.lock();
    try {
      book.remove(pending);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a frame has a way that needs no session: a direct link that is up. */
  private boolean goesDirectly(Frame frame) {
    if (peers == null) {
      return false;
    }
    String address = frame.address();
    String peer = address == null ? null : peerPattern.peerIdOf(address);
    return peer != null
        && peers.peer(peer).map(PeerSnapshot::path).filter(Path.P2P::equals).isPresent();
  }

  // ---- Time: the sweep finds requests whose answer does not come.

  private void startSweeping() {
    if (!sweeping) {
      sweeping = true;
      loop.schedule(sweepInterval(), this::sweep);
    }
  }

  private Duration sweepInterval() {
    return options.requestTimeout().dividedBy(8).plusMillis(1);
  }

  private void sweep() {
    List<Pending<Delivery>> lateAcks;
    List<Pending<Value>> lateGets;
    List<Pending<List<SignalDefinition>>> lateQueries;
    lock.lock();
    try {
      long now = loop.nanoTime();
      lateAcks = acks.takeExpired(now);
      lateGets = gets.takeExpired(now);
      lateQueries = queries.takeExpired(now);
      sweeping = false;
      if (acks.size() + gets.size() + queries.size() > 0) {
        startSweeping();
      }
    } finally {
      lock.unlock();
    }
    lateAcks.forEach(pending -> timedOut(pending, "; it may or may not have been applied"));
    lateGets.forEach(pending -> timedOut(pending, "; a router does not answer for what it lacks"));
    lateQueries.forEach(pending -> timedOut(pending, ""));
  }

  private void timedOut(Pending<?> pending, String hint) {
    pending
        .answer()
        .completeExceptionally(
            new ClaspException(
                Code.TIMEOUT,
                "no answer to "
                    + pending.frame()
                    + " within "
                    + options.requestTimeout().toMillis()
                    + " ms"
                    + hint,
                null));
  }

  /** The router dropped something and does not say what: what is unanswered goes out again. */
  private void rateLimited() {
    if (resending) {
      return;
    }
    resending = true;
    long refusedAt = loop.nanoTime();
    loop.schedule(
        NEXT_SECOND,
        () -> {
          resending = false;
          resend(acks, refusedAt);
          resend(gets, refusedAt);
          resend(queries, refusedAt);
        });
  }

  private <T> void resend(Requests<T> book, long sentUntil) {
    List<Pending<T>> unanswered;
    lock.lock();
    try {
      unanswered = book.unansweredSince(sentUntil);
    } finally {
      lock.unlock();
    }
    for (Pending<T> pending : unanswered) {
      if (!toRouter(pending.frame()).isAccepted()) {
        LOG.debug("cannot send {} again; its time limit decides", pending.frame());
      }
    }
  }

  private SendResult toRouter(Frame frame) {
    return peers == null ? transport.send(frame) : peers.sendToRouter(frame);
  }

  // ---- Subscriptions: any thread.

  ActiveSubscription subscribe(
      to.clasp.core.address.AddressPattern pattern,
      SubscribeOptions wanted,
      UpdateHandler handler) {
    ActiveSubscription subscription =
        new ActiveSubscription(
            subscriptions.nextId(),
            pattern,
            wanted,
            handler,
            dispatcher,
            loop,
            options.maxQueuedUpdates(),
            options.maxCachedValues(),
            this::unsubscribe);
    subscriptions.add(subscription);
    loop.execute(
        () -> {
          if (session.isReady() && !subscription.isClosed()) {
            control(Frame.of(subscription.request()));
          }
        });
    return subscription;
  }

  private void unsubscribe(ActiveSubscription subscription) {
    subscriptions.remove(subscription);
    loop.execute(
        () -> {
          subscription.ended();
          if (session.isReady()) {
            control(Frame.of(new to.clasp.core.message.UnsubscribeMessage(subscription.id())));
          }
        });
  }

  private void control(Frame frame) {
    SendResult result = transport.send(frame);
    if (!result.isAccepted()) {
      // Without a connection the next session makes all subscriptions anew.
      LOG.debug("{} was not sent: {}", frame, result);
    }
  }

  // ---- The session's events: the loop.

  @Override
  public void onSession(SessionInfo info) {
    cache.newSession();
    subscriptions.newSession();
    for (ActiveSubscription subscription : subscriptions.snapshot()) {
      control(Frame.of(subscription.request()));
    }
    if (paced != null) {
      paced.release();
    }
    sender.ready(true);
    dispatcher.event(listener -> listener.onConnected(info));
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    sender.ready(false);
    dispatcher.event(listener -> listener.onInterrupted(reason, attempt, delay));
  }

  @Override
  public void onWritable() {
    if (sender.flush()) {
      dispatcher.event(ClientListener::onWritable);
    }
  }

  @Override
  public void onClosed(CloseReason reason) {
    sender.ready(false);
    sender.close();
    List<Pending<?>> open = new java.util.ArrayList<>();
    lock.lock();
    try {
      open.addAll(acks.takeEach());
      open.addAll(gets.takeEach());
      open.addAll(queries.takeEach());
    } finally {
      lock.unlock();
    }
    open.forEach(pending -> pending.answer().completeExceptionally(Failures.closed()));
    subscriptions.snapshot().forEach(ActiveSubscription::ended);
    dispatcher.event(listener -> listener.onClosed(reason));
    closed.complete(reason);
  }

  @Override
  public void onMessage(Message message, FrameSource source) {
    if (message instanceof SetMessage set) {
      onSet(set, source);
    } else if (message instanceof PublishMessage publish) {
      onPublish(publish, source);
    } else if (message instanceof SnapshotMessage snapshot) {
      onSnapshot(snapshot, source);
    } else if (message instanceof AckMessage ack) {
      onAck(ack);
    } else if (message instanceof ErrorMessage error) {
      onError(error, source);
    } else if (message instanceof ResultMessage result) {
      onResult(result);
    } else if (message instanceof GetMessage get && source.peerId() != null) {
      answer(source.peerId(), get.address());
    } else if (message instanceof BundleMessage bundle) {
      bundle.messages().forEach(inner -> onMessage(inner, source));
    }
  }

  private void onSet(SetMessage set, FrameSource source) {
    if (source.peerId() == null && session.isKeepAliveEcho(set.address(), set.value())) {
      return;
    }
    cache.put(set.address(), set.value(), set.revision());
    subscriptions.dispatch(
        new Update(
            set.address(),
            set.value(),
            SignalType.PARAM,
            source,
            set.revision(),
            null,
            null,
            null));
  }

  private void onPublish(PublishMessage publish, FrameSource source) {
    Value value = publish.value();
    if (value == null) {
      List<Double> samples = publish.samples();
      value = samples == null ? Value.Null.INSTANCE : Value.of(samples);
    }
    if (source.peerId() == null && session.isKeepAliveEcho(publish.address(), value)) {
      return;
    }
    GesturePhase phase = publish.signal() == SignalType.GESTURE ? publish.phase() : null;
    subscriptions.dispatch(
        new Update(
            publish.address(),
            value,
            publish.signal(),
            source,
            null,
            publish.timestamp(),
            publish.id(),
            phase));
  }

  private void onSnapshot(SnapshotMessage snapshot, FrameSource source) {
    for (ParamState param : snapshot.params()) {
      if (!answerGets(param.address(), param.value(), source.peerId()) && source.peerId() != null) {
        LOG.debug("dropped a snapshot of {} that nobody asked {} for", param.address(), source);
        continue;
      }
      if (source.peerId() == null) {
        cache.put(param.address(), param.value(), param.revision());
        subscriptions.dispatch(
            new Update(
                param.address(),
                param.value(),
                SignalType.PARAM,
                source,
                param.revision(),
                param.timestamp(),
                null,
                null));
      }
    }
  }

  private boolean answerGets(String address, Value value, @Nullable String peerId) {
    List<Pending<Value>> waiting;
    lock.lock();
    try {
      waiting = gets.takeAll(address, pending -> Objects.equals(pending.peerId(), peerId));
    } finally {
      lock.unlock();
    }
    waiting.forEach(pending -> pending.answer().complete(value));
    return !waiting.isEmpty();
  }

  private void onAck(AckMessage ack) {
    Pending<Delivery> pending = takeAck(ack.address() == null ? NO_ADDRESS : ack.address());
    if (pending != null) {
      pending.answer().complete(new Delivery(Path.ROUTER, ack.revision()));
    }
  }

  private @Nullable Pending<Delivery> takeAck(String key) {
    lock.lock();
    try {
      return acks.take(key);
    } finally {
      lock.unlock();
    }
  }

  private void onError(ErrorMessage error, FrameSource source) {
    String address = error.address();
    if (source.peerId() != null) {
      if (error.code() == Failures.NOT_FOUND && address != null) {
        askRouterInstead(address, source.peerId());
      }
      return;
    }
    ClaspException failure = Failures.of(error);
    if (error.code() == Failures.RATE_LIMITED && address == null) {
      rateLimited();
    } else if (error.code() == Failures.OVERFLOW) {
      reread();
    } else if (failRequest(address, failure)) {
      return;
    }
    dispatcher.event(listener -> listener.onRouterError(failure));
  }

  private boolean failRequest(@Nullable String address, ClaspException failure) {
    Pending<Delivery> pending = takeAck(address == null ? NO_ADDRESS : address);
    if (pending != null) {
      pending.answer().completeExceptionally(failure);
      return true;
    }
    if (address == null) {
      return false;
    }
    List<Pending<Value>> waiting;
    lock.lock();
    try {
      waiting = gets.takeAll(address, get -> get.peerId() == null);
    } finally {
      lock.unlock();
    }
    waiting.forEach(get -> get.answer().completeExceptionally(failure));
    return !waiting.isEmpty();
  }

  /** Messages to us were dropped: subscribing again brings the state that we may have missed. */
  private void reread() {
    for (ActiveSubscription subscription : subscriptions.snapshot()) {
      control(Frame.of(new to.clasp.core.message.UnsubscribeMessage(subscription.id())));
      control(Frame.of(subscription.request()));
    }
  }

  /** The peer does not have the value; the router may. */
  private void askRouterInstead(String address, String peerId) {
    List<Pending<Value>> waiting;
    lock.lock();
    try {
      waiting = gets.takeAll(address, pending -> peerId.equals(pending.peerId()));
      for (Pending<Value> pending : waiting) {
        pending.askPeer(null);
        gets.add(pending, loop.nanoTime(), options.requestTimeout().toNanos());
      }
    } finally {
      lock.unlock();
    }
    if (!waiting.isEmpty() && !toRouter(waiting.get(0).frame()).isAccepted()) {
      LOG.debug("cannot ask the router for {}; the time limit decides", address);
    }
  }

  private void onResult(ResultMessage result) {
    Pending<List<SignalDefinition>> pending;
    lock.lock();
    try {
      pending = queries.take(NO_ADDRESS);
    } finally {
      lock.unlock();
    }
    if (pending != null) {
      pending.answer().complete(result.signals());
    }
  }

  /** Answers a peer's GET from what is known here. */
  private void answer(String peerId, String address) {
    Value value = cache.get(address);
    Frame reply =
        Frame.of(
            value == null
                ? new ErrorMessage(Failures.NOT_FOUND, "no such value", address, null)
                : new SnapshotMessage(List.of(new ParamState(address, value, 0, null, null))));
    if (peers != null && !peers.sendToPeer(peerId, reply).isAccepted()) {
      LOG.debug("cannot answer a get of {} by peer {}", address, peerId);
    }
  }
}
