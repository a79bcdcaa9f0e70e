package to.clasp.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.ClaspException.Code;
import to.clasp.core.address.Address;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameTooLargeException;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.ChannelSnapshot;
import to.clasp.transport.peer.PeerAwareTransport;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerListener;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;

/**
 * Direct links, used explicitly: whom to link with, and what to say to one peer or to all. Got from
 * {@link Clasp#p2p()}, or stand-alone as {@link ClaspP2P}.
 *
 * <p>A client has at most one link to a peer. It serves this interface and the client's addresses
 * {@code /peer/<id>/**} alike; addresses used here are each {@link Peer}'s own.
 *
 * <p>All methods may be called by any thread, and none blocks. Futures complete on the client's
 * event loop; callbacks run on its dispatcher.
 */
public final class P2P {

  /** Where broadcasts travel: an event at this prefix and the address. */
  static final String BROADCAST = "/broadcast";

  private static final Logger LOG = LoggerFactory.getLogger(P2P.class);

  /** What peers need of the client. */
  record Parts(
      PeerAwareTransport transport,
      EventLoop loop,
      Dispatcher dispatcher,
      PeerLimits limits,
      PeerBrake brake,
      Predicate<String> isRouted,
      boolean preferP2P) {}

  private final Parts parts;
  private final PeerAwareTransport transport;
  private final Map<String, Peer> peers = new ConcurrentHashMap<>();
  private final Map<String, Boolean> announced = new ConcurrentHashMap<>();

  /** Callbacks that are shown peers; the loop only. */
  private final List<Consumer<Peer>> arrivals = new ArrayList<>();

  /** Peers that are linked, and whose link does not carry frames yet; the loop only. */
  private final Set<String> expected = new HashSet<>();

  private final PeerSubscriptions subscriptions;

  /**
   * Makes one that hears of announcements, and of frames once it {@linkplain #use is used}.
   *
   * @param parts the rest of the client
   */
  P2P(Parts parts) {
    this.parts = parts;
    this.transport = parts.transport();
    this.subscriptions =
        new PeerSubscriptions(parts.dispatcher(), parts.loop(), parts.brake(), parts.limits());
    transport.addPeerListener(
        event -> {
          // At once: a listener that hears of a peer finds it among those that are there.
          attended(event);
          parts.loop().execute(() -> happened(event));
        });
  }

  /** Takes the frames of peers from now on. Twice does nothing. */
  P2P use() {
    transport.peerFrames(
        (frame, source) -> {
          if (parts.loop().inLoop()) {
            return received(frame, source);
          }
          parts.loop().execute(() -> received(frame, source));
          return true;
        });
    return this;
  }

  // ---- Peers

  /**
   * Returns the id under which peers reach this side.
   *
   * @return the id
   */
  public String id() {
    return transport.peerId();
  }

  /**
   * Links with a peer, or uses the link that there is; also when the options say that frames prefer
   * the router.
   *
   * @param id the peer
   * @return completes when the link is up and has carried messages there and back, or fails with
   *     {@link ClaspException.Code#PEER_UNREACHABLE}, {@link ClaspException.Code#REJECTED} or what
   *     else stands against it; one of the two within twice {@code connectTimeout}
   * @throws IllegalArgumentException if it is no peer id, or our own
   */
  public CompletableFuture<Peer> connectToPeer(String id) {
    return link(transport, id)
        .thenApply(
            linked -> {
              Peer peer = peerFor(id);
              if (peer == null) {
                throw new BackpressureException(
                    "more than "
                        + parts.limits().maxPeers()
                        + " peers are in use; close some of them, or raise maxKnownPeers");
              }
              return peer;
            });
  }

  static CompletableFuture<PeerSnapshot> link(PeerAwareTransport transport, String id) {
    CompletableFuture<PeerSnapshot> linked = new CompletableFuture<>();
    var unused =
        transport
            .connectPeer(id)
            .whenComplete(
                (snapshot, failure) -> {
                  if (failure == null) {
                    linked.complete(snapshot);
                  } else {
                    linked.completeExceptionally(Failures.ofStage(failure));
                  }
                });
    return linked;
  }

  /**
   * Returns the peers that are linked, whoever has made the link, and those that have been asked
   * for and not been closed.
   *
   * @return the peers, in no order
   */
  public List<Peer> peers() {
    return peers.values().stream().filter(peer -> !peer.isClosed()).toList();
  }

  /**
   * Returns one of {@link #peers()}.
   *
   * @param id the peer
   * @return the peer, or empty when it is neither linked nor has been asked for
   */
  public Optional<Peer> peer(String id) {
    return Optional.ofNullable(peers.get(id)).filter(peer -> !peer.isClosed());
  }

  /**
   * Returns what protects the link to a peer; see {@link Peer#linkSecurity()}.
   *
   * @param id the peer
   * @return fingerprints and keys, or empty when there is no link to it
   */
  public Optional<LinkSecurity> linkSecurity(String id) {
    return transport.linkSecurity(id);
  }

  /**
   * Returns who has announced itself on the router and has not left it, as far as is known: a peer
   * that dies without a word is noticed when it is signalled to.
   *
   * @return the ids, in no order
   */
  public List<String> announced() {
    return List.copyOf(announced.keySet());
  }

  /**
   * Is shown every peer that is linked, and every one that a link comes up with, again for each
   * link anew. What the peer sends waits until the callback has returned, so that subscriptions
   * made there miss nothing; as many frames wait as a subscription queues, then they are dropped.
   *
   * @param callback called on the client's dispatcher, for several peers at once by several threads
   * @return ends it when run
   */
  public Runnable onPeer(Consumer<Peer> callback) {
    Objects.requireNonNull(callback, "callback");
    parts
        .loop()
        .execute(
            () -> {
              arrivals.add(callback);
              peers.values().stream()
                  .filter(
                      peer -> peer.state() == PeerState.CONNECTED && !expected.contains(peer.id()))
                  .forEach(peer -> show(peer, List.of(callback)));
            });
    return () -> parts.loop().execute(() -> arrivals.remove(callback));
  }

  /**
   * Hears of all peers: who announces itself and leaves, links that come and go.
   *
   * @param listener called on the client's dispatcher, one event at a time, in order
   * @return ends it when run
   */
  public Runnable onEvent(Consumer<PeerEvent> listener) {
    Objects.requireNonNull(listener, "listener");
    PeerListener added = event -> parts.dispatcher().event(ignored -> listener.accept(event));
    transport.addPeerListener(added);
    return () -> transport.removePeerListener(added);
  }

  /** Hears of the channels that a peer has made, and of those that it makes. */
  Runnable onChannel(String id, Consumer<ChannelSnapshot> listener) {
    Consumer<ChannelSnapshot> dispatched =
        channel -> parts.dispatcher().event(ignored -> listener.accept(channel));
    PeerListener added =
        event -> {
          if (event instanceof PeerEvent.ChannelOpened opened
              && opened.peerId().equals(id)
              && opened.channel().byPeer()) {
            dispatched.accept(opened.channel());
          }
        };
    parts
        .loop()
        .execute(
            () -> {
              transport.channels(id).stream()
                  .filter(channel -> channel.byPeer() && channel.open())
                  .forEach(dispatched);
              transport.addPeerListener(added);
            });
    return () -> parts.loop().execute(() -> transport.removePeerListener(added));
  }

  // ---- All peers

  /**
   * Hears what any peer sends to addresses that match a pattern; {@link Update#source()} names it.
   * Values that linked peers have set before come first; a subscription made before links come up
   * misses nothing.
   *
   * @param pattern {@code *} stands for one segment, {@code **} for any number
   * @param callback called on the client's dispatcher, one update at a time, in order
   * @return ends the subscription when closed
   * @throws to.clasp.core.address.InvalidAddressException if the pattern is none
   */
  public Subscription on(String pattern, UpdateHandler callback) {
    return subscriptions.add(
        pattern,
        Objects.requireNonNull(callback, "callback"),
        () -> peers.values().stream().flatMap(peer -> peer.known().stream()).toList());
  }

  /**
   * Sends an event to every peer that is linked now. CLASP's pages do not say how a broadcast looks
   * on a link; here it is an event at {@code /broadcast} and the address, so that a peer of another
   * implementation can hear and send them too.
   *
   * @param address where
   * @param value what
   * @return how many links have taken it
   * @throws IllegalArgumentException if it is no address
   * @throws ClaspException if it does not fit into a frame
   */
  public int broadcast(String address, @Nullable Object value) {
    Frame frame;
    try {
      frame =
          Frame.of(
              PublishMessage.of(
                  BROADCAST + Address.requireValid(address), SignalType.EVENT, Value.of(value)));
    } catch (FrameTooLargeException e) {
      throw new ClaspException(Code.TOO_LARGE, e.getMessage(), e);
    }
    int taken = 0;
    for (PeerSnapshot peer : transport.peers()) {
      if (transport.sendToPeer(peer.peerId(), frame).isAccepted()) {
        taken++;
      }
    }
    return taken;
  }

  /**
   * Hears the broadcasts of all peers, at the addresses that these were given.
   *
   * @param callback called on the client's dispatcher, one update at a time, in order
   * @return ends the subscription when closed
   */
  public Subscription onBroadcast(UpdateHandler callback) {
    Objects.requireNonNull(callback, "callback");
    return on(
        BROADCAST + "/**",
        update -> {
          String address = update.address().substring(BROADCAST.length());
          if (update.signal() == SignalType.EVENT && !address.isEmpty()) {
            callback.onUpdate(
                new Update(
                    address,
                    update.value(),
                    update.signal(),
                    update.source(),
                    update.revision(),
                    update.timestamp(),
                    update.gestureId(),
                    update.phase()));
          }
        });
  }

  // ---- What peers need

  /** An address that is a peer's own. */
  String requireOwn(String address) {
    if (parts.isRouted().test(Address.requireValid(address))) {
      throw new IllegalArgumentException(
          address + " is an address of the client and not a peer's own; send it by Clasp");
    }
    return address;
  }

  /** Its link is being closed; what still comes of that is its own, and not another peer's. */
  void closed(Peer peer) {
    parts.loop().execute(() -> peers.remove(peer.id(), peer));
  }

  // ---- What the transport tells; on the loop

  private void attended(PeerEvent event) {
    if (event instanceof PeerEvent.Announced) {
      if (announced.size() < parts.limits().maxPeers()) {
        announced.put(event.peerId(), true);
      }
    } else if (event instanceof PeerEvent.Left) {
      announced.remove(event.peerId());
    }
  }

  private void happened(PeerEvent event) {
    String id = event.peerId();
    if (event instanceof PeerEvent.Connected) {
      connected(id);
    } else if (event instanceof PeerEvent.PathChanged changed && changed.to() == Path.P2P) {
      settled(id, true);
    } else if (event instanceof PeerEvent.Failed || event instanceof PeerEvent.Closed) {
      settled(id, false);
    }
  }

  /**
   * A link is up. Where frames prefer it, it is shown when it carries them; until then they wait.
   */
  private void connected(String id) {
    Peer peer = peerFor(id);
    if (peer == null || arrivals.isEmpty()) {
      return;
    }
    boolean carries =
        !parts.preferP2P()
            || transport.peer(id).filter(known -> known.path() == Path.P2P).isPresent();
    if (carries) {
      show(peer, List.copyOf(arrivals));
    } else if (expected.add(id)) {
      peer.hold();
    }
  }

  private void settled(String id, boolean carries) {
    Peer peer = peers.get(id);
    if (!expected.remove(id) || peer == null) {
      return;
    }
    if (carries) {
      show(peer, List.copyOf(arrivals));
    }
    peer.release();
  }

  private void show(Peer peer, List<Consumer<Peer>> callbacks) {
    peer.hold();
    boolean runs =
        parts
            .dispatcher()
            .run(
                () -> {
                  try {
                    callbacks.forEach(callback -> show(peer, callback));
                  } finally {
                    parts.loop().execute(peer::release);
                  }
                });
    if (!runs) {
      peer.release();
    }
  }

  private static void show(Peer peer, Consumer<Peer> callback) {
    try {
      callback.accept(peer);
    } catch (RuntimeException | Error e) {
      LOG.error("a callback that was shown {} threw; the client goes on", peer.id(), e);
    }
  }

  private boolean received(Frame frame, FrameSource source) {
    String id = Objects.requireNonNull(source.peerId());
    Message message;
    try {
      message = frame.message();
    } catch (MalformedFrameException e) {
      LOG.debug("dropped a frame of {} that makes no sense", id, e);
      return false;
    }
    Peer peer = message == null ? null : speaker(id);
    if (message == null || peer == null) {
      return false;
    }
    peer.received(message, source, subscriptions::dispatch);
    return true;
  }

  /** Who sends a frame; null when the link to it has been closed by the application. */
  private @Nullable Peer speaker(String id) {
    Peer known = peers.get(id);
    boolean over =
        known == null
            && transport.peer(id).filter(peer -> peer.state() == PeerState.CLOSED).isPresent();
    return known != null ? known : over ? null : peerFor(id);
  }

  /** The peer with an id; null when there are too many in use. */
  private @Nullable Peer peerFor(String id) {
    Peer known = peers.get(id);
    if (known != null && !known.isClosed()) {
      return known;
    }
    if (peers.size() >= parts.limits().maxPeers()) {
      peers.values().stream()
          .filter(Peer::isForgettable)
          .min(Comparator.comparing(Peer::id))
          .ifPresent(peer -> peers.remove(peer.id(), peer));
    }
    if (peers.size() >= parts.limits().maxPeers()) {
      return null;
    }
    return peers.compute(
        id,
        (name, before) ->
            before == null || before.isClosed() ? new Peer(name, this, parts) : before);
  }
}
