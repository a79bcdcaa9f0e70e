package to.clasp.hybrid;

import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.testkit.memory.InMemoryPeerTransportProvider;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.spi.TransportContext;

/** A hybrid on a thread of its own, which records the frames that come through the tunnel. */
final class Side implements TransportListener {

  static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** A frame, and the path that it took. */
  record Arrival(Frame frame, Path path) {}

  final String id;
  final ThreadEventLoop loop;
  final InMemoryPeerTransportProvider peers;
  final HybridTransport hybrid;
  final Recorder<Arrival> arrivals = new Recorder<>();
  final Recorder<Frame> frames = new Recorder<>();
  final Recorder<PeerEvent> events = new Recorder<>();
  private final Recorder<String> changes = new Recorder<>();
  private final AtomicInteger linksUp = new AtomicInteger();
  private final AtomicInteger linksDown = new AtomicInteger();

  Side(String id, ThreadRouter router, P2POptions options) {
    this.id = id;
    this.loop = ThreadEventLoop.start("loop of " + id);
    this.peers = new InMemoryPeerTransportProvider(router.peerNetwork());
    TransportContext context = new TransportContext(loop, new SplittableRandom(id.hashCode()));
    Transport toRouter = router.connect(context);
    this.hybrid = new HybridTransport(toRouter, peers, options, context, Runnable::run);
    hybrid.addPeerListener(
        event -> {
          events.record(event);
          if (event instanceof PeerEvent.Connected) {
            linksUp.incrementAndGet();
          } else if (event instanceof PeerEvent.Closed
              || (event instanceof PeerEvent.Failed && linksDown.get() < linksUp.get())) {
            linksDown.incrementAndGet();
          }
          changes.record(event.toString());
        });
  }

  Side start() {
    hybrid.start(this);
    changes.awaitThat("a session", TIMEOUT, all -> all.contains("welcome"));
    return this;
  }

  /** Sends through the tunnel, waiting for room. */
  SendResult send(String to, Frame frame) {
    Frame wrapped = Tunnel.wrap(to, frame);
    SendResult result = hybrid.send(wrapped);
    while (result.status() == SendResult.Status.BUFFER_FULL) {
      awaitRoom();
      result = hybrid.send(wrapped);
    }
    return result;
  }

  void awaitRoom() {
    changes.awaitThat("room", TIMEOUT, all -> hybrid.isWritable());
  }

  void awaitLinks(int count, Duration timeout) {
    changes.awaitThat(count + " links", timeout, all -> linksUp.get() >= count);
  }

  void awaitNoLink(Duration timeout) {
    changes.awaitThat("the end of the links", timeout, all -> linksDown.get() >= linksUp.get());
  }

  @Override
  public void onOpen() {
    hybrid.sendToRouter(Frame.of(new HelloMessage(1, Set.of(), id, null)));
    hybrid.sendToRouter(Frame.of(new SubscribeMessage(1, "/peer/" + id + "/**", Set.of(), null)));
  }

  @Override
  public void onFrame(Frame frame, FrameSource source) {
    if (frame.messageType() == MessageType.WELCOME) {
      changes.record("welcome");
      return;
    }
    Frame inner = Tunnel.unwrap(frame);
    if (inner != null) {
      arrivals.record(new Arrival(inner, source.path()));
      frames.record(inner);
    }
  }

  @Override
  public void onWritable() {
    changes.record("writable");
  }

  @Override
  public void onClosed(CloseReason reason) {
    changes.record("closed");
  }

  void close() throws InterruptedException {
    hybrid.close();
    changes.awaitThat("the end", TIMEOUT, all -> all.contains("closed"));
    loop.close();
    if (!loop.awaitStopped(TIMEOUT)) {
      throw new AssertionError("the loop of " + id + " hangs in one of its tasks");
    }
    if (peers.openWarmUps() != 0) {
      throw new AssertionError("the provider of " + id + " is kept warm");
    }
  }
}
