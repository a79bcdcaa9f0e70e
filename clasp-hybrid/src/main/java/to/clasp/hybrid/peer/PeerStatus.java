package to.clasp.hybrid.peer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;

/**
 * What is told of the relation to one peer: its state, its path, events, and who waits for a link.
 * Changed on the loop, read by any thread.
 */
final class PeerStatus {

  private final String peerId;
  private final Environment environment;
  private final AtomicInteger attempts = new AtomicInteger();
  private volatile PeerState state = PeerState.IDLE;
  private volatile @Nullable CloseReason lastFailure;
  private volatile @Nullable String sessionId;

  // Below: the loop only.
  private final List<CompletableFuture<PeerSnapshot>> waiting = new ArrayList<>();
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

  /** The only place where the state changes. */
  void move(PeerState next) {
    state = RelationStates.move(state, next);
  }

  void connecting(PeerRole role) {
    attempts.incrementAndGet();
    attemptsSinceLink++;
    tell(new PeerEvent.Connecting(peerId, now(), role, attemptsSinceLink));
  }

  void connected(@Nullable CandidatePair pair) {
    attemptsSinceLink = 0;
    tell(new PeerEvent.Connected(peerId, now(), pair));
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

  void await(CompletableFuture<PeerSnapshot> linked) {
    waiting.add(linked);
  }

  boolean isAwaited() {
    return !waiting.isEmpty();
  }

  void linked(PeerSnapshot snapshot) {
    takeWaiting().forEach(future -> future.complete(snapshot));
  }

  void refuse(CloseReason reason) {
    takeWaiting().forEach(future -> future.completeExceptionally(reason.toException()));
  }

  private List<CompletableFuture<PeerSnapshot>> takeWaiting() {
    List<CompletableFuture<PeerSnapshot>> taken = List.copyOf(waiting);
    waiting.clear();
    return taken;
  }

  private Instant now() {
    return environment.loop().now();
  }

  private void tell(PeerEvent event) {
    environment.host().tell(event);
  }
}
