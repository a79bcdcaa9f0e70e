package to.clasp.client;

import java.net.URI;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.client.ClaspException.Code;
import to.clasp.core.codec.Frame;
import to.clasp.core.value.Value;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportException;
import to.clasp.transport.TransportListener;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.pace.PaceOptions;
import to.clasp.transport.pace.PacedTransport;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerAwareTransport;
import to.clasp.transport.peer.PeerPattern;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProvider;
import to.clasp.transport.spi.TransportProviders;

/**
 * The transports of one client: the one that it was given, or the one that the URL's scheme
 * chooses, paced, with or without direct links on top.
 */
final class Wiring implements Exchanges.Way, Sender.Links {

  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  private final Transport transport;
  private final @Nullable PacedTransport paced;
  private final @Nullable PeerAwareTransport peers;
  private final PeerPattern peerPattern;
  private final @Nullable String p2pUnavailable;
  private final boolean foreignLoop;

  private Wiring(
      ClientOptions options,
      Transport transport,
      @Nullable PacedTransport paced,
      @Nullable String p2pUnavailable) {
    this.transport = transport;
    this.paced = paced;
    this.peers = transport instanceof PeerAwareTransport aware ? aware : null;
    this.peerPattern =
        options.p2p() == null
            ? PeerPattern.parse(P2POptions.DEFAULT_PEER_PATTERN)
            : options.p2p().peerPattern();
    this.p2pUnavailable = p2pUnavailable;
    this.foreignLoop = options.transport() != null;
  }

  /**
   * Makes the transports; none is started.
   *
   * @throws ClaspException if nothing serves the scheme, or direct links that the router must not
   *     replace cannot be had
   * @throws IllegalArgumentException if the URL is unusable
   */
  static Wiring create(
      ClientOptions options, TransportProviders providers, TransportContext context) {
    Transport given = options.transport();
    if (given != null) {
      return new Wiring(options, given, null, null);
    }
    Function<TransportContext, Transport> factory = options.transportFactory();
    if (factory != null) {
      return new Wiring(options, factory.apply(context), null, null);
    }
    PacedTransport paced = paced(options, providers, context);
    P2POptions p2p = options.p2p();
    if (p2p == null) {
      return new Wiring(options, paced, paced, null);
    }
    try {
      Transport hybrid = providers.hybrid().create(paced, providers.peer(), p2p, context);
      return new Wiring(options, hybrid, paced, null);
    } catch (TransportException e) {
      if (p2p.fallbackToRouter()) {
        LOG.warn("no direct links, everything goes through the router: {}", e.getMessage());
        return new Wiring(options, paced, paced, e.getMessage());
      }
      paced.close();
      throw new ClaspException(Code.P2P_UNAVAILABLE, e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      paced.close();
      throw e;
    }
  }

  private static PacedTransport paced(
      ClientOptions options, TransportProviders providers, TransportContext context) {
    URI uri = options.uri();
    TransportProvider provider;
    try {
      provider = providers.forUri(uri);
    } catch (TransportException e) {
      throw new ClaspException(Code.NO_TRANSPORT, e.getMessage(), e);
    }
    return new PacedTransport(
        provider.create(uri, options.connection(), context),
        PaceOptions.builder()
            .messagesPerSecond(options.messagesPerSecond())
            .drainTimeout(options.connection().drainTimeout())
            .gated(true)
            .build(),
        context.loop());
  }

  Transport transport() {
    return transport;
  }

  @Nullable PeerAwareTransport peers() {
    return peers;
  }

  /** On the loop: whether what the router keeps is known as a copy of what a peer has sent. */
  boolean isStoredCopy(String address, Value value) {
    return peers != null && peers.isStoredCopy(address, value);
  }

  /** Why direct links that were asked for cannot be had, or null. */
  @Nullable String p2pUnavailable() {
    return p2pUnavailable;
  }

  /** Brings events to the client's loop, if the transport has another one. */
  TransportListener onLoop(TransportListener listener, EventLoop loop) {
    return foreignLoop ? new LoopBridge(transport, listener, loop) : listener;
  }

  /** A session stands: data may leave. */
  void release() {
    if (paced != null) {
      paced.release();
    }
  }

  Departures departures() {
    PacedTransport holding = paced;
    if (holding == null) {
      return Departures.IMMEDIATE;
    }
    return new Departures() {
      @Override
      public long accepted() {
        return holding.dataAccepted();
      }

      @Override
      public long left() {
        return holding.dataLeft();
      }
    };
  }

  Sender.Links links() {
    return peers == null ? Sender.Links.NONE : this;
  }

  /** Holds back what a peer sends, or lets it come again. */
  void holdPeer(String peer, boolean hold) {
    if (peers != null) {
      peers.holdPeer(peer, hold);
    }
  }

  /** Whether an address is within our own part of the addresses of peers. */
  boolean isOwn(String address) {
    return peers != null && peers.peerId().equals(peerOf(address));
  }

  @Override
  public SendResult toRouter(Frame frame) {
    return peers == null ? transport.send(frame) : peers.sendToRouter(frame);
  }

  @Override
  public @Nullable String peerOf(String address) {
    return peerPattern.peerIdOf(address);
  }

  @Override
  public @Nullable String peerOf(Frame frame) {
    String address = frame.address();
    return address == null ? null : peerOf(address);
  }

  @Override
  public boolean isUp(String peer) {
    return peers != null
        && peers.peer(peer).map(PeerSnapshot::path).filter(Path.P2P::equals).isPresent();
  }
}
