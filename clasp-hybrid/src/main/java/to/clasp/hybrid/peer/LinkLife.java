package to.clasp.hybrid.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.hybrid.link.PeerLink;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.IceServerError;
import to.clasp.transport.peer.LinkStep;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.peer.Signal;

/**
 * The attempt under way with one peer, and the link: how they take over from each other, carry, and
 * end. Confined to the loop.
 *
 * <p>There is at most one attempt under way. A new link takes the route over only when it is open;
 * the one that it replaces is then closed. After a renewal that has proven itself it stays a little
 * longer, retired, for the peer may still use it.
 */
final class LinkLife {

  private static final Logger LOG = LoggerFactory.getLogger(LinkLife.class);

  /** Why frames leave a link that may find another way for its packets. */
  private static final Set<Code> IN_DOUBT = Set.of(Code.SILENT, Code.ICE_FAILED);

  private final PeerRelation relation;
  private final String peerId;
  private final Environment environment;
  private final P2POptions options;
  private final EventLoop loop;
  private final Outgoing outgoing;
  private final PeerStatus status;
  private final PeerBreaker breaker;
  private final LinkTotals totals;
  private final LinkMaker maker;
  private final LinkRenewal renewal;
  private final PeerLink numbered;
  private final LinkTimers timers;
  private final EndedAttempts endedAttempts = new EndedAttempts();
  private final List<Attempt> ending = new ArrayList<>();
  private final UpLinks links;
  private final LinkEnds ends;
  private @Nullable Attempt attempt;

  /** The link that numbered frames take; null when they take none. */
  private @Nullable Attempt routed;

  private volatile long lastReceived;
  private boolean closed;

  LinkLife(
      PeerRelation relation,
      Environment environment,
      Outgoing outgoing,
      PeerStatus status,
      PeerBreaker breaker,
      LinkTotals totals,
      PeerLink numbered) {
    this.relation = relation;
    this.peerId = relation.peerId();
    this.environment = environment;
    this.options = environment.options();
    this.loop = environment.loop();
    this.outgoing = outgoing;
    this.status = status;
    this.breaker = breaker;
    this.totals = totals;
    this.numbered = numbered;
    this.lastReceived = outgoing.lastUsed();
    this.maker = new LinkMaker(relation, environment, outgoing, status, breaker, this);
    this.renewal = new LinkRenewal(peerId, environment, status, breaker, this);
    this.timers = new LinkTimers(environment, new LinkWatch(peerId, environment, this));
    this.ends = new LinkEnds(environment, outgoing, status, breaker, this);
    this.links = new UpLinks(new RetiredLink(environment, old -> giveUp(old, UpLinks.newerLink())));
  }

  // ---- Any thread

  @Nullable Attempt link() {
    return links.newest();
  }

  /** The newest link, if frames have been seen to get through on it; null otherwise. */
  @Nullable Attempt provenLink() {
    Attempt up = link();
    return up != null && up.isProven() ? up : null;
  }

  long lastUsed() {
    long sent = outgoing.lastUsed();
    long received = lastReceived;
    return sent - received > 0 ? sent : received;
  }

  // ---- What there is

  LinkMaker maker() {
    return maker;
  }

  LinkRenewal renewal() {
    return renewal;
  }

  LinkTimers timers() {
    return timers;
  }

  @Nullable Attempt attempt() {
    return attempt;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether there is a link, or an attempt to make one. */
  boolean isBusy() {
    return link() != null || attempt != null;
  }

  /** Whether there is a link that works, as far as is known. */
  boolean isLinked() {
    return link() != null && status.state() == PeerState.CONNECTED;
  }

  /** Whether a newer link has yet to prove that it can take the place of the one before. */
  boolean isReplacing() {
    return links.replaced() != null;
  }

  /** Whether links that were given up have yet to end. */
  boolean isEnding() {
    return !ending.isEmpty();
  }

  /** Whether nothing is up or under way, nor still ending. */
  boolean isQuiet() {
    return attempt == null
        && links.all().isEmpty()
        && !isUnexplained()
        && !isEnding()
        && (!closed || numbered.isClosed());
  }

  /** Whether the last link has ended, and it may yet turn out that the peer wanted that. */
  boolean isUnexplained() {
    return ends.isUnexplained();
  }

  boolean hasEnded(String correlationId) {
    return endedAttempts.contains(correlationId);
  }

  /** The attempt or link with this id, or null. */
  @Nullable Attempt find(String correlationId) {
    Attempt under = attempt;
    if (under != null && under.correlationId().equals(correlationId)) {
      return under;
    }
    return links.with(correlationId);
  }

  // ---- An attempt begins

  void begin(Attempt begins) {
    attempt = begins;
    status.attempted();
    if (link() == null) {
      status.move(PeerState.CONNECTING);
    }
    if (!isLinked()) {
      announce(begins);
    }
  }

  void announce(Attempt under) {
    if (!under.isAnnounced()) {
      under.announced();
      status.connecting(under.role());
    }
  }

  void begun(Attempt begun) {
    totals.add(begun.transport());
  }

  void notBegun(Attempt begins, CloseReason reason) {
    endedAttempts.add(begins.correlationId());
    attempt = null;
    ends.failed(begins, reason);
  }

  /** An offer of the peer is turned away, and copies of it are of no use. */
  void reject(String correlationId, String why) {
    endedAttempts.add(correlationId);
    SendResult told =
        environment.host().signal(peerId, Signal.Disconnected.rejected(correlationId, why));
    if (!told.isAccepted()) {
      LOG.debug("cannot tell {} that it is rejected: {}", peerId, told);
    }
  }

  /** The attempt under way, if any, makes room for another one. */
  void giveWay(CloseReason reason) {
    Attempt under = attempt;
    if (under != null) {
      attempt = null;
      under.returnPermit();
      abandon(under, reason);
    }
  }

  // ---- What an attempt or link tells

  void emit(Attempt from, Signal signal) {
    SendResult result = environment.host().signal(peerId, signal);
    if (result.isAccepted()) {
      from.progress().sent(signal);
      return;
    }
    LOG.debug("cannot signal to {}: {}", peerId, result);
    // The rest is not needed for sure: descriptions carry candidates too.
    boolean needed = signal instanceof Signal.Offer || signal instanceof Signal.Answer;
    if (from == attempt && needed) {
      from.abort(
          CloseReason.of(
              Code.CONNECTION_LOST,
              "the router does not take a signal to " + peerId + ": " + result));
    }
  }

  void signalRefused(String correlationId, CloseReason reason) {
    Attempt under = attempt;
    if (under != null && under.correlationId().equals(correlationId)) {
      under.abort(reason);
    }
  }

  void opened(Attempt open) {
    if (open != attempt || open.isAborted()) {
      return;
    }
    long now = loop.nanoTime();
    open.renewing(isLinked());
    attempt = null;
    Attempt unwanted = links.open(open, routed);
    open.opened(now);
    lastReceived = now;
    maker.cancelRetry();
    open.succeeded();
    breaker.reset();
    boolean routeIsOpen = opensPlainRoute(open);
    status.move(PeerState.CONNECTED);
    if (!open.isRenewing()) {
      status.connected(open.candidatePair());
    }
    timers.start();
    if (unwanted != null) {
      giveUp(unwanted, CloseReason.of(Code.REPLACED, "a newer link has come"));
    }
    channels().linked(open);
    PeerChannel channel = open.channel();
    if (channel != null) {
      numbered.attach(channel);
    } else {
      // Nothing tells more than that it is open.
      proven(open);
      if (routeIsOpen) {
        tellRoute();
      }
      Attempt before = links.takeReplaced();
      if (before != null) {
        giveUp(before, UpLinks.newerLink());
        renewal.succeeded(open);
      }
    }
    renewal.renewIfDue();
  }

  /** Closes a link for good; frames that it has not carried to the end go another way. */
  private void giveUp(Attempt unwanted, CloseReason reason) {
    detach(unwanted, reason);
    abandon(unwanted, reason);
  }

  private void detach(Attempt gone, CloseReason reason) {
    PeerChannel channel = gone.channel();
    if (channel != null) {
      numbered.detach(channel, reason);
    }
  }

  /** Whether the peer says in an offer or answer that it numbers frames, as we do. */
  boolean numbers(Map<String, String> extensions) {
    boolean numbers =
        options.link().enabled()
            && (options.preferP2P() || options.fallbackToRouter())
            && Attempt.LINK_VERSION.equals(extensions.get(Attempt.LINK_EXTENSION));
    if (numbers) {
      numbered.greet();
    } else {
      numbered.ungreet();
    }
    return numbers;
  }

  // ---- What the peer link tells

  /** A message that is no frame; false if it is none of the peer link either. */
  boolean message(Attempt on, PeerChannel channel, byte[] message) {
    if (!PeerLink.isLinkMessage(message)) {
      return false;
    }
    on.heard(loop.nanoTime());
    numbered.received(message, channel);
    return true;
  }

  FurtherChannels channels() {
    return relation.channels();
  }

  /** What waited on a channel has left it; for any thread. */
  void drained(PeerChannel channel) {
    channels().drained();
    numbered.drained(channel);
  }

  /** Numbered frames take this channel now, or another path when it is null. */
  void pathChanged(@Nullable PeerChannel channel, @Nullable CloseReason cause) {
    routed = channel == null ? null : links.with(channel);
    Attempt up = routed;
    if (up != null) {
      outgoing.open(up.transport());
      status.linked(relation.snapshot());
    } else {
      outgoing.close();
    }
    pathMayHaveChanged(cause);
  }

  void pathMayHaveChanged(@Nullable CloseReason cause) {
    Path now = outgoing.path();
    if (now == Path.P2P && numbered.isEstablished() && !outgoing.isDirect()) {
      // Told when frames can take it, and what has waited for it has left.
      return;
    }
    status.path(now, cause);
  }

  /** The peer link takes frames again. */
  void roomAgain() {
    Attempt up = routed;
    if (up != null && !outgoing.isDirect()) {
      outgoing.open(up.transport());
      pathMayHaveChanged(null);
    }
    outgoing.hasRoom();
  }

  /** A channel has proven itself: the link before it is not needed any more. */
  void trusted(PeerChannel channel) {
    Attempt up = links.with(channel);
    if (up == null || up != link()) {
      return;
    }
    proven(up);
    timers.healthy();
    Attempt before = links.takeReplaced();
    if (before == null) {
      return;
    }
    if (up.isRenewing()) {
      links.retire(before);
      renewal.succeeded(up);
    } else {
      giveUp(before, UpLinks.newerLink());
    }
    renewal.renewIfDue();
  }

  private void proven(Attempt up) {
    up.proven();
    channels().proven();
    if (!options.preferP2P()) {
      // Numbered frames stay on the router, but who asked for a link has one.
      status.linked(relation.snapshot());
    }
  }

  /** Nothing seems to get through on a channel, which is kept to heal. */
  void doubted(PeerChannel channel, CloseReason cause) {
    if (links.isNewest(channel) && IN_DOUBT.contains(cause.code())) {
      timers.doubtful();
    }
  }

  void failed(PeerChannel channel, CloseReason reason) {
    Attempt up = links.with(channel);
    if (up != null) {
      up.abort(reason);
    }
  }

  /**
   * Opens the route of a link whose frames are not numbered, before the link is told: whoever hears
   * of it may send at once. Numbered frames move when the channel has carried something.
   */
  private boolean opensPlainRoute(Attempt up) {
    return up.channel() == null && outgoing.open(up.transport());
  }

  private void tellRoute() {
    status.path(outgoing.path(), null);
    status.linked(relation.snapshot());
  }

  void writable(Attempt on) {
    PeerChannel channel = on.channel();
    if (channel != null) {
      numbered.drained(channel);
      return;
    }
    if (on != link()) {
      return;
    }
    if (!outgoing.isDirect() && status.state() == PeerState.CONNECTED && opensPlainRoute(on)) {
      tellRoute();
    }
    outgoing.hasRoom();
  }

  void received(Frame frame, Path path) {
    lastReceived = loop.nanoTime();
    environment.host().received(relation, frame, path);
  }

  void stepReached(Attempt by, LinkStep step) {
    if (by.isAnnounced()) {
      status.stepReached(by.correlationId(), by.role(), step);
    }
  }

  void candidatePair(Attempt on, CandidatePair pair) {
    if (on == link()) {
      status.candidatePair(pair);
    }
  }

  void iceServerFailed(IceServerError error) {
    status.iceServerFailed(error);
  }

  void connectivity(Attempt on, Connectivity connectivity) {
    on.disconnected(connectivity == Connectivity.DISCONNECTED);
    PeerChannel channel = on.channel();
    if (channel != null) {
      numbered.connectivity(channel, connectivity == Connectivity.CONNECTED);
    }
    if (on == link()) {
      follow(on);
    }
  }

  /** Brings the state of the relation in line with what ICE says of the newest link. */
  void follow(Attempt on) {
    PeerChannel channel = on.channel();
    if (on.isDisconnected() && status.state() == PeerState.CONNECTED) {
      CloseReason silent =
          CloseReason.of(Code.ICE_FAILED, "packets to " + peerId + " stay without an answer");
      if (channel == null && options.fallbackToRouter()) {
        outgoing.close();
      }
      status.move(PeerState.DISCONNECTED, silent);
      if (channel != null) {
        timers.doubtful();
      } else {
        status.path(outgoing.path(), silent);
      }
      timers.disconnected();
    } else if (!on.isDisconnected() && status.state() == PeerState.DISCONNECTED) {
      timers.connected();
      boolean routeIsOpen = opensPlainRoute(on);
      status.move(PeerState.CONNECTED);
      if (channel != null) {
        timers.healthy();
      } else if (routeIsOpen) {
        tellRoute();
      }
    }
  }

  void ended(Attempt gone, CloseReason reason) {
    endedAttempts.add(gone.correlationId());
    totals.retire(gone.transport());
    channels().ended(gone);
    detach(gone, reason);
    if (gone == attempt) {
      attempt = null;
      ends.failed(gone, reason);
    } else {
      ended(gone, links.remove(gone), reason);
    }
    environment.host().ended(reason);
  }

  private void ended(Attempt gone, UpLinks.Place place, CloseReason reason) {
    Attempt up = link();
    switch (place) {
      case NEWEST -> {
        if (up == null) {
          ends.lost(gone, reason);
        } else {
          ends.servesOn(up, gone, reason);
        }
      }
      case REPLACED -> {
        if (up != null) {
          renewal.succeeded(up);
        }
        renewal.renewIfDue();
      }
      case RETIRED -> {}
      case NONE -> {
        ending.remove(gone);
        renewal.remakeIfInterrupted();
      }
    }
  }

  /** The peer says that it has ended a link; false if nobody waits for that. */
  boolean explained(String correlationId, CloseReason reason) {
    return ends.explained(correlationId, reason);
  }

  /** Another link is about to be made: why the last one has ended is not waited for. */
  void settle() {
    ends.settle();
  }

  // ---- Ends that we want

  /** Closes the link because the application says so. */
  void disconnect() {
    CloseReason reason = CloseReason.of(Code.LOCAL_CLOSE, "closed by the application");
    end(reason, PeerState.CLOSED);
    outgoing.failDeferred(reason);
  }

  /** Gives the link up for another peer's; false if there is none that is up. */
  boolean evict() {
    if (link() == null) {
      return false;
    }
    end(
        CloseReason.of(
            Code.EVICTED, "gave way to another link; " + options.maxPeers() + " is the limit"),
        PeerState.IDLE);
    // More peers in use than there may be links must not evict each other all the time.
    maker.setback();
    maker.tryAgainLater();
    return true;
  }

  /** Closes the link; another one can be made at once. */
  void interrupt(CloseReason reason) {
    end(reason, PeerState.IDLE);
  }

  /** First what was accepted is acknowledged, for a bounded time; then links end. */
  void shutDown() {
    if (closed) {
      return;
    }
    closed = true;
    CloseReason reason = CloseReason.of(Code.LOCAL_CLOSE, "the transport is closed");
    maker.cancelRetry();
    outgoing.giveUp(reason);
    numbered.close(
        options.drainTimeout(),
        drained -> {
          if (!drained) {
            // The time for that is over.
            dropLinks();
          }
          end(reason, PeerState.CLOSED);
          environment.host().ended(reason);
        });
  }

  private void dropLinks() {
    links.all().forEach(Attempt::dropAll);
  }

  /** The relation is forgotten: the peer is told that nothing more comes. */
  void forget() {
    closed = true;
    numbered.close(Duration.ZERO, drained -> {});
  }

  private void end(CloseReason reason, PeerState next) {
    boolean something = isBusy() || isUnexplained();
    timers.cancel();
    renewal.cancel();
    ends.forget();
    outgoing.close();
    giveWay(reason);
    Attempt up = link();
    if (up != null) {
      ends.forgiveIfItLasted(up);
    }
    links.takeAll().forEach(each -> giveUp(each, reason));
    maker.putAway();
    maker.rest();
    status.move(next, reason);
    status.path(outgoing.path(), reason);
    if (something) {
      status.closed(reason);
    }
    status.refuse(reason);
  }

  private void abandon(Attempt unwanted, CloseReason reason) {
    endedAttempts.add(unwanted.correlationId());
    ending.add(unwanted);
    channels().ended(unwanted);
    unwanted.abort(reason);
  }
}
