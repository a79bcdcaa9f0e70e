package to.clasp.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.Requests.Pending;
import to.clasp.client.Requests.Repeat;
import to.clasp.core.address.GlobPattern;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.ResultMessage;
import to.clasp.core.message.SignalDefinition;
import to.clasp.core.value.Value;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.loop.EventLoop;

/**
 * Requests and their answers. Requests are made by any thread; answers, and all that goes wrong,
 * come on the loop.
 */
final class Exchanges {

  private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);

  /** Answers without an address belong to the oldest request of their kind. */
  private static final String NO_ADDRESS = "";

  /** What the requests need of the rest. */
  interface Way {
    /** Sends to the router, whatever the address. */
    SendResult toRouter(Frame frame);

    /** The peer that an address belongs to, or null. */
    @Nullable String peerOf(String address);
  }

  private final EventLoop loop;
  private final Duration timeout;
  private final int maxPending;
  private final ReentrantLock lock;
  private final Sender sender;
  private final Departures departures;
  private final Way way;

  // Guarded by the lock.
  private final Requests<Delivery> acks = new Requests<>();
  private final Requests<Value> gets = new Requests<>();
  private final Requests<List<SignalDefinition>> queries = new Requests<>();
  private boolean sweeping;

  /**
   * Makes an empty book.
   *
   * @param lock the one that guards the order of the sender
   */
  Exchanges(
      EventLoop loop,
      Duration timeout,
      int maxPending,
      ReentrantLock lock,
      Sender sender,
      Departures departures,
      Way way) {
    this.loop = loop;
    this.timeout = timeout;
    this.maxPending = maxPending;
    this.lock = lock;
    this.sender = sender;
    this.departures = departures;
    this.way = way;
  }

  // ---- Asking: any thread.

  /**
   * Something that is acknowledged by the router, and not by a peer.
   *
   * @param address what the acknowledgement will name, or null for none
   */
  CompletableFuture<Delivery> acknowledged(Frame frame, @Nullable String address, Repeat repeat) {
    Pending<Delivery> pending;
    SendResult sent;
    lock.lock();
    try {
      sent = waiting() < maxPending ? sender.sendAtOnce(frame) : null;
      if (sent != null && sent.isForPeer()) {
        return Accepted.by(sent.path());
      }
      pending = new Pending<>(Objects.requireNonNullElse(address, NO_ADDRESS), frame, repeat);
      if (sent != null) {
        add(acks, pending);
        boolean deferred = sent.status() == SendResult.Status.DEFERRED;
        handedOver(pending, deferred);
        if (!deferred) {
          return pending.answer();
        }
      }
    } finally {
      lock.unlock();
    }
    SendOutcome outcome = outcome(acks, pending, path -> new Delivery(path, null));
    if (sent == null) {
      sender.send(frame, outcome);
    } else {
      sender.await(sent, outcome);
    }
    return pending.answer();
  }

  CompletableFuture<Value> get(Frame frame, String address) {
    Pending<Value> pending = new Pending<>(address, frame, Repeat.ALWAYS);
    pending.startClock(loop.nanoTime());
    sender.send(frame, outcome(gets, pending, null));
    return pending.answer();
  }

  CompletableFuture<List<SignalDefinition>> query(Frame frame, String pattern) {
    Pending<List<SignalDefinition>> pending = new Pending<>(pattern, frame, Repeat.ALWAYS);
    pending.startClock(loop.nanoTime());
    sender.send(frame, outcome(queries, pending, null));
    return pending.answer();
  }

  /**
   * Accompanies a request on its way out.
   *
   * @param ofPeer makes the answer once a peer's link has taken it, by the path that it took; null
   *     to wait for the peer's
   */
  private <T> SendOutcome outcome(
      Requests<T> book, Pending<T> pending, @Nullable Function<Path, T> ofPeer) {
    return new SendOutcome() {
      @Override
      public @Nullable ClaspException sending() {
        if (waiting() >= maxPending) {
          return new BackpressureException(
              waiting() + " requests wait for their answers; wait for some of them");
        }
        add(book, pending);
        return null;
      }

      @Override
      public void handedOver(boolean forPeer) {
        Exchanges.this.handedOver(pending, forPeer);
      }

      @Override
      public boolean isWithdrawn() {
        return pending.answer().isDone();
      }

      @Override
      public void accepted(Path path, boolean forPeer) {
        if (forPeer && ofPeer != null) {
          forget(book, pending);
          pending.answer().complete(ofPeer.apply(path));
        }
      }

      @Override
      public void failed(ClaspException failure) {
        forget(book, pending);
        pending.answer().completeExceptionally(failure);
      }
    };
  }

  /** Under the lock. */
  private int waiting() {
    return acks.size() + gets.size() + queries.size();
  }

  /** Under the lock. */
  private <T> void add(Requests<T> book, Pending<T> pending) {
    book.add(pending);
    startSweeping();
  }

  /** Under the lock: the transport has taken a request. */
  private void handedOver(Pending<?> pending, boolean forPeer) {
    if (!forPeer) {
      pending.taken(departures.accepted());
      return;
    }
    String address = pending.frame().address();
    String peer = address == null ? null : way.peerOf(address);
    pending.askedPeer(Objects.requireNonNullElse(peer, ""));
  }

  private <T> void forget(Requests<T> book, Pending<T> pending) {
    lock.lock();
    try {
      book.remove(pending);
    } finally {
      lock.unlock();
    }
  }

  // ---- Answers: the loop.

  /** Takes an acknowledgement; returns the frame that it is for, or null. */
  @Nullable Frame onAck(AckMessage ack) {
    Pending<Delivery> pending = takeFirst(acks, ack.address() == null ? NO_ADDRESS : ack.address());
    if (pending == null) {
      return null;
    }
    pending.answer().complete(new Delivery(Path.ROUTER, ack.revision()));
    return pending.frame();
  }

  /** Takes a value that may have been asked for; returns whether it was. */
  boolean onValue(String address, Value value, @Nullable String peerId) {
    List<Pending<Value>> waiting =
        takeAll(gets, address, pending -> Objects.equals(pending.peerId(), peerId));
    waiting.forEach(pending -> pending.answer().complete(value));
    return !waiting.isEmpty();
  }

  /**
   * Takes the definitions for the oldest query that they fit; they do not say which they are for.
   */
  void onResult(ResultMessage result) {
    Pending<List<SignalDefinition>> fitting;
    lock.lock();
    try {
      fitting =
          queries.takeOldest(
              query -> {
                GlobPattern pattern = GlobPattern.compile(query.key());
                return result.signals().stream()
                    .allMatch(signal -> pattern.matches(signal.address()));
              });
    } finally {
      lock.unlock();
    }
    if (fitting != null) {
      fitting.answer().complete(result.signals());
    }
  }

  /** Fails the request that an error is about; returns false when nobody waits for it. */
  boolean onRefused(ErrorMessage error, ClaspException failure) {
    String address = error.address();
    List<Pending<?>> refused = new ArrayList<>();
    switch (Failures.concernOf(error)) {
      case WRITE -> addIfAny(refused, takeFirst(acks, address == null ? NO_ADDRESS : address));
      case BUNDLE -> addIfAny(refused, takeFirst(acks, NO_ADDRESS));
      case READ -> {
        if (address != null) {
          refused.addAll(takeAll(gets, address, pending -> pending.peerId() == null));
        }
      }
      case SUBSCRIPTION, PUBLISH, SESSION -> {}
    }
    refused.forEach(pending -> pending.answer().completeExceptionally(failure));
    return !refused.isEmpty();
  }

  private static void addIfAny(List<Pending<?>> list, @Nullable Pending<?> pending) {
    if (pending != null) {
      list.add(pending);
    }
  }

  /** A peer does not have a value; the router may. */
  void onPeerLacks(String address, String peerId) {
    lock.lock();
    try {
      askRouterInstead(gets.takeAll(address, pending -> peerId.equals(pending.peerId())));
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private void askRouterInstead(List<Pending<Value>> waiting) {
    for (Pending<Value> pending : waiting) {
      gets.add(pending);
      again(pending);
    }
  }

  private <T> @Nullable Pending<T> takeFirst(Requests<T> book, String key) {
    lock.lock();
    try {
      return book.take(key);
    } finally {
      lock.unlock();
    }
  }

  private <T> List<Pending<T>> takeAll(Requests<T> book, String key, Predicate<Pending<T>> fits) {
    lock.lock();
    try {
      return book.takeAll(key, fits);
    } finally {
      lock.unlock();
    }
  }

  // ---- Time: the sweep finds requests whose answer does not come.

  /** Under the lock. */
  private void startSweeping() {
    if (!sweeping) {
      sweeping = true;
      loop.schedule(timeout.dividedBy(8).plusMillis(1), this::sweep);
    }
  }

  private void sweep() {
    long nanos = timeout.toNanos();
    List<Pending<Delivery>> lateAcks;
    List<Pending<Value>> lateGets;
    List<Pending<List<SignalDefinition>>> lateQueries;
    lock.lock();
    try {
      long now = loop.nanoTime();
      noteDepartures(now);
      lateAcks = acks.takeExpired(now, nanos);
      lateGets = gets.takeExpired(now, nanos);
      lateQueries = queries.takeExpired(now, nanos);
      // A peer of another make does not answer, and a link may break; the router may know.
      List<Pending<Value>> unanswered = gets.unansweredByPeers(now, nanos / 2);
      unanswered.forEach(gets::remove);
      askRouterInstead(unanswered);
      sweeping = false;
      if (waiting() > 0) {
        startSweeping();
      }
    } finally {
      lock.unlock();
    }
    lateAcks.forEach(pending -> timedOut(pending, "; it may or may not have been applied"));
    lateGets.forEach(pending -> timedOut(pending, "; a router does not answer for what it lacks"));
    lateQueries.forEach(pending -> timedOut(pending, ""));
  }

  /** Under the lock. */
  private void noteDepartures(long now) {
    long left = departures.left();
    acks.left(left, now);
    gets.left(left, now);
    queries.left(left, now);
  }

  private void timedOut(Pending<?> pending, String hint) {
    pending
        .answer()
        .completeExceptionally(
            new ClaspException(
                Code.TIMEOUT,
                "no answer to " + pending.frame() + " within " + timeout.toMillis() + " ms" + hint,
                null));
  }

  // ---- What the router drops, and what is lost with a connection: the loop.

  /** The router has dropped some of what has left until now, and does not say what. */
  void doubtAll() {
    lock.lock();
    try {
      noteDepartures(loop.nanoTime());
      acks.doubtAll();
      gets.doubtAll();
      queries.doubtAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * By now all that was not dropped has been answered. Sends the rest again, as far as that does no
   * harm.
   */
  void repeatDropped() {
    List<Pending<?>> lost = new ArrayList<>();
    lock.lock();
    try {
      lost.addAll(repeatDropped(acks));
      lost.addAll(repeatDropped(gets));
      lost.addAll(repeatDropped(queries));
    } finally {
      lock.unlock();
    }
    lost.forEach(
        pending ->
            pending
                .answer()
                .completeExceptionally(
                    new ClaspException(
                        Code.RATE_LIMITED,
                        "the router dropped messages, for there were too many, and did not answer "
                            + pending.frame()
                            + "; it was not sent again, for that could undo or repeat something",
                        null)));
  }

  /** Under the lock. */
  private <T> List<Pending<T>> repeatDropped(Requests<T> book) {
    Requests.Dropped<T> dropped = book.dropped();
    dropped.again().forEach(this::again);
    return dropped.lost();
  }

  /** Sends a request to the router once more, under the lock. */
  private void again(Pending<?> pending) {
    if (way.toRouter(pending.frame()).isAccepted()) {
      pending.taken(departures.accepted());
    } else {
      LOG.debug("cannot send {} again now; its time limit decides", pending.frame());
    }
  }

  /** What changes something and was under way may have been lost; what only asks is asked again. */
  void connectionLost() {
    List<Pending<Delivery>> lost;
    lock.lock();
    try {
      noteDepartures(loop.nanoTime());
      lost = acks.takeEach(pending -> pending.stage() == Requests.Stage.ASKED_ROUTER);
    } finally {
      lock.unlock();
    }
    lost.forEach(
        pending ->
            pending
                .answer()
                .completeExceptionally(
                    new ClaspException(
                        Code.NOT_CONNECTED,
                        "the connection was lost before the router acknowledged "
                            + pending.frame()
                            + "; it may or may not have been applied",
                        null)));
  }

  void newSession() {
    lock.lock();
    try {
      gets.askedRouter().forEach(this::again);
      queries.askedRouter().forEach(this::again);
    } finally {
      lock.unlock();
    }
  }

  void close() {
    List<Pending<?>> open = new ArrayList<>();
    lock.lock();
    try {
      open.addAll(acks.takeEach(pending -> true));
      open.addAll(gets.takeEach(pending -> true));
      open.addAll(queries.takeEach(pending -> true));
    } finally {
      lock.unlock();
    }
    open.forEach(
        pending ->
            pending
                .answer()
                .completeExceptionally(
                    new ClaspException(
                        Code.CLOSED,
                        "the client was closed before "
                            + pending.frame()
                            + " was answered; if it changes something, it may or may not have been"
                            + " applied",
                        null)));
  }
}
