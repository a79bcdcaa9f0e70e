package to.clasp.client;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.ClaspException.Code;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameTooLargeException;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.value.Value;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.peer.BreakerState;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.PeerAwareTransport;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;

/**
 * One peer, talked to directly. Got from {@link P2P}.
 *
 * <p><b>Addresses</b> are the peer's own, such as {@code /local/value}: what is sent here reaches
 * the {@code on} of the other side's {@link Peer} or {@link P2P}, and none of its subscriptions
 * with the router, nor anybody else. Addresses within {@code /peer/<id>/**} belong to {@link Clasp}
 * and are refused.
 *
 * <p><b>Paths.</b> What is sent needs a direct link, and fails with {@link
 * ClaspException.Code#PEER_UNREACHABLE} without one. When the link to a peer that runs this library
 * is lost, what it has taken and what follows goes through the router in envelopes until there is a
 * link again, if the options allow for {@code fallbackToRouter}; nothing is lost, repeated or
 * reordered by that. Without {@code preferP2P} such envelopes are preferred, and what {@link
 * #stream} sends takes the link.
 *
 * <p><b>Values.</b> Both sides remember what they have last {@linkplain #set set} with each other,
 * up to {@link ClaspBuilder#maxCachedValues}; {@link #get} asks the peer for what it remembers.
 * CLASP's pages name no {@code get} of a peer.
 *
 * <p><b>Threads.</b> All methods may be called by any thread, and none blocks. The object stands
 * for the peer and not for one link: it outlives links, until {@link #close}.
 */
public final class Peer {

  private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

  private final String id;
  private final P2P owner;
  private final PeerAwareTransport transport;
  private final PeerLimits limits;
  private final PeerSubscriptions subscriptions;
  private final PeerValues values;
  private final PeerGets gets;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final LongAdder dropped = new LongAdder();

  /** Frames that wait while the application is shown the peer. The loop only. */
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();

  /** How often the application is being shown the peer right now. The loop only. */
  private int holds;

  Peer(String id, P2P owner, P2P.Parts parts) {
    this.id = id;
    this.owner = owner;
    this.transport = parts.transport();
    this.limits = parts.limits();
    this.subscriptions =
        new PeerSubscriptions(parts.dispatcher(), parts.loop(), parts.brake(), limits);
    this.values = new PeerValues(limits.maxCachedValues());
    this.gets = new PeerGets(id, parts.loop(), limits);
  }

  /**
   * Returns the peer's id.
   *
   * @return the id
   */
  public String id() {
    return id;
  }

  // ---- Sending

  /**
   * Sets a value, reliably and in order.
   *
   * @param address an address of the peer's own
   * @param value what
   * @return completes with the path when the link has taken it
   * @throws IllegalArgumentException if it is no address, or within {@code /peer/<id>/**}
   */
  public CompletableFuture<Delivery> set(String address, @Nullable Object value) {
    Value typed = Value.of(value);
    CompletableFuture<Delivery> sent = send(SetMessage.of(owner.requireOwn(address), typed));
    if (!sent.isCompletedExceptionally()) {
      values.put(address, typed, false);
    }
    return sent;
  }

  /**
   * Sends an event, reliably and in order.
   *
   * @param address an address of the peer's own
   * @param value what
   * @return completes with the path when the link has taken it
   * @throws IllegalArgumentException if it is no address, or within {@code /peer/<id>/**}
   */
  public CompletableFuture<Delivery> emit(String address, @Nullable Object value) {
    return publish(address, SignalType.EVENT, value);
  }

  /**
   * Sends a value of a stream, which may be lost or overtaken: the newest counts.
   *
   * @param address an address of the peer's own
   * @param value what
   * @return completes with the path when the link has taken it
   * @throws IllegalArgumentException if it is no address, or within {@code /peer/<id>/**}
   */
  public CompletableFuture<Delivery> stream(String address, @Nullable Object value) {
    return publish(address, SignalType.STREAM, value);
  }

  private CompletableFuture<Delivery> publish(
      String address, SignalType signal, @Nullable Object value) {
    return send(PublishMessage.of(owner.requireOwn(address), signal, Value.of(value)));
  }

  private CompletableFuture<Delivery> send(Message message) {
    Frame frame;
    try {
      frame = Frame.of(message);
    } catch (FrameTooLargeException e) {
      return CompletableFuture.failedFuture(new ClaspException(Code.TOO_LARGE, e.getMessage(), e));
    }
    if (closed.get()) {
      return CompletableFuture.failedFuture(closedFailure());
    }
    SendResult result = transport.sendToPeer(id, frame);
    return switch (result.status()) {
      case ACCEPTED ->
          CompletableFuture.completedFuture(
              new Delivery(Objects.requireNonNull(result.path()), null));
      case DEFERRED ->
          Objects.requireNonNull(result.outcome())
              .thenApply(path -> new Delivery(path, null))
              .toCompletableFuture();
      case BUFFER_FULL ->
          CompletableFuture.failedFuture(
              new BackpressureException(
                  "the link to " + id + " is full; wait until the client is writable"));
      case TOO_LARGE ->
          CompletableFuture.failedFuture(Failures.tooLarge(frame.size(), transport.maxFrameSize()));
      case NOT_CONNECTED ->
          CompletableFuture.failedFuture(
              new ClaspException(
                  Code.PEER_UNREACHABLE,
                  "there is no link to " + id + "; P2P.connectToPeer makes one",
                  null));
      case CLOSED -> CompletableFuture.failedFuture(Failures.closed());
    };
  }

  private ClaspException closedFailure() {
    return new ClaspException(
        Code.CLOSED, "peer " + id + " was closed; P2P.connectToPeer gives another one", null);
  }

  // ---- Asking and listening

  /**
   * Asks the peer for the value that was last set with it, by either side.
   *
   * @param address an address of the peer's own
   * @return completes with the value, or fails with {@link ClaspException.Code#NOT_FOUND} if the
   *     peer has none, or {@link ClaspException.Code#TIMEOUT} if it does not answer, as peers of
   *     other implementations may not
   * @throws IllegalArgumentException if it is no address, or within {@code /peer/<id>/**}
   */
  public CompletableFuture<Value> get(String address) {
    GetMessage request = new GetMessage(owner.requireOwn(address));
    CompletableFuture<Value> answer = gets.await(address);
    if (answer == null) {
      return CompletableFuture.failedFuture(
          new BackpressureException(
              limits.maxPendingRequests()
                  + " requests to "
                  + id
                  + " wait for their answers; wait for some of them"));
    }
    CompletableFuture<Delivery> sent = send(request);
    if (sent.isCompletedExceptionally()) {
      var unused =
          sent.exceptionally(
              failure -> {
                answer.completeExceptionally(Failures.ofStage(failure));
                return null;
              });
    }
    return answer;
  }

  /**
   * Hears what the peer sends to addresses that match a pattern. Values that the peer has set
   * before come first.
   *
   * @param pattern {@code *} stands for one segment, {@code **} for any number
   * @param callback called on the client's dispatcher, one update at a time, in order
   * @return ends the subscription when closed
   * @throws to.clasp.core.address.InvalidAddressException if the pattern is none
   * @throws ClaspException if the peer or client is closed
   */
  public Subscription on(String pattern, UpdateHandler callback) {
    if (closed.get()) {
      throw closedFailure();
    }
    return subscriptions.add(pattern, Objects.requireNonNull(callback, "callback"), this::known);
  }

  /** The values that the peer has set. */
  List<Update> known() {
    return values.theirs().stream()
        .map(
            entry -> update(entry.address(), entry.value(), SignalType.PARAM, FrameSource.peer(id)))
        .toList();
  }

  /**
   * Hears of the link: connecting, connected, failed, closed and what else {@link PeerEvent} has.
   *
   * @param listener called on the client's dispatcher, one event at a time, in order
   * @return ends it when run
   */
  public Runnable onEvent(Consumer<PeerEvent> listener) {
    return owner.onEvent(
        event -> {
          if (event.peerId().equals(id)) {
            listener.accept(event);
          }
        });
  }

  // ---- Channels

  /**
   * Makes a further channel, which what is sent to addresses under its label then rides. It is made
   * again with each new link.
   *
   * @param label an address without wildcards, such as {@code /control}
   * @param options what it promises
   * @return completes when it is open, or fails with {@link ClaspException.Code#PEER_UNREACHABLE}
   *     without a link, and {@link ClaspException.Code#REFUSED} when there is one with this label
   *     and other options, or too many
   * @throws IllegalArgumentException if the label is no address of a peer's own
   */
  public CompletableFuture<PeerDataChannel> createDataChannel(
      String label, ChannelOptions options) {
    owner.requireOwn(label);
    CompletableFuture<PeerDataChannel> made = new CompletableFuture<>();
    var unused =
        transport
            .createChannel(id, label, options)
            .whenComplete(
                (opened, failure) -> {
                  if (failure == null) {
                    made.complete(new PeerDataChannel(id, transport, opened));
                  } else {
                    made.completeExceptionally(Failures.ofChannel(failure));
                  }
                });
    return made;
  }

  /**
   * Returns the further channels, those that the peer has made too.
   *
   * @return the channels, in no order
   */
  public List<PeerDataChannel> channels() {
    return transport.channels(id).stream()
        .map(known -> new PeerDataChannel(id, transport, known))
        .toList();
  }

  /**
   * Is shown the channels that the peer has made, and those that it makes.
   *
   * @param callback called on the client's dispatcher, one channel at a time, in order
   * @return ends it when run
   */
  public Runnable onChannel(Consumer<PeerDataChannel> callback) {
    Objects.requireNonNull(callback, "callback");
    return owner.onChannel(
        id, channel -> callback.accept(new PeerDataChannel(id, transport, channel)));
  }

  // ---- State

  /**
   * Returns the state of the relation to the peer.
   *
   * @return the state now
   */
  public PeerState state() {
    return stats().state();
  }

  /**
   * Returns what is known of the peer and its link: state, path, candidates, round trip, counters.
   *
   * @return a snapshot
   */
  public PeerSnapshot stats() {
    return transport
        .peer(id)
        .orElseGet(
            () ->
                new PeerSnapshot(
                    id,
                    null,
                    PeerState.IDLE,
                    null,
                    BreakerState.CLOSED,
                    null,
                    null,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    null));
  }

  /**
   * Returns what protects the link: the fingerprints of both certificates, the keys that have been
   * proven, and a code that two people can compare by voice. Each link has certificates of its own,
   * so that without identities the code is another one after the link was made anew.
   *
   * @return fingerprints and keys, or empty when there is no link
   */
  public Optional<LinkSecurity> linkSecurity() {
    return transport.linkSecurity(id);
  }

  /**
   * Returns how many frames of the peer were dropped because {@link P2P#onPeer} callbacks stalled.
   *
   * @return the count
   */
  public long dropped() {
    return dropped.sum();
  }

  /**
   * Closes the link; the peer is told. Subscriptions to the peer end, requests to it fail, and its
   * values are forgotten. {@link P2P#connectToPeer} gives a new object. Twice does nothing.
   */
  public void close() {
    if (closed.compareAndSet(false, true)) {
      subscriptions.close();
      gets.close();
      transport.disconnectPeer(id);
      owner.closed(this);
    }
  }

  @Override
  public String toString() {
    return "peer " + id + " " + state();
  }

  // ---- What the peer sends; on the loop

  /** Frames wait from now on until {@link #release}. */
  void hold() {
    holds++;
  }

  void release() {
    holds--;
    while (holds == 0 && !held.isEmpty()) {
      held.remove().run();
    }
  }

  void received(Message message, FrameSource source, Consumer<Update> forAll) {
    if (holds == 0) {
      take(message, source, forAll);
    } else if (held.size() < limits.maxQueuedUpdates()) {
      held.add(() -> take(message, source, forAll));
    } else {
      if (dropped.sum() == 0) {
        LOG.warn("frames of {} are dropped: the callback that is shown the peer stalls", id);
      }
      dropped.increment();
    }
  }

  private void take(Message message, FrameSource source, Consumer<Update> forAll) {
    if (closed.get()) {
      return;
    }
    if (message instanceof SetMessage set) {
      values.put(set.address(), set.value(), true);
      tell(update(set.address(), set.value(), SignalType.PARAM, source), forAll);
    } else if (message instanceof PublishMessage publish) {
      GesturePhase phase = publish.signal() == SignalType.GESTURE ? publish.phase() : null;
      tell(
          new Update(
              publish.address(),
              Updates.valueOf(publish),
              publish.signal(),
              source,
              null,
              publish.timestamp(),
              publish.id(),
              phase),
          forAll);
    } else if (message instanceof GetMessage get) {
      answer(get.address());
    } else if (message instanceof SnapshotMessage snapshot) {
      snapshot.params().forEach(param -> gets.answered(param.address(), param.value()));
    } else if (message instanceof ErrorMessage error && error.address() != null) {
      gets.refused(
          error.address(),
          new ClaspException(
              error.code() == Failures.NOT_FOUND ? Code.NOT_FOUND : Code.REFUSED,
              id + " answered: " + error.message() + " (" + error.address() + ")",
              null));
    } else if (message instanceof BundleMessage bundle) {
      bundle.messages().forEach(inner -> take(inner, source, forAll));
    }
  }

  private static Update update(String address, Value value, SignalType signal, FrameSource source) {
    return new Update(address, value, signal, source, null, null, null, null);
  }

  private void tell(Update update, Consumer<Update> forAll) {
    subscriptions.dispatch(update);
    forAll.accept(update);
  }

  private void answer(String address) {
    Value value = values.get(address);
    Frame reply =
        Frame.of(
            value == null
                ? new ErrorMessage(Failures.NOT_FOUND, "no such value", address, null)
                : new SnapshotMessage(List.of(new ParamState(address, value, 0, null, null))));
    SendResult result = transport.sendToPeer(id, reply);
    if (!result.isAccepted()) {
      LOG.debug("cannot answer a get of {} by {}: {}", address, id, result);
    }
  }

  boolean isClosed() {
    return closed.get();
  }

  /** Whether nothing would be lost with this object. For any thread. */
  boolean isForgettable() {
    return subscriptions.isEmpty() && state() != PeerState.CONNECTED;
  }
}
