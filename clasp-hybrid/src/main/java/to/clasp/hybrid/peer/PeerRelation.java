package to.clasp.hybrid.peer;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.hybrid.link.PeerLink;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportStats;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.ChannelSnapshot;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.Signal;

/**
 * The relation to one peer, as the hybrid sees it. Sending and looking are for any thread;
 * everything else is confined to the loop.
 */
public final class PeerRelation {

  private final String peerId;
  private final FrameSource direct;
  private final FrameSource relayed;
  private final Environment environment;
  private final PeerLink numbered;
  private final Outgoing outgoing;
  private final PeerBreaker breaker;
  private final PeerStatus status;
  private final LinkTotals totals = new LinkTotals();
  private final FurtherChannels channels;
  private final LinkLife life;
  private final SignalIntake signals;

  /**
   * Makes a relation without a link.
   *
   * @param peerId the peer
   * @param environment what relations share
   */
  public PeerRelation(String peerId, Environment environment) {
    this.peerId = peerId;
    this.direct = FrameSource.peer(peerId);
    this.relayed = FrameSource.relayed(peerId);
    this.environment = environment;
    this.numbered =
        new PeerLink(
            peerId,
            environment.options(),
            environment.loop(),
            environment.context().random(),
            new PeerLinkHost(this, environment));
    this.outgoing = new Outgoing(peerId, environment, numbered, this::wake);
    this.breaker =
        new PeerBreaker(
            peerId, environment.options(), environment.clock(), environment.context().random());
    this.status = new PeerStatus(peerId, environment, outgoing.path());
    this.channels = new FurtherChannels(peerId, environment, totals);
    this.life = new LinkLife(this, environment, outgoing, status, breaker, totals, numbered);
    this.signals = new SignalIntake(this, environment, life);
  }

  private void wake() {
    life.maker().wake();
  }

  LinkTotals totals() {
    return totals;
  }

  LinkLife life() {
    return life;
  }

  FurtherChannels channels() {
    return channels;
  }

  // ---- Any thread

  /**
   * Returns the peer.
   *
   * @return its id
   */
  public String peerId() {
    return peerId;
  }

  /**
   * Names the peer as the source of a frame.
   *
   * @param path the path that the frame took
   * @return the source; always the same for a path
   */
  public FrameSource source(Path path) {
    return path == Path.P2P ? direct : relayed;
  }

  /**
   * Sends a frame as the routing rules say.
   *
   * @param frame to an address of the peer
   * @return what became of it
   */
  public SendResult send(Frame frame) {
    return outgoing.send(frame);
  }

  /**
   * Sends a bundle. A peer of ours gets it as one numbered frame; otherwise the router takes it.
   *
   * @param frame a bundle, of messages to addresses of the peer only
   * @return what became of it
   */
  public SendResult sendBundle(Frame frame) {
    return outgoing.sendBundle(frame);
  }

  /**
   * Sends a frame over the link, whatever the rules say.
   *
   * @param frame the frame
   * @return {@link SendResult#NOT_CONNECTED} when there is no link
   */
  public SendResult sendDirect(Frame frame) {
    SendResult byChannel = channels.send(frame);
    if (byChannel != null) {
      outgoing.used();
      return byChannel;
    }
    return outgoing.sendDirect(frame, life.provenLink());
  }

  /**
   * Returns the further channels.
   *
   * @return a snapshot of each
   */
  public List<ChannelSnapshot> furtherChannels() {
    return channels.snapshots();
  }

  /** Counts a frame or signal of the peer that was dropped. */
  public void countDrop() {
    totals.drop();
  }

  /**
   * Tells when the relation was last of use.
   *
   * @return a time of the loop's clock
   */
  public long lastUsed() {
    return life.lastUsed();
  }

  /**
   * Returns what all links to the peer have carried.
   *
   * @return counters; those of listener and connects are zero
   */
  public TransportStats stats() {
    return totals.stats();
  }

  /**
   * Returns what is known now.
   *
   * @return a snapshot
   */
  public PeerSnapshot snapshot() {
    Attempt up = life.link();
    TransportStats carried = totals.stats();
    return new PeerSnapshot(
        peerId,
        status.sessionId(),
        status.state(),
        outgoing.path(),
        breaker.state(),
        up == null ? null : up.candidatePair(),
        up == null ? null : up.roundTrip(),
        carried.framesSent(),
        totals.framesSentAgain(),
        carried.framesReceived(),
        carried.bytesSent(),
        carried.bytesReceived(),
        carried.framesDropped(),
        status.attempts(),
        status.lastFailure());
  }

  /**
   * Returns what protects the link.
   *
   * @return fingerprints and keys, or empty when there is no link
   */
  public Optional<LinkSecurity> security() {
    Attempt up = life.link();
    return up == null ? Optional.empty() : up.transport().security();
  }

  // ---- What the hybrid wants; the loop

  /**
   * Makes a link now, also when the circuit breaker is open, and whether or not frames prefer it.
   *
   * @param linked completes when the link is up or the attempt has failed
   */
  public void connect(CompletableFuture<PeerSnapshot> linked) {
    CloseReason off =
        life.isClosed()
            ? CloseReason.of(Code.LOCAL_CLOSE, "the transport is closed")
            : environment.host().linksOff();
    if (off != null) {
      linked.completeExceptionally(off.toException());
      return;
    }
    boolean linkWillDo = outgoing.isDirect() || !environment.options().preferP2P();
    if (life.provenLink() != null && linkWillDo) {
      linked.complete(snapshot());
      return;
    }
    boolean now = environment.host().canSignal();
    // Without a session, or while what makes links is getting ready, it waits; but not for ever.
    // With one, there is time for the attempt, and as much again for the link to prove itself.
    Duration longest = environment.options().connectTimeout();
    status.await(
        linked,
        now ? longest.multipliedBy(2) : longest,
        now
            ? "it did not prove that messages get through"
            : "there was no session with the router");
    if (now && !life.isBusy()) {
      life.maker().insist();
    }
  }

  /**
   * Wants a link whether or not frames are sent, and again when it is lost; or no longer so.
   *
   * @param kept whether to
   */
  public void keep(boolean kept) {
    life.maker().keep(kept);
  }

  /** Closes the link because the application says so. */
  public void disconnect() {
    life.maker().keep(false);
    life.disconnect();
  }

  /**
   * Makes a further channel.
   *
   * @param label its label
   * @param options what it promises
   * @param opened completes when it is open, or cannot be made
   */
  public void createChannel(
      String label, ChannelOptions options, CompletableFuture<ChannelSnapshot> opened) {
    channels.create(label, options, life.link(), opened);
  }

  /**
   * Closes a further channel.
   *
   * @param label its label
   */
  public void closeChannel(String label) {
    channels.close(label);
  }

  /**
   * Gives the link up for another peer's.
   *
   * @return false if there is none that is up
   */
  public boolean evict() {
    return life.evict();
  }

  /** Ends everything for good; {@link #isQuiet()} tells when it has ended. */
  public void shutDown() {
    signals.forgetDecision();
    life.shutDown();
  }

  /** Signals can travel again: a link that was wanted meanwhile is made. */
  public void signallingIsUp() {
    numbered.relayIs(environment.host().canRelay());
    life.renewal().renewIfDue();
    life.maker().signallingIsUp();
  }

  /**
   * No link can be made: what waits for one fails.
   *
   * @param reason why
   */
  public void linksAreOff(CloseReason reason) {
    life.maker().linksAreOff(reason);
  }

  /**
   * The connection to the router has come or gone, which may change the path.
   *
   * @param cause why it has gone, or null when it has come
   */
  public void routerChanged(@Nullable CloseReason cause) {
    if (cause != null) {
      numbered.relayIs(false);
    }
    status.path(outgoing.path(), cause);
  }

  /** There is room again in the transport to the router. */
  public void routerHasRoom() {
    numbered.relayHasRoom();
  }

  /**
   * A message of the peer link came through the router.
   *
   * @param message the message
   */
  public void relayed(byte[] message) {
    numbered.relayIs(environment.host().canRelay());
    numbered.received(message, null);
  }

  /** The router does not know the peer's session any more. */
  public void gone() {
    numbered.relayIs(false);
  }

  /**
   * The peer has shown up on the router: it can be reached again.
   *
   * @param session its session, or null when unknown
   * @param joined whether it has just come
   */
  public void seen(@Nullable String session, boolean joined) {
    boolean isNew = status.session(session);
    numbered.relayIs(environment.host().canRelay());
    CloseReason failure = status.lastFailure();
    if (isNew || (failure != null && failure.code() == Code.PEER_GONE)) {
      life.maker().peerIsNew(joined);
    }
  }

  /**
   * Tells whether nothing is up or under way, nor still ending.
   *
   * @return true if so
   */
  public boolean isQuiet() {
    return life.isQuiet();
  }

  /**
   * Tells whether the relation may be forgotten.
   *
   * @return true if nothing would be lost with it
   */
  public boolean isForgettable() {
    return life.isQuiet()
        && !signals.isDeciding()
        && !life.maker().isKept()
        && !life.maker().isWaiting()
        && !status.isAwaited()
        && !outgoing.hasDeferred()
        && numbered.isDrained();
  }

  /**
   * Holds back what the peer sends and numbers, or lets it come again.
   *
   * @param hold whether it is to wait
   */
  public void hold(boolean hold) {
    if (hold) {
      numbered.hold();
    } else {
      numbered.release();
    }
  }

  /** The relation is given up: the peer is told that nothing more comes. */
  void forget() {
    numbered.release();
    life.forget();
  }

  /**
   * Tells whether a link is up.
   *
   * @return true if so
   */
  public boolean isLinked() {
    return life.link() != null;
  }

  /**
   * Tells whether there is a link, or an attempt to make one.
   *
   * @return true if so
   */
  public boolean isBusy() {
    return life.isBusy();
  }

  /**
   * Tells whether an attempt of the peer is under way.
   *
   * @return true if so
   */
  public boolean isAnswering() {
    Attempt under = life.attempt();
    return signals.isDeciding() || (under != null && under.role() == PeerRole.ANSWERER);
  }

  // ---- Signals of the peer; the loop

  /**
   * Takes a signal.
   *
   * @param signal what the peer says
   * @param session the peer's session, or null when unknown
   */
  public void signal(Signal signal, @Nullable String session) {
    status.session(session);
    numbered.relayIs(environment.host().canRelay());
    if (!signals.take(signal)) {
      totals.drop();
    }
  }

  /**
   * A signal of ours did not reach the peer.
   *
   * @param correlationId of the attempt that it belonged to
   * @param reason why
   */
  public void signalRefused(String correlationId, CloseReason reason) {
    life.signalRefused(correlationId, reason);
  }

  /**
   * Something that claims to be the peer's has been refused.
   *
   * @param correlationId the attempt that it names
   * @param reason why
   * @return whether that ends an attempt
   */
  public boolean distrusted(String correlationId, CloseReason reason) {
    Attempt under = life.attempt();
    if (under == null || !under.correlationId().equals(correlationId)) {
      return false;
    }
    under.abort(reason);
    return true;
  }
}
