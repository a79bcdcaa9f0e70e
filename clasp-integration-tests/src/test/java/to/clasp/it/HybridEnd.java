package to.clasp.it;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.hybrid.HybridProvider;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerAwareTransport;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProviders;

/**
 * A hybrid on a real WebSocket and real WebRTC, with just enough of a client to have a session: it
 * shows frames and paths as they are.
 */
final class HybridEnd implements TransportListener {

  static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** A numbered frame that was sent or arrived, and its path. */
  record Numbered(int number, Path path) {}

  final String id;
  final PeerAwareTransport hybrid;
  final Recorder<Numbered> sent = new Recorder<>();
  final Recorder<Numbered> arrived = new Recorder<>();
  final Recorder<PeerEvent> events = new Recorder<>();
  private final ThreadEventLoop loop;
  private final Recorder<String> changes = new Recorder<>();
  private final AtomicBoolean sending = new AtomicBoolean();
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile String sessionId = "";

  HybridEnd(
      URI router, PeerTransportProvider links, P2POptions options, ConnectionOptions connection) {
    this(router, links, options, connection, transport -> transport);
  }

  /** One between which and the router somebody sits. */
  HybridEnd(
      URI router,
      PeerTransportProvider links,
      P2POptions options,
      ConnectionOptions connection,
      UnaryOperator<Transport> between) {
    this.id = java.util.Objects.requireNonNull(options.peerId());
    this.loop = ThreadEventLoop.start("loop of " + id);
    TransportContext context = new TransportContext(loop, new SplittableRandom(id.hashCode()));
    Transport toRouter =
        between.apply(
            TransportProviders.shared().forUri(router).create(router, connection, context));
    this.hybrid = new HybridProvider().create(toRouter, links, options, context);
    hybrid.addPeerListener(events::record);
  }

  HybridEnd start() {
    hybrid.start(this);
    awaitSessions(1);
    return this;
  }

  /** The newest session; empty before the first. */
  String sessionId() {
    return sessionId;
  }

  void awaitSessions(int count) {
    changes.awaitThat(
        count + " sessions",
        TIMEOUT,
        all -> all.stream().filter("session"::equals).count() >= count);
  }

  PeerSnapshot link(String peer) throws Exception {
    return hybrid
        .connectPeer(peer)
        .toCompletableFuture()
        .get(TIMEOUT.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
  }

  /** Sends the next numbered frame; records it if it was accepted. */
  SendResult sendNumber(String to) {
    int number = numbers.get();
    SendResult result =
        hybrid.send(
            Frame.of(
                PublishMessage.of(
                    "/peer/" + to + "/n", SignalType.EVENT, Value.of((long) number))));
    Path path = result.path();
    if (path != null) {
      numbers.incrementAndGet();
      sent.record(new Numbered(number, path));
    }
    return result;
  }

  /** Sends numbered frames, so many milliseconds apart, until {@link #stopSending}. */
  void keepSending(String to, int millis) {
    sending.set(true);
    loop.execute(() -> tick(to, Duration.ofMillis(millis)));
  }

  private void tick(String to, Duration pause) {
    if (sending.get()) {
      sendNumber(to);
      loop.schedule(pause, () -> tick(to, pause));
    } else {
      changes.record("stopped sending");
    }
  }

  void stopSending() {
    sending.set(false);
    changes.await(String.class, "stopped sending"::equals, TIMEOUT);
  }

  /** Waits until frames are sent on a path, after so many have been sent. */
  void awaitSent(Path path, int after) {
    sent.await(Numbered.class, one -> one.number() >= after && one.path() == path, TIMEOUT);
  }

  @Override
  public void onOpen() {
    hybrid.sendToRouter(Frame.of(new HelloMessage(1, Set.of(), id, null)));
  }

  @Override
  public void onFrame(Frame frame, FrameSource source) {
    if (frame.message() instanceof WelcomeMessage welcome) {
      sessionId = welcome.session();
      hybrid.sendToRouter(Frame.of(new SubscribeMessage(1, "/peer/" + id + "/**", Set.of(), null)));
      changes.record("session");
    } else if (frame.messageType() == MessageType.PUBLISH
        && frame.message() instanceof PublishMessage publish
        && publish.value() instanceof Value.Int64 number) {
      arrived.record(new Numbered(Math.toIntExact(number.value()), source.path()));
    }
  }

  @Override
  public void onClosed(CloseReason reason) {
    changes.record("closed");
  }

  void awaitClosed() {
    changes.await(String.class, "closed"::equals, TIMEOUT);
  }

  void close() throws InterruptedException {
    sending.set(false);
    hybrid.close();
    awaitClosed();
    loop.close();
    if (!loop.awaitStopped(TIMEOUT)) {
      throw new AssertionError("the loop of " + id + " hangs in one of its tasks");
    }
  }
}
