package to.clasp.hybrid;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.address.Address;
import to.clasp.core.address.InvalidAddressException;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.hybrid.identity.IdentityListener;
import to.clasp.hybrid.identity.PeerTrust;
import to.clasp.hybrid.identity.ProvenTransports;
import to.clasp.hybrid.identity.Refusal;
import to.clasp.hybrid.peer.Environment;
import to.clasp.hybrid.peer.PeerRelation;
import to.clasp.hybrid.peer.Relations;
import to.clasp.hybrid.route.Addressees;
import to.clasp.hybrid.signal.SignalReceiver;
import to.clasp.hybrid.signal.Signalling;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;
import to.clasp.transport.identity.IdentityOptions;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.identity.PeerKey;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.ChannelSnapshot;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerAdmission;
import to.clasp.transport.peer.PeerAwareTransport;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerFrameListener;
import to.clasp.transport.peer.PeerListener;
import to.clasp.transport.peer.PeerPattern;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerUnreachableException;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/**
 * Takes, frame by frame, the direct link to a peer or the router. Its life is that of the transport
 * to the router: it is open when that is. Links come and go beside it, and outlive an interruption.
 */
final class HybridTransport implements PeerAwareTransport {

  private static final Logger LOG = LoggerFactory.getLogger(HybridTransport.class);

  private final Transport router;
  private final EventLoop loop;
  private final String peerId;
  private final Addressees addressees;
  private final Environment environment;
  private final Relations relations;
  private final Signalling signalling;
  private final PeerGate gate;
  private final WarmUp warmUp;
  private final CopyBudget copies;
  private final ExpectedCopies expectedCopies;
  private final Attendance attendance;
  private final Mesh mesh;
  private final Listeners listeners = new Listeners();
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closeAsked = new AtomicBoolean();
  private final LongAdder dropped = new LongAdder();
  private volatile @Nullable PeerAdmission admission;

  // Below: the loop only.
  private @Nullable CloseReason closing;
  private @Nullable CloseReason linksOff;
  private boolean routerClosed;

  /** Looks who was not heard of in this session; null when that is done. */
  private EventLoop.@Nullable Timer looking;

  private boolean told;

  /**
   * Makes a transport that has not been started.
   *
   * @param router carries what does not go directly; started and closed through this one
   * @param peers makes links
   * @param options how
   * @param context the router's loop and randomness
   * @param background runs what takes long
   */
  HybridTransport(
      Transport router,
      PeerTransportProvider peers,
      P2POptions options,
      TransportContext context,
      Executor background) {
    this.router = router;
    this.loop = context.loop();
    this.addressees = new Addressees(options.peerPattern());
    String named = options.peerId();
    this.peerId =
        named == null
            ? new UUID(context.random().nextLong(), context.random().nextLong()).toString()
            : named;
    IdentityOptions identity = options.identity();
    PeerTrust trust = identity == null ? null : new PeerTrust(identity, peerId);
    PeerTransportProvider links =
        trust == null ? peers : new ProvenTransports(peers, trust, new Identities());
    this.environment = new Environment(peerId, options, context, links, router, new RelationHost());
    this.relations = new Relations(environment);
    this.signalling = new Signalling(router, peerId, loop, options, new Signals(), trust);
    this.gate = new PeerGate(peerId, addressees);
    this.copies = new CopyBudget(router, loop, options.link().copiesPercent());
    this.expectedCopies = new ExpectedCopies(loop);
    this.attendance = new Attendance(options.maxKnownPeers());
    this.mesh = new Mesh(options.mesh() ? options.maxMeshPeers() : 0, this::keep);
    this.linksOff =
        options.enabled()
            ? null
            : CloseReason.of(
                CloseReason.Code.UNAVAILABLE,
                "direct links are turned off; turn them on with P2POptions.enabled");
    this.warmUp = new WarmUp(peers, options.rtcConfig(), loop, background);
  }

  @Override
  public String peerId() {
    return peerId;
  }

  @Override
  public void start(TransportListener heard) {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("the transport has been started before; create a new one");
    }
    if (environment.options().enabled() && !closeAsked.get()) {
      warmUp.begin(
          () -> {
            signalling.enable();
            signallingMayBeUp();
          },
          this::linksAreOff);
    }
    loop.execute(() -> listeners.ofFrames(heard));
    router.start(new RouterEvents());
  }

  // ---- Sending: any thread

  @Override
  public SendResult send(Frame frame) {
    if (closeAsked.get()) {
      return SendResult.CLOSED;
    }
    String peer = peerOf(frame);
    if (peer == null) {
      PeerRelation together = relationOfBundle(frame);
      return together == null ? router.send(frame) : together.sendBundle(frame);
    }
    PeerRelation relation = relations.of(peer);
    if (relation != null) {
      return relation.send(frame);
    }
    P2POptions options = environment.options();
    return options.preferP2P() && !options.fallbackToRouter()
        ? SendResult.deferred(
            CompletableFuture.failedFuture(new PeerUnreachableException(peer, tooManyPeers())))
        : router.send(frame);
  }

  private static CloseReason tooManyPeers() {
    return CloseReason.of(
        CloseReason.Code.EVICTED, "too many peers are known; raise maxKnownPeers");
  }

  /** The peer that a frame is for, or null when it goes to the router in any case. */
  private @Nullable String peerOf(Frame frame) {
    return environment.options().enabled() ? otherThanUs(addressees.of(frame)) : null;
  }

  private @Nullable String otherThanUs(@Nullable String peer) {
    return peerId.equals(peer) ? null : peer;
  }

  /** The relation to the peer that everything in a bundle is for; null when there is none. */
  private @Nullable PeerRelation relationOfBundle(Frame frame) {
    if (!environment.options().enabled() || relations.all().isEmpty()) {
      return null;
    }
    try {
      String peer =
          frame.messageType() == MessageType.BUNDLE
              ? otherThanUs(addressees.ofAll(frame.message()))
              : null;
      return peer == null ? null : relations.find(peer);
    } catch (MalformedFrameException e) {
      // The router's transport carries bytes as they are; whether they make sense is not ours.
      return null;
    }
  }

  @Override
  public SendResult sendToPeer(String peer, Frame frame) {
    if (closeAsked.get()) {
      return SendResult.CLOSED;
    }
    PeerRelation relation = relations.find(peer);
    return relation == null ? SendResult.NOT_CONNECTED : relation.sendDirect(frame);
  }

  @Override
  public SendResult sendToRouter(Frame frame) {
    return closeAsked.get() ? SendResult.CLOSED : router.send(frame);
  }

  @Override
  public boolean isWritable() {
    return !closeAsked.get() && router.isWritable() && environment.fullLinks().get() == 0;
  }

  @Override
  public TransportState state() {
    TransportState state = router.state();
    boolean ending = closeAsked.get() && started.get() && !told;
    return ending && state != TransportState.NEW ? TransportState.CLOSING : state;
  }

  @Override
  public int maxFrameSize() {
    return router.maxFrameSize();
  }

  @Override
  public void reconnect(String why) {
    router.reconnect(why);
  }

  @Override
  public TransportStats stats() {
    TransportStats byRouter = router.stats();
    TransportStats byLinks = relations.stats();
    return new TransportStats(
        byRouter.framesSent() + byLinks.framesSent(),
        byRouter.bytesSent() + byLinks.bytesSent(),
        byRouter.framesReceived() + byLinks.framesReceived(),
        byRouter.bytesReceived() + byLinks.bytesReceived(),
        byRouter.framesDropped() + byLinks.framesDropped() + dropped.sum(),
        byRouter.listenerFailures() + listeners.failures(),
        byRouter.queuedBytes() + byLinks.queuedBytes(),
        byRouter.connects());
  }

  // ---- Peers: any thread

  @Override
  public void addPeerListener(PeerListener added) {
    listeners.add(added);
  }

  @Override
  public void removePeerListener(PeerListener removed) {
    listeners.remove(removed);
  }

  @Override
  public List<PeerSnapshot> peers() {
    return relations.all().stream().map(PeerRelation::snapshot).toList();
  }

  @Override
  public Optional<PeerSnapshot> peer(String peer) {
    return Optional.ofNullable(relations.find(peer)).map(PeerRelation::snapshot);
  }

  @Override
  public boolean isStoredCopy(String address, Value value) {
    return expectedCopies.isStoredCopy(address, value);
  }

  @Override
  public Optional<LinkSecurity> linkSecurity(String peer) {
    return Optional.ofNullable(relations.find(peer)).flatMap(PeerRelation::security);
  }

  @Override
  public CompletionStage<PeerSnapshot> connectPeer(String peer) {
    PeerPattern.requireValidPeerId(peer);
    if (peer.equals(peerId)) {
      throw new IllegalArgumentException(peer + " is our own peer id; there is no link to oneself");
    }
    CompletableFuture<PeerSnapshot> linked = new CompletableFuture<>();
    PeerRelation relation = closeAsked.get() ? null : relations.of(peer);
    if (relation == null) {
      CloseReason reason =
          closeAsked.get()
              ? CloseReason.of(CloseReason.Code.LOCAL_CLOSE, "the transport is closed")
              : tooManyPeers();
      linked.completeExceptionally(reason.toException());
    } else {
      loop.execute(() -> relation.connect(linked));
    }
    return linked;
  }

  @Override
  public void disconnectPeer(String peer) {
    PeerRelation relation = relations.find(peer);
    if (relation != null) {
      loop.execute(relation::disconnect);
    }
  }

  @Override
  public void peerFrames(PeerFrameListener listener) {
    listeners.ofOwnFrames(listener);
  }

  @Override
  public CompletionStage<ChannelSnapshot> createChannel(
      String peer, String label, ChannelOptions options) {
    if (Address.requireValid(label).indexOf('*') >= 0) {
      throw new InvalidAddressException("a channel's label has no wildcards: " + label);
    }
    CompletableFuture<ChannelSnapshot> opened = new CompletableFuture<>();
    PeerRelation relation = closeAsked.get() ? null : relations.find(peer);
    if (relation == null) {
      opened.completeExceptionally(
          CloseReason.of(CloseReason.Code.CONNECTION_LOST, "there is no link to " + peer)
              .toException());
    } else {
      loop.execute(() -> relation.createChannel(label, options, opened));
    }
    return opened;
  }

  @Override
  public void closeChannel(String peer, String label) {
    PeerRelation relation = relations.find(peer);
    if (relation != null) {
      loop.execute(() -> relation.closeChannel(label));
    }
  }

  @Override
  public List<ChannelSnapshot> channels(String peer) {
    PeerRelation relation = relations.find(peer);
    return relation == null ? List.of() : relation.furtherChannels();
  }

  @Override
  public void admission(PeerAdmission admission) {
    this.admission = admission;
  }

  @Override
  public void holdPeer(String peer, boolean hold) {
    PeerRelation relation = relations.find(peer);
    if (relation == null) {
      return;
    }
    if (hold && loop.inLoop()) {
      relation.hold(true);
    } else {
      // Never within the delivery of a frame, for what is let go is delivered at once.
      loop.execute(() -> relation.hold(hold));
    }
  }

  // ---- The end

  @Override
  public void close() {
    if (!closeAsked.compareAndSet(false, true)) {
      return;
    }
    if (!started.get()) {
      router.close();
      return;
    }
    loop.execute(
        () -> {
          signalling.leave();
          endLinks();
        });
  }

  /** Links first: what they have accepted drains, and farewells still travel by the router. */
  private void endLinks() {
    closeAsked.set(true);
    relations.all().forEach(PeerRelation::shutDown);
    linksMayHaveEnded();
  }

  private void linksMayHaveEnded() {
    if (!closeAsked.get() || !relations.areQuiet()) {
      return;
    }
    warmUp.end();
    router.close();
    CloseReason reason = closing;
    if (routerClosed && reason != null && !told) {
      told = true;
      // Those that a sender has made meanwhile.
      relations.all().forEach(PeerRelation::shutDown);
      listeners.tell(heard -> heard.onClosed(reason));
    }
  }

  /** Links with a peer of the mesh, and keeps the link. */
  private void keep(String peer) {
    PeerRelation relation = relations.of(peer);
    if (relation != null) {
      relation.keep(true);
    }
  }

  private void joined(String peer) {
    if (attendance.joined(peer)) {
      listeners.tell(new PeerEvent.Announced(peer, loop.now()));
    }
    mesh.joined(peer);
  }

  private void left(String peer, CloseReason reason) {
    if (!attendance.left(peer)) {
      return;
    }
    listeners.tell(new PeerEvent.Left(peer, loop.now(), reason));
    PeerRelation relation = relations.find(peer);
    if (mesh.left(peer, attendance.present()) && relation != null) {
      relation.keep(false);
    }
  }

  private void lookLater() {
    stopLooking();
    looking = loop.schedule(environment.options().connectTimeout(), this::lookWhoIsLeft);
  }

  private void stopLooking() {
    if (looking != null) {
      looking.cancel();
      looking = null;
    }
  }

  /** Who was there before our session has had its time to be heard of again. */
  private void lookWhoIsLeft() {
    looking = null;
    for (String peer : attendance.unheard()) {
      left(
          peer,
          CloseReason.of(
              CloseReason.Code.PEER_GONE, peer + " was not heard of since our new session"));
    }
  }

  private void linksAreOff(CloseReason reason) {
    LOG.warn("no direct links, the router serves: {}", reason.message());
    linksOff = reason;
    relations.all().forEach(relation -> relation.linksAreOff(reason));
  }

  private void signallingMayBeUp() {
    if (signalling.isUp()) {
      relations.all().forEach(PeerRelation::signallingIsUp);
    }
  }

  /** What the router's transport tells; on the loop. */
  private final class RouterEvents implements TransportListener {

    @Override
    public void onOpen() {
      listeners.tell(TransportListener::onOpen);
      relations.all().forEach(relation -> relation.routerChanged(null));
    }

    @Override
    public void onFrame(Frame frame, FrameSource source) {
      if (environment.options().enabled()
          && (isForSignalling(frame) || expectedCopies.isCopy(frame))) {
        return;
      }
      listeners.frame(frame, source);
    }

    private boolean isForSignalling(Frame frame) {
      try {
        return switch (frame.messageType()) {
          case PUBLISH -> signalling.onFrame(frame);
          case ERROR -> frame.message() instanceof ErrorMessage error && signalling.onError(error);
          case WELCOME -> {
            if (frame.message() instanceof WelcomeMessage welcome) {
              // The client first: what it sends upon its session goes before what we send.
              listeners.frame(frame, FrameSource.ROUTER);
              attendance.newSession();
              signalling.onSession(welcome.session());
              lookLater();
              signallingMayBeUp();
            }
            yield true;
          }
          default -> false;
        };
      } catch (MalformedFrameException e) {
        // The application's to count.
        return false;
      }
    }

    @Override
    public void onWritable() {
      signalling.onWritable();
      relations.all().forEach(PeerRelation::routerHasRoom);
      listeners.tell(TransportListener::onWritable);
    }

    @Override
    public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
      signalling.onSessionLost();
      listeners.tell(heard -> heard.onInterrupted(reason, attempt, delay));
      relations.all().forEach(relation -> relation.routerChanged(reason));
    }

    @Override
    public void onClosed(CloseReason reason) {
      signalling.onSessionLost();
      routerClosed = true;
      closing = reason;
      stopLooking();
      endLinks();
    }
  }

  /** What the signalling tells; on the loop. */
  private final class Signals implements SignalReceiver {

    @Override
    public void onSignal(String peer, Signal signal) {
      PeerRelation relation =
          signal instanceof Signal.Offer ? relations.of(peer) : relations.find(peer);
      if (relation != null) {
        relation.signal(signal, signalling.sessionOf(peer));
      } else if (!(signal instanceof Signal.Candidate candidate)
          || !relations.keep(peer, candidate)) {
        dropped.increment();
      }
    }

    @Override
    public void onRelayed(String peer, byte[] message) {
      PeerRelation relation = relations.of(peer);
      if (relation == null) {
        dropped.increment();
      } else {
        relation.relayed(message);
      }
    }

    @Override
    public void onPeerGone(String peer) {
      PeerRelation relation = relations.find(peer);
      if (relation != null) {
        relation.gone();
      }
      left(peer, CloseReason.of(CloseReason.Code.PEER_GONE, peer + " is not on the router"));
    }

    @Override
    public void onPeerLeft(String peer) {
      left(peer, CloseReason.of(CloseReason.Code.REMOTE_CLOSE, peer + " has left the router"));
    }

    @Override
    public void onPeerSeen(String peer, boolean joined) {
      PeerRelation relation = relations.find(peer);
      if (relation != null) {
        relation.seen(signalling.sessionOf(peer), joined);
      }
      joined(peer);
    }

    @Override
    public void onSignalRefused(String peer, String correlationId, CloseReason reason) {
      PeerRelation relation = relations.find(peer);
      if (relation != null) {
        relation.signalRefused(correlationId, reason);
      }
    }

    @Override
    public void onSignalDistrusted(String peer, String correlationId, Refusal refusal) {
      PeerRelation relation = relations.find(peer);
      // An attempt of ours cannot go on without the peer's answer; strangers end nothing else.
      boolean ours = relation != null && relation.distrusted(correlationId, refusal.reason(peer));
      if (!ours) {
        dropped.increment();
      }
      new Identities().onRefused(peer, refusal);
    }

    @Override
    public void onSignalDropped(@Nullable String peer) {
      PeerRelation relation = peer == null ? null : relations.find(peer);
      if (relation == null) {
        dropped.increment();
      } else {
        relation.countDrop();
      }
    }
  }

  /** Who has proven to be whom; on the loop. */
  private final class Identities implements IdentityListener {

    @Override
    public void onProven(String peer, PeerKey key, boolean firstUse) {
      listeners.tell(new PeerEvent.IdentityProven(peer, loop.now(), key, firstUse));
    }

    @Override
    public void onRefused(String peer, Refusal refusal) {
      LOG.warn("{}", refusal.reason(peer).message());
      listeners.tell(
          new PeerEvent.IdentityRefused(peer, loop.now(), refusal.problem(), refusal.key()));
    }
  }

  /** What relations need; on the loop. */
  private final class RelationHost implements Environment.Host {

    @Override
    public @Nullable CloseReason linksOff() {
      return linksOff;
    }

    @Override
    public boolean canSignal() {
      return signalling.isUp() && !closeAsked.get();
    }

    @Override
    public SendResult signal(String peer, Signal signal) {
      return signalling.send(peer, signal);
    }

    @Override
    public void tell(PeerEvent event) {
      listeners.tell(event);
    }

    @Override
    public boolean relay(String peer, byte[] message) {
      return signalling.relay(peer, message).isAccepted();
    }

    @Override
    public boolean canRelay() {
      return signalling.canRelay();
    }

    @Override
    public boolean mayCopy() {
      return copies.take();
    }

    @Override
    public void expectCopy(Frame frame) {
      expectedCopies.expect(frame);
    }

    @Override
    public void received(PeerRelation relation, Frame frame, Path path) {
      FrameSource source = relation.source(path);
      switch (gate.judge(frame, relation.peerId())) {
        case PASS -> listeners.frame(frame, source);
        case PING -> {
          if (!relation.sendDirect(Frame.of(new PongMessage())).isAccepted()) {
            LOG.debug("no room for a PONG to {}", relation.peerId());
          }
        }
        case OWN -> {
          if (!listeners.tellOwn(frame, source)) {
            relation.countDrop();
          }
        }
        case DROP -> relation.countDrop();
      }
    }

    @Override
    public void writable() {
      if (isWritable()) {
        listeners.tell(TransportListener::onWritable);
      }
    }

    @Override
    public @Nullable PeerAdmission admission() {
      return admission;
    }

    @Override
    public boolean makeRoom(PeerRelation relation) {
      return relations.makeRoom(relation);
    }

    @Override
    public boolean mayAnswer(PeerRelation relation) {
      return relations.mayAnswer(relation);
    }

    @Override
    public void ended(CloseReason reason) {
      linksMayHaveEnded();
    }
  }
}
