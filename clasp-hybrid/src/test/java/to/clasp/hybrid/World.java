package to.clasp.hybrid;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.HelloMessage;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.testkit.memory.InMemoryNetwork;
import to.clasp.testkit.memory.InMemoryPeerNetwork;
import to.clasp.testkit.memory.InMemoryPeerTransportProvider;
import to.clasp.testkit.memory.InMemoryTransport;
import to.clasp.transport.Backoff;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.FrameSource;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/** A router and some nodes on one loop, whose time passes when the test says so. */
final class World implements AutoCloseable {

  final ManualEventLoop loop = new ManualEventLoop();
  final InMemoryNetwork network = new InMemoryNetwork();
  final InMemoryPeerNetwork peerNetwork = new InMemoryPeerNetwork();
  final MemoryRouter router =
      new MemoryRouter(network, new TransportContext(loop, new SplittableRandom(1)));
  ConnectionOptions connection =
      ConnectionOptions.builder()
          .backoff(new Backoff(Duration.ofMillis(10), Duration.ofMillis(10), 1, 0))
          .build();
  private final List<Node> nodes = new ArrayList<>();
  private final List<InMemoryTransport> plain = new ArrayList<>();

  World() {
    router.start();
  }

  /** Options under which times can be told: no jitter. */
  static P2POptions.Builder options(String id) {
    return P2POptions.builder()
        .link(PeerLinkOptions.builder().enabled(false).build())
        .peerId(id)
        .connectTimeout(Duration.ofSeconds(10))
        .backoff(new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60), 2, 0));
  }

  /** A node that is connected to the router. */
  Node node(String id) {
    return node(id, options -> options);
  }

  Node node(String id, UnaryOperator<P2POptions.Builder> change) {
    return startedAndSettled(make(id, change));
  }

  Node startedAndSettled(Node node) {
    node.start();
    run();
    return node;
  }

  Node make(String id, UnaryOperator<P2POptions.Builder> change) {
    return make(id, change, peers -> peers, Runnable::run);
  }

  Node make(
      String id,
      UnaryOperator<P2POptions.Builder> change,
      java.util.function.Function<InMemoryPeerTransportProvider, PeerTransportProvider> decorate,
      Executor background) {
    InMemoryPeerTransportProvider peers = new InMemoryPeerTransportProvider(peerNetwork);
    Node node =
        new Node(this, change.apply(options(id)).build(), peers, decorate.apply(peers), background);
    nodes.add(node);
    return node;
  }

  /** The session of a client that has no hybrid: it says what the test has it say. */
  MemoryRouter.Session plainSession(String name) {
    InMemoryTransport transport =
        network.connectTo(
            MemoryRouter.NAME, connection, new TransportContext(loop, new SplittableRandom(3)));
    plain.add(transport);
    transport.start(
        new TransportListener() {
          @Override
          public void onOpen() {
            transport.send(Frame.of(new HelloMessage(1, Set.of(), name, null)));
          }

          @Override
          public void onFrame(Frame frame, FrameSource source) {}

          @Override
          public void onClosed(CloseReason reason) {}
        });
    run();
    MemoryRouter.Session session = router.session(name);
    session.plain = transport;
    return session;
  }

  /** Links two nodes. */
  void link(Node from, Node to) {
    from.hybrid.connectPeer(to.id);
    run();
    if (from.stateOf(to) != PeerState.CONNECTED || to.stateOf(from) != PeerState.CONNECTED) {
      throw new AssertionError("no link: " + from.events + " " + to.events);
    }
  }

  void run() {
    loop.runPending();
  }

  void advance(Duration time) {
    loop.advance(time);
  }

  void advanceMillis(long millis) {
    loop.advance(Duration.ofMillis(millis));
  }

  /** Ends all, and checks that nothing is left: no task, no timer, no warm provider. */
  @Override
  public void close() {
    nodes.forEach(node -> node.hybrid.close());
    plain.forEach(InMemoryTransport::close);
    // Links that let nothing through are waited for.
    advance(Duration.ofSeconds(10));
    router.stop();
    run();
    for (Node node : nodes) {
      node.heard.assertContract();
      if (node.hybrid.state() != TransportState.CLOSED
          && node.hybrid.state() != TransportState.NEW) {
        throw new AssertionError(node.id + " is still " + node.hybrid.state());
      }
      if (node.peers.openWarmUps() != 0) {
        throw new AssertionError("the provider of " + node.id + " is kept warm");
      }
      node.peers
          .transports()
          .forEach(
              transport -> {
                if (transport.state() != TransportState.CLOSED) {
                  throw new AssertionError(transport + " is left behind");
                }
              });
    }
    loop.assertNothingPending();
  }
}
