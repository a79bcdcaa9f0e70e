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
import to.clasp.client.Requests.Repeat;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameTooLargeException;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.ResultMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalDefinition;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.value.Value;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.loop.EventLoop;

/**
 * Joins the parts of a client: what the session tells goes to requests, updates and subscriptions,
 * and what the application asks goes to them too. Events come on the loop; sending is for any
 * thread.
 */
final class ClientCore implements Session.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(ClientCore.class);

  /** After a 429 the router counts afresh with the next second, and has answered all the rest. */
  private static final Duration NEXT_SECOND = Duration.ofMillis(1_100);

  private final ClientOptions options;
  private final Wiring wiring;
  private final Transport transport;
  private final EventLoop loop;
  private final Dispatcher dispatcher;
  private final Subscriptions subscriptions = new Subscriptions();
  private final Session session;
  private final Sender sender;
  private final Exchanges exchanges;
  private final Updates updates;
  private final Enrolment enrolment;
  private final PeerBrake brake;
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();

  // The loop only.
  private boolean rateLimited;
  private boolean draining;

  ClientCore(
      ClientOptions options,
      Wiring wiring,
      EventLoop loop,
      RandomGenerator random,
      Dispatcher dispatcher) {
    this.options = options;
    this.wiring = wiring;
    this.transport = wiring.transport();
    this.loop = loop;
    this.dispatcher = dispatcher;
    this.session = new Session(transport, options, loop, random, subscriptions.nextId(), this);
    ReentrantLock lock = new ReentrantLock();
    this.sender = new Sender(transport, wiring.links(), lock, options.maxOutboxBytes());
    this.exchanges =
        new Exchanges(
            loop,
            options.requestTimeout(),
            options.maxPendingRequests(),
            lock,
            sender,
            wiring.departures(),
            wiring);
    this.updates =
        new Updates(
            loop,
            new ValueCache(options.maxCachedValues()),
            subscriptions,
            wiring::isStoredCopy,
            session::routerMicros);
    this.brake = new PeerBrake(loop, options.callbackPatience(), wiring::holdPeer);
    this.enrolment = new Enrolment(loop, subscriptions, wiring::toRouter);
  }

  PeerBrake brake() {
    return brake;
  }

  Session session() {
    return session;
  }

  Sender sender() {
    return sender;
  }

  /** Completes when the transport has closed. */
  CompletableFuture<CloseReason> closed() {
    return closed;
  }

  void start() {
    transport.start(wiring.onLoop(session, loop));
  }

  /** Frames that were given up here, and not in the transport. */
  long framesDropped() {
    return session.malformed() + sender.droppedStreams();
  }

  // ---- Sending and asking: any thread.

  /** Sends something that is not answered. */
  CompletableFuture<Delivery> send(Frame frame) {
    SendResult sent = sender.sendAtOnce(frame);
    if (sent != null && sent.status() == SendResult.Status.ACCEPTED) {
      return Accepted.by(sent.path());
    }
    CompletableFuture<Delivery> future = new CompletableFuture<>();
    SendOutcome outcome =
        new SendOutcome() {
          @Override
          public boolean isWithdrawn() {
            return future.isDone();
          }

          @Override
          public void accepted(Path path, boolean forPeer) {
            future.complete(new Delivery(path, null));
          }

          @Override
          public void failed(ClaspException failure) {
            future.completeExceptionally(failure);
          }
        };
    if (sent == null) {
      sender.send(frame, outcome);
    } else {
      sender.await(sent, outcome);
    }
    return future;
  }

  /** Sends something that the router acknowledges, and a peer does not. */
  CompletableFuture<Delivery> sendForAck(Frame frame, @Nullable String address, Repeat repeat) {
    return exchanges.acknowledged(frame, address, repeat);
  }

  CompletableFuture<Value> get(Frame frame, String address) {
    Value known = wiring.isOwn(address) ? updates.cached(address) : null;
    return known == null ? exchanges.get(frame, address) : CompletableFuture.completedFuture(known);
  }

  CompletableFuture<List<SignalDefinition>> query(Frame frame, String pattern) {
    return exchanges.query(frame, pattern);
  }

  @Nullable Value cached(String address) {
    return updates.cached(address);
  }

  // ---- Subscriptions: any thread.

  ActiveSubscription subscribe(
      AddressPattern pattern, SubscribeOptions wanted, UpdateHandler handler) {
    if (sender.isClosing()) {
      throw Failures.closed();
    }
    ActiveSubscription subscription =
        new ActiveSubscription(
            pattern,
            wanted,
            handler,
            dispatcher,
            loop,
            options.maxQueuedUpdates(),
            options.maxCachedValues(),
            brake,
            this::unsubscribe);
    requireFits(subscription);
    subscriptions.add(subscription);
    // Whoever asks for something after that must not miss the answer.
    sender.hold();
    loop.execute(
        () -> {
          enrolment.added(subscription);
          if (sender.letGo()) {
            haveLeft();
          }
        });
    return subscription;
  }

  private void requireFits(ActiveSubscription subscription) {
    try {
      int size = Frame.of(subscription.request(Integer.MAX_VALUE)).size();
      if (size > transport.maxFrameSize()) {
        throw Failures.tooLarge(size, transport.maxFrameSize());
      }
    } catch (FrameTooLargeException e) {
      throw new ClaspException(ClaspException.Code.TOO_LARGE, e.getMessage(), e);
    }
  }

  private void unsubscribe(ActiveSubscription subscription) {
    loop.execute(
        () -> {
          subscriptions.remove(subscription);
          subscription.ended();
          enrolment.removed(subscription);
        });
  }

  // ---- The end: any thread.

  void close() {
    if (sender.stopAccepting()) {
      transport.close();
    } else {
      loop.execute(this::drain);
    }
  }

  /** What waits is still sent while the session stands, for a bounded time. */
  private void drain() {
    if (!session.isReady() || sender.flush()) {
      endTransport();
    } else if (!draining) {
      draining = true;
      loop.schedule(options.connection().drainTimeout(), this::endTransport);
    }
  }

  private void endTransport() {
    draining = false;
    sender.close();
    transport.close();
  }

  // ---- The session's events: the loop.

  @Override
  public void onSession(SessionInfo info) {
    updates.newSession();
    enrolment.newSession();
    wiring.release();
    sender.ready(true);
    exchanges.newSession();
    dispatcher.event(listener -> listener.onConnected(info));
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    sender.ready(false);
    enrolment.sessionLost();
    exchanges.connectionLost();
    if (draining) {
      endTransport();
    }
    dispatcher.event(listener -> listener.onInterrupted(reason, attempt, delay));
  }

  @Override
  public void onHandshakeFailed(ClaspException why) {
    dispatcher.event(listener -> listener.onRouterError(why));
  }

  @Override
  public void onWritable() {
    enrolment.flush();
    if (sender.flush()) {
      haveLeft();
    }
  }

  /** All that waited has left. */
  private void haveLeft() {
    if (draining) {
      endTransport();
    } else {
      dispatcher.event(ClientListener::onWritable);
    }
  }

  @Override
  public void onClosed(CloseReason reason) {
    sender.ready(false);
    sender.close();
    exchanges.close();
    enrolment.sessionLost();
    subscriptions.snapshot().forEach(ActiveSubscription::ended);
    dispatcher.event(listener -> listener.onClosed(reason));
    // Afterwards, for what has just arrived is still on its way to the dispatcher.
    loop.execute(() -> closed.complete(reason));
  }

  @Override
  public void onMessage(Message message, FrameSource source) {
    String peerId = source.peerId();
    if (peerId == null) {
      fromRouter(message);
    } else {
      fromPeer(message, peerId, source);
    }
  }

  private void fromRouter(Message message) {
    if (message instanceof SetMessage set) {
      if (!session.isKeepAliveEcho(set.address(), set.value())) {
        updates.onSet(set, FrameSource.ROUTER);
      }
    } else if (message instanceof PublishMessage publish) {
      if (!session.isKeepAliveEcho(publish.address(), Updates.valueOf(publish))) {
        updates.onPublish(publish, FrameSource.ROUTER);
      }
    } else if (message instanceof SnapshotMessage snapshot) {
      for (ParamState param : snapshot.params()) {
        exchanges.onValue(param.address(), param.value(), null);
        updates.onStored(param);
      }
    } else if (message instanceof AckMessage ack) {
      onAck(ack);
    } else if (message instanceof ErrorMessage error) {
      onError(error);
    } else if (message instanceof ResultMessage result) {
      exchanges.onResult(result);
    }
  }

  private void onAck(AckMessage ack) {
    Frame frame = exchanges.onAck(ack);
    Long revision = ack.revision();
    if (frame != null
        && revision != null
        && ack.address() != null
        && frame.message() instanceof SetMessage set) {
      updates.onAcknowledged(set, revision);
    }
  }

  private void onError(ErrorMessage error) {
    ClaspException failure = Failures.of(error);
    if (error.code() == Failures.RATE_LIMITED && error.address() == null) {
      if (rateLimited) {
        // There is one such error for each dropped message; one of them is enough to hear.
        return;
      }
      onRateLimited();
    } else if (error.code() == Failures.OVERFLOW) {
      // Messages to us were dropped: subscribing again brings the state that we may have missed.
      enrolment.renewAll();
    } else if (exchanges.onRefused(error, failure) || enrolment.onRefused(error)) {
      return;
    }
    dispatcher.event(listener -> listener.onRouterError(failure));
  }

  /** The router dropped something and does not say what. */
  private void onRateLimited() {
    rateLimited = true;
    session.rateLimited();
    long refusedAt = loop.nanoTime();
    exchanges.doubtAll();
    loop.schedule(
        NEXT_SECOND,
        () -> {
          rateLimited = false;
          enrolment.repeatDropped(refusedAt);
          exchanges.repeatDropped();
        });
  }

  private void fromPeer(Message message, String peerId, FrameSource source) {
    if (message instanceof SetMessage set) {
      updates.onSet(set, source);
    } else if (message instanceof PublishMessage publish) {
      updates.onPublish(publish, source);
    } else if (message instanceof SnapshotMessage snapshot) {
      for (ParamState param : snapshot.params()) {
        if (!exchanges.onValue(param.address(), param.value(), peerId)) {
          LOG.debug("dropped a value of {} that nobody asked {} for", param.address(), source);
        }
      }
    } else if (message instanceof GetMessage get) {
      answer(peerId, get.address());
    } else if (message instanceof ErrorMessage error
        && error.code() == Failures.NOT_FOUND
        && error.address() != null) {
      exchanges.onPeerLacks(error.address(), peerId);
    } else if (message instanceof BundleMessage bundle) {
      bundle.messages().forEach(inner -> fromPeer(inner, peerId, source));
    }
  }

  /** Answers a peer's GET from what is known here. */
  private void answer(String peerId, String address) {
    Value value = updates.cached(address);
    Frame reply =
        Frame.of(
            value == null
                ? new ErrorMessage(Failures.NOT_FOUND, "no such value", address, null)
                : new SnapshotMessage(List.of(new ParamState(address, value, 0, null, null))));
    SendResult result = Objects.requireNonNull(wiring.peers()).sendToPeer(peerId, reply);
    if (!result.isAccepted()) {
      LOG.debug("cannot answer a get of {} by peer {}: {}", address, peerId, result);
    }
  }
}
