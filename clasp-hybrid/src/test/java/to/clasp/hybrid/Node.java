package to.clasp.hybrid;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.testkit.memory.InMemoryPeerTransport;
import to.clasp.testkit.memory.InMemoryPeerTransportProvider;
import to.clasp.testkit.memory.InMemoryTransport;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.testkit.record.TransportEvent;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.TransportListener;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/** A hybrid transport with a small client on it: it says HELLO and listens for its addresses. */
final class Node implements TransportListener {

  /** A numbered value that arrived, and how. */
  record Arrival(long number, Path path) {}

  final String id;
  final InMemoryPeerTransportProvider peers;
  final InMemoryTransport router;
  final HybridTransport hybrid;
  final RecordingListener heard;
  final List<PeerEvent> events = new ArrayList<>();

  Node(
      World world,
      P2POptions options,
      InMemoryPeerTransportProvider peers,
      PeerTransportProvider decorated,
      Executor background) {
    this.id = java.util.Objects.requireNonNull(options.peerId());
    this.peers = peers;
    this.heard = new RecordingListener(world.loop);
    TransportContext context =
        new TransportContext(world.loop, new SplittableRandom(id.hashCode()));
    this.router = world.network.connectTo(MemoryRouter.NAME, world.connection, context);
    this.hybrid = new HybridTransport(router, decorated, options, context, background);
    hybrid.addPeerListener(events::add);
  }

  Node start() {
    hybrid.start(this);
    return this;
  }

  @Override
  public void onOpen() {
    heard.onOpen();
    hybrid.send(Frame.of(new HelloMessage(1, Set.of(), id, null)));
    hybrid.send(Frame.of(new SubscribeMessage(1, "/peer/" + id + "/**", Set.of(), null)));
  }

  @Override
  public void onFrame(Frame frame, FrameSource source) {
    heard.onFrame(frame, source);
  }

  @Override
  public void onWritable() {
    heard.onWritable();
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    heard.onInterrupted(reason, attempt, delay);
  }

  @Override
  public void onClosed(CloseReason reason) {
    heard.onClosed(reason);
  }

  /** Sends a numbered value that must not be lost. */
  SendResult send(Node to, long number) {
    return send(to.id, number);
  }

  SendResult send(String to, long number) {
    return hybrid.send(value(to, number));
  }

  static Frame value(String to, long number) {
    return Frame.of(SetMessage.of("/peer/" + to + "/n", Value.of(number)));
  }

  static Frame event(String address, Value value) {
    return Frame.of(PublishMessage.of(address, SignalType.EVENT, value));
  }

  /** The numbered values that arrived, in order. */
  List<Arrival> arrivals() {
    List<Arrival> arrivals = new ArrayList<>();
    for (TransportEvent.Received event : heard.events(TransportEvent.Received.class)) {
      if (event.frame().message() instanceof SetMessage set
          && set.value() instanceof Value.Int64 number) {
        arrivals.add(new Arrival(number.value(), event.source().path()));
      }
    }
    return arrivals;
  }

  PeerSnapshot snapshotOf(Node peer) {
    return hybrid.peer(peer.id).orElseThrow();
  }

  PeerState stateOf(Node peer) {
    return snapshotOf(peer).state();
  }

  <E extends PeerEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The transport of the newest attempt or link. */
  InMemoryPeerTransport link() {
    return peers.newest();
  }
}
