package to.clasp.hybrid.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.hybrid.link.PeerLink;
import to.clasp.hybrid.peer.DeferredFrames.Deferred;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportState;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerUnreachableException;
import to.clasp.transport.peer.Reliability;

/**
 * The frames to one peer: which path each takes. Sending is for any thread and reads one volatile
 * route; the route is changed on the loop only.
 */
final class Outgoing {

  private final String peerId;
  private final Environment environment;
  private final P2POptions options;
  private final PeerLink numbered;
  private final Runnable wake;

  /** Only a direct link will do, so frames wait for one. */
  private final boolean mustWait;

  private final AtomicBoolean full = new AtomicBoolean();

  /** Guards what waits; held only while there is no route, or one is about to be. */
  private final ReentrantLock lock = new ReentrantLock();

  private final DeferredFrames deferred;

  /** Whether the loop looks after what waits; guarded by the lock. */
  private boolean expiryArmed;

  /** When it will; the loop only. */
  private EventLoop.@Nullable Timer expiry;

  private volatile @Nullable PeerTransport route;
  private volatile @Nullable CloseReason unreachable;
  private volatile long lastUsed;

  /**
   * Makes one without a route.
   *
   * @param peerId the peer
   * @param environment what relations share
   * @param numbered takes what must not be lost, with a peer of ours
   * @param wake called by any thread when a link is wanted
   */
  Outgoing(String peerId, Environment environment, PeerLink numbered, Runnable wake) {
    this.peerId = peerId;
    this.environment = environment;
    this.options = environment.options();
    this.numbered = numbered;
    this.wake = wake;
    this.mustWait = options.preferP2P() && !options.fallbackToRouter();
    this.deferred = new DeferredFrames(options.maxDeferredBytes());
    // Long enough ago, whatever the clock says.
    this.lastUsed = environment.loop().nanoTime() - options.idleTimeout().toNanos();
  }

  // ---- Any thread

  SendResult send(Frame frame) {
    lastUsed = environment.loop().nanoTime();
    if (!options.preferP2P() && !options.fallbackToRouter()) {
      return environment.router().send(frame);
    }
    if (mustWait && route == null) {
      wake.run();
      return defer(frame);
    }
    SendResult result;
    if (Reliability.of(frame) == Reliability.RELIABLE) {
      result = noteIfFull(numbered.send(frame, this::plainly));
    } else {
      result = plainly(frame);
    }
    if (result == SendResult.RELAYED) {
      wake.run();
    }
    return mustWait && result.status() == SendResult.Status.NOT_CONNECTED ? defer(frame) : result;
  }

  /** Sends a bundle, which only a peer that numbers frames gets as one. */
  SendResult sendBundle(Frame frame) {
    if (!options.preferP2P() && !options.fallbackToRouter()) {
      return environment.router().send(frame);
    }
    lastUsed = environment.loop().nanoTime();
    SendResult result = noteIfFull(numbered.send(frame, environment.router()::send));
    if (result == SendResult.RELAYED) {
      wake.run();
    }
    return result;
  }

  private SendResult plainly(Frame frame) {
    return options.preferP2P() ? preferDirect(frame) : preferRouter(frame);
  }

  /** The peer link has no more room for frames: it tells when there is some. */
  private SendResult noteIfFull(SendResult result) {
    boolean noRoom =
        result.status() == SendResult.Status.BUFFER_FULL
            || (result.isForPeer() && numbered.isFull());
    if (noRoom && full.compareAndSet(false, true)) {
      environment.fullLinks().incrementAndGet();
      if (!numbered.isFull()) {
        // Room came back before we noted that there was none.
        environment.loop().execute(this::hasRoom);
      }
    }
    return result;
  }

  private SendResult preferDirect(Frame frame) {
    PeerTransport direct = route;
    if (direct != null) {
      SendResult result = overLink(direct, frame);
      switch (result.status()) {
        case ACCEPTED, DEFERRED, BUFFER_FULL -> {
          return result;
        }
        case TOO_LARGE -> {
          return options.fallbackToRouter() ? environment.router().send(frame) : result;
        }
        case NOT_CONNECTED, CLOSED -> {
          // It has just ended; its relation will be told.
        }
      }
    }
    wake.run();
    return options.fallbackToRouter() ? environment.router().send(frame) : SendResult.NOT_CONNECTED;
  }

  private SendResult preferRouter(Frame frame) {
    SendResult result = environment.router().send(frame);
    PeerTransport direct = route;
    if (direct == null) {
      wake.run();
      return result;
    }
    return result.status() == SendResult.Status.NOT_CONNECTED ? overLink(direct, frame) : result;
  }

  /**
   * Sends over the link whatever the rules say.
   *
   * @param up a link that serves although frames do not prefer it, or null
   */
  SendResult sendDirect(Frame frame, @Nullable Attempt up) {
    PeerTransport direct = route;
    lastUsed = environment.loop().nanoTime();
    if (numbered.isEstablished() && Reliability.of(frame) == Reliability.RELIABLE) {
      return noteIfFull(numbered.send(frame, plain -> SendResult.NOT_CONNECTED));
    }
    if (direct == null && up != null && !options.preferP2P()) {
      SendResult result = overLink(up.transport(), frame);
      // It may be ending, which is no end of ours.
      return result.status() == SendResult.Status.CLOSED ? SendResult.NOT_CONNECTED : result;
    }
    return direct == null ? SendResult.NOT_CONNECTED : overLink(direct, frame);
  }

  /** A frame was sent another way. */
  void used() {
    lastUsed = environment.loop().nanoTime();
  }

  private SendResult overLink(PeerTransport link, Frame frame) {
    if (numbered.isEstablished() && Reliability.of(frame) == Reliability.RELIABLE) {
      return noteIfFull(numbered.send(frame, plain -> SendResult.NOT_CONNECTED));
    }
    SendResult result = link.send(frame);
    boolean refused = result.status() == SendResult.Status.BUFFER_FULL;
    // Nobody has to be refused to learn that it is full: the frame that fills it tells as well.
    if (refused || (result.isAccepted() && !link.isWritable())) {
      noteFull(link);
    }
    return result;
  }

  private void noteFull(PeerTransport link) {
    if (full.compareAndSet(false, true)) {
      environment.fullLinks().incrementAndGet();
      if (link.isWritable() || link.state() != TransportState.OPEN) {
        // Room came back before we noted that there was none.
        environment.loop().execute(this::hasRoom);
      }
    }
  }

  private SendResult defer(Frame frame) {
    lock.lock();
    try {
      PeerTransport direct = route;
      if (direct != null) {
        SendResult result = overLink(direct, frame);
        if (result.status() != SendResult.Status.NOT_CONNECTED
            && result.status() != SendResult.Status.CLOSED) {
          return result;
        }
      }
      CloseReason reason = unreachable;
      if (reason != null) {
        return SendResult.deferred(
            CompletableFuture.failedFuture(new PeerUnreachableException(peerId, reason)));
      }
      long deadline = environment.loop().nanoTime() + options.connectTimeout().toNanos();
      CompletableFuture<Path> outcome = deferred.add(frame, deadline);
      if (outcome == null) {
        return SendResult.BUFFER_FULL;
      }
      if (!expiryArmed) {
        expiryArmed = true;
        environment.loop().execute(this::expire);
      }
      return SendResult.deferred(outcome);
    } finally {
      lock.unlock();
    }
  }

  boolean isDirect() {
    return route != null;
  }

  /** When a frame was last handed over, by the loop's clock. */
  long lastUsed() {
    return lastUsed;
  }

  /** The path of a reliable frame now, or null when there is none. */
  @Nullable Path path() {
    if (numbered.isEstablished()) {
      return numbered.path();
    }
    boolean direct = route != null;
    if (options.preferP2P()) {
      return direct ? Path.P2P : options.fallbackToRouter() ? Path.ROUTER : null;
    }
    return direct
            && options.fallbackToRouter()
            && environment.router().state() != TransportState.OPEN
        ? Path.P2P
        : Path.ROUTER;
  }

  // ---- The loop

  boolean hasDeferred() {
    lock.lock();
    try {
      return !deferred.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends what waits, then opens the route, so that nothing overtakes what waits. False when the
   * link is full before that; to be called again when it is writable.
   */
  boolean open(PeerTransport link) {
    List<Deferred> sent = new ArrayList<>();
    List<Deferred> refused = new ArrayList<>();
    boolean opened = false;
    lock.lock();
    try {
      unreachable = null;
      boolean room = true;
      while (room && !deferred.isEmpty()) {
        SendResult result = overLink(link, Objects.requireNonNull(deferred.peek()).frame());
        if (result.isAccepted()) {
          sent.add(deferred.remove());
        } else if (result.status() == SendResult.Status.TOO_LARGE) {
          refused.add(deferred.remove());
        } else {
          room = false;
        }
      }
      if (room) {
        route = link;
        opened = true;
        disarmIfNothingWaits();
      }
    } finally {
      lock.unlock();
    }
    sent.forEach(frame -> frame.outcome().complete(Path.P2P));
    fail(
        refused,
        CloseReason.of(
            Code.FRAME_TOO_LARGE, "the frame is larger than the link to " + peerId + " takes"));
    return opened;
  }

  /** Closes the route; what is sent from now on goes another way. */
  void close() {
    route = null;
    hasRoom();
  }

  /** The link that was full has room again, or is gone. */
  void hasRoom() {
    if (full.compareAndSet(true, false)) {
      environment.fullLinks().decrementAndGet();
      environment.host().writable();
    }
  }

  /** No link will come soon: what waits fails, and what comes fails at once. */
  void giveUp(CloseReason reason) {
    lock.lock();
    try {
      unreachable = reason;
    } finally {
      lock.unlock();
    }
    failDeferred(reason);
  }

  /** What waits fails. */
  void failDeferred(CloseReason reason) {
    List<Deferred> waiting;
    lock.lock();
    try {
      waiting = deferred.takeAll();
      disarmIfNothingWaits();
    } finally {
      lock.unlock();
    }
    fail(waiting, reason);
  }

  private void disarmIfNothingWaits() {
    if (deferred.isEmpty() && expiry != null) {
      expiry.cancel();
      expiry = null;
      expiryArmed = false;
    }
  }

  /** A link may come: frames may wait for it again. */
  void hope() {
    unreachable = null;
  }

  private void expire() {
    List<Deferred> late;
    lock.lock();
    try {
      long now = environment.loop().nanoTime();
      late = deferred.takeExpired(now);
      Deferred next = deferred.peek();
      expiryArmed = next != null;
      expiry =
          next == null
              ? null
              : environment.loop().schedule(Duration.ofNanos(next.deadline() - now), this::expire);
    } finally {
      lock.unlock();
    }
    fail(
        late,
        CloseReason.of(
            Code.CONNECT_TIMEOUT,
            "no link with "
                + peerId
                + " within "
                + options.connectTimeout().toMillis()
                + " ms, and the router may not serve; allow it with fallbackToRouter, or see"
                + " why no link is made in the peer's snapshot"));
  }

  private void fail(List<Deferred> frames, CloseReason reason) {
    for (Deferred frame : frames) {
      frame.outcome().completeExceptionally(new PeerUnreachableException(peerId, reason));
    }
  }
}
