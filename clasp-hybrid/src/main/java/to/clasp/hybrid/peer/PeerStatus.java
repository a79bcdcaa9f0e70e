package to.clasp.hybrid.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.IceServerError;
import to.clasp.transport.peer.LinkStep;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;

/**
 * What is told of the relation to one peer: its state, its path, events, and who waits for a link.
 * Changed on the loop, read by any thread.
 */
final class PeerStatus {

  /** Somebody who waits for a link. */
  private static final class Waiting {
    private final CompletableFuture<PeerSnapshot> linked;
    private EventLoop.@Nullable Timer timer;

    Waiting(CompletableFuture<PeerSnapshot> linked) {
      this.linked = linked;
    }
  }

  private final String peerId;
  private final Environment environment;
  private final AtomicInteger attempts = new AtomicInteger();
  private volatile PeerState state = PeerState.IDLE;
  private volatile @Nullable CloseReason lastFailure;
  private volatile @Nullable String sessionId;

  // Below: the loop only.
  private final List<Waiting> waiting = new ArrayList<>();
  private int attemptsSinceLink;
  private @Nullable Path toldPath;

  PeerStatus(String peerId, Environment environment, @Nullable Path path) {
    this.peerId = peerId;
    this.environment = environment;
    this.toldPath = path;
  }

  // ---- Any thread

  PeerState state() {
    return state;
  }

  @Nullable CloseReason lastFailure() {
    return lastFailure;
  }

  @Nullable String sessionId() {
    return sessionId;
  }

  int attempts() {
    return attempts.get();
  }

  // ---- The loop

  /** Notes the session of the peer; true if it is a new one. */
  boolean session(@Nullable String session) {
    String before = sessionId;
    if (session == null || session.equals(before)) {
      return false;
    }
    sessionId = session;
    return true;
  }

  void move(PeerState next) {
    move(next, null);
  }

  /** The only place where the state changes. */
  void move(PeerState next, @Nullable CloseReason cause) {
    PeerState before = state;
    state = RelationStates.move(before, next);
    if (before != next) {
      if (next == PeerState.CONNECTED) {
        environment.linkedPeers().incrementAndGet();
      } else if (before == PeerState.CONNECTED) {
        environment.linkedPeers().decrementAndGet();
      }
      tell(new PeerEvent.StateChanged(peerId, now(), before, next, cause));
    }
  }

  void stepReached(String correlationId, PeerRole role, LinkStep step) {
    tell(new PeerEvent.StepReached(peerId, now(), correlationId, role, step));
  }

  /** An attempt begins, which need not be told. */
  void attempted() {
    attempts.incrementAndGet();
  }

  void connecting(PeerRole role) {
    attemptsSinceLink++;
    tell(new PeerEvent.Connecting(peerId, now(), role, attemptsSinceLink));
  }

  void connected(@Nullable CandidatePair pair) {
    attemptsSinceLink = 0;
    tell(new PeerEvent.Connected(peerId, now(), pair));
  }

  void renewed(@Nullable CandidatePair pair) {
    tell(new PeerEvent.Renewed(peerId, now(), pair));
  }

  void candidatePair(CandidatePair pair) {
    tell(new PeerEvent.CandidatePairChanged(peerId, now(), pair));
  }

  void iceServerFailed(IceServerError error) {
    tell(new PeerEvent.IceServerFailed(peerId, now(), error));
  }

  void failed(CloseReason reason) {
    lastFailure = reason;
    tell(new PeerEvent.Failed(peerId, now(), reason));
  }

  void closed(CloseReason reason) {
    tell(new PeerEvent.Closed(peerId, now(), reason));
  }

  void path(@Nullable Path now, @Nullable CloseReason cause) {
    Path before = toldPath;
    if (now != before) {
      toldPath = now;
      tell(new PeerEvent.PathChanged(peerId, now(), before, now, cause));
    }
  }

  /**
   * Notes who waits for a link.
   *
   * @param linked is completed with it
   * @param longest how long it waits at most; an attempt may end the wait before
   * @param why there is none by then
   */
  void await(CompletableFuture<PeerSnapshot> linked, Duration longest, String why) {
    Waiting one = new Waiting(linked);
    waiting.add(one);
    one.timer = environment.loop().schedule(longest, () -> waitedTooLong(one, longest, why));
  }

  private void waitedTooLong(Waiting one, Duration longest, String why) {
    waiting.remove(one);
    one.linked.completeExceptionally(
        CloseReason.of(
                Code.CONNECT_TIMEOUT,
                "no link with " + peerId + " within " + longest.toMillis() + " ms, for " + why)
            .toException());
  }

  boolean isAwaited() {
    return !waiting.isEmpty();
  }

  void linked(PeerSnapshot snapshot) {
    takeWaiting().forEach(one -> one.linked.complete(snapshot));
  }

  void refuse(CloseReason reason) {
    takeWaiting().forEach(one -> one.linked.completeExceptionally(reason.toException()));
  }

  private List<Waiting> takeWaiting() {
    List<Waiting> taken = List.copyOf(waiting);
    waiting.clear();
    for (Waiting one : taken) {
      if (one.timer != null) {
        one.timer.cancel();
      }
    }
    return taken;
  }

  private Instant now() {
    return environment.loop().now();
  }

  private void tell(PeerEvent event) {
    environment.host().tell(event);
  }
}
